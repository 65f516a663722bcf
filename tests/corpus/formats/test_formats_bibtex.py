"""BibTeX and BibLaTeX by example, in the forms in which people's files have them."""

from __future__ import annotations

import pytest
from reading import one, read, titles

from rag.corpus.record import Record
from rag.types import Identifiers, Rejected

LONG = "We propose a method and show that it works on many data sets. " * 5


BIB = r"""
@string{pami = "Pattern Analysis"}
@comment{jabref-meta: databaseType:bibtex;}
Words between entries are no entry.
@Article{Smith2020,
  Title    = {{A {GPU} for M{\"u}ller}},
  author   = "Smith, Jr., John and {van der Berg}, Ada and {Big Lab, Inc.} and others",
  journal  = pami # { and Machine Intelligence},
  year     = 2020, month = may,
  doi      = {https://doi.org/10.1000/A\_b},
  eprint   = {2001.01234v2}, archivePrefix = {arXiv},
  url      = {https://example.org/~smith},
  keywords = {one, two; three},
  file     = {:C\:/x.pdf:PDF},
  abstract = {We {\em prove} that $x_1 > 5\%$ --- always.},
  note     = {Best paper}
}
"""


def test_bibtex() -> None:
    assert one("a.bib", BIB) == Record(
        title="A GPU for Müller",
        abstract="We prove that $x_1 > 5\\%$ — always.",
        source="a.bib",
        place="entry Smith2020",
        authors=("John Smith Jr.", "Ada van der Berg", "Big Lab, Inc."),
        year=2020,
        venue="Pattern Analysis and Machine Intelligence",
        identifiers=Identifiers(doi="10.1000/a_b", arxiv="2001.01234"),
        urls=("https://example.org/~smith",),
        tags=("one", "two", "three"),
        extra=(
            ("type", "article"),
            ("key", "Smith2020"),
            ("month", "May"),
            ("note", "Best paper"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('@misc(k, title = "Round (braces)")', ["Round (braces)"]),
        ("@a{k, title={One}} @b{l, title={Two}}", ["One", "Two"]),
        ("@a{k, title={One}}\n@a{k, title={Two}}", ["One", "Two"]),  # one key twice
        ("@a{k, title={One}, title={Two}}", ["One"]),
        ("@online{k, title={One}, subtitle={Two}}", ["One: Two"]),
        ("@proceedings{k, booktitle={Of a Year}}", ["Of a Year"]),
        ("@a{k, author={Nobody}}", ["it has no title"]),
        ("@STRING{Xy = {One}}\n@a{k, title = xY # { and } # 2}", ["One and 2"]),
        ("@a{, title={No key}}", ["No key"]),
        ("@a{k, title={A @ sign and a# # b}}", ["A @ sign and a# # b"]),
    ],
)
def test_forms_of_bibtex(text: str, said: list[str]) -> None:
    assert titles("a.bib", text) == said


def test_a_broken_entry_is_refused_with_its_line_and_the_rest_is_read() -> None:
    text = "@a{k, title={One}}\n\n@a{l,\n title={Open,\n year={1}\n}\n"
    text += "@a{m, title={Three}}\n@a{n, title}\n"
    first, broken, third, last = read("a.bib", text)
    assert isinstance(broken, Rejected) and isinstance(last, Rejected)
    assert broken.record.startswith("line 3: @a{l, title={Open, year={1}")
    assert broken.reason.startswith("the entry is broken: Unexpected block start")
    assert last.record.startswith("line 8")
    assert [isinstance(r, Record) and r.title for r in (first, third)] == ["One", "Three"]


def test_lines_are_right_beyond_what_is_parsed_at_once() -> None:
    entry = f"@a{{k,\n title = {{One}},\n abstract = {{{LONG}}}\n}}\n"
    *_, last = read("a.bib", entry * 1_000 + "@a{x, title}")
    assert isinstance(last, Rejected)
    assert last.record.startswith("line 4001:")


def test_an_entry_inherits_from_the_one_it_names() -> None:
    text = (
        "@inproceedings{c, title={Child}, crossref={P}}\n@xdata{x, year={1999}}\n"
        "@article{y, title={Other}, xdata={x}}\n@article{z, title={Lost}, crossref={nobody}}\n"
        "@proceedings{p, title={Proc. of a Year}, year=2001, doi={10.1000/p}, abstract={Theirs}}\n"
    )
    found = {r.title: r for r in read("a.bib", text) if isinstance(r, Record)}
    assert (found["Child"].venue, found["Child"].year) == ("Proc. of a Year", 2001)
    assert (found["Child"].abstract, found["Child"].identifiers.doi) == ("", None)
    assert found["Other"].year == 1999
    assert found["Lost"].year is None


def test_biblatex_names_part_by_part() -> None:
    text = "@a{k, title={T}, author={family=Berg, given=Ada, prefix=van der and Lee, Bo}}"
    assert one("a.bib", text).authors == ("Ada van der Berg", "Bo Lee")
