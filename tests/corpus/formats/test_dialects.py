"""RIS, .enw and BibTeX as some programs write them, and what is told of what had to be mended."""

from __future__ import annotations

import codecs

import pytest
from reading import one, read, titles

from rag.corpus.formats.detect import read_source
from rag.corpus.formats.source import Source
from rag.corpus.record import Record

EARLY = """DB  - Some
TI  - Lamps in gorges
AB  - Lamps lit crevices.
TY  - JOUR
SO  - Lamp Notes
YR  - 2006
AU  - Mokoena, T.
ER  -

TI  - Gravel
TY  - JOUR
AU  - Nel, P.
ER  -
"""


def test_fields_before_the_type_belong_to_it() -> None:
    first, second = read("a.ris", EARLY)
    assert isinstance(first, Record) and isinstance(second, Record)
    assert (first.title, first.abstract) == ("Lamps in gorges", "Lamps lit crevices.")
    assert (first.authors, first.year, first.venue) == (("T. Mokoena",), 2006, "Lamp Notes")
    assert (second.title, second.authors) == ("Gravel", ("P. Nel",))


def test_a_record_before_the_type_stays_one_of_its_own() -> None:
    text = "TI  - Lamps\nAU  - Moe, P.\nTY  - JOUR\nTI  - Gravel\nER  -\n"
    assert titles("a.ris", text) == ["Lamps", "Gravel"]


def test_a_search_history_is_no_record() -> None:
    text = "TY  - JOUR\nTI  - Lamps\nER  -\nC1  - Database: X\nTI - 3 and 4\n\n2.\nTY  - JOUR\n"
    assert titles("a.ris", text + "TI  - Gravel\nER  -\n") == ["Lamps", "Gravel"]


@pytest.mark.parametrize("field", ["KW  - light", "UR  - https://a.example/1", "VL  - 3"])
def test_a_record_without_a_type_is_read(field: str) -> None:
    assert titles("a.ris", f"TI  - Lamps\n{field}\nER  -\n") == ["Lamps"]


COCHRANE = """TY  -  JOUR
TI  -  Lamps
C3  -  EMBASE 2001234567,PUBMED 38400001
KW  -  *Light; *Snow
DOI -  10.5555/lamp.8
ER  -
"""


def test_the_dialects_of_cochrane() -> None:
    record = one("a.ris", COCHRANE)
    assert (record.identifiers.doi, record.identifiers.pmid) == ("10.5555/lamp.8", "38400001")
    assert (record.tags, record.venue) == (("Light", "Snow"), "")


@pytest.mark.parametrize(
    ("line", "doi", "pmid"),
    [
        ("PM  - PUBMED 31000001", None, "31000001"),
        ("N1  - PMID: 31000001", None, "31000001"),
        ("N1  - see also PMID 31000001 of others", None, None),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/31000001/", None, "31000001"),
        ("LB  - doi:10.5555/lamp.8", "10.5555/lamp.8", None),
        ("ID  - 10.5555/lamp.8", "10.5555/lamp.8", None),
        ("C3  - Proceedings of Lamps", None, None),
    ],
)
def test_identifiers_in_other_fields(line: str, doi: str | None, pmid: str | None) -> None:
    record = one("a.ris", f"TY  - JOUR\nTI  - Lamps\n{line}\nER  -\n")
    assert (record.identifiers.doi, record.identifiers.pmid) == (doi, pmid)
    assert record.venue == ("Proceedings of Lamps" if "Proceedings" in line else "")


def test_tags_in_small_letters() -> None:
    assert one("a.ris", "ty  - JOUR\nti  - Lamps\npy  - 2019///\ner  -\n").year == 2019


ENW = "%0 Journal Article\n%T Lamps\n%K light\nsnow; ice\n%M 31000001\n%W PubMed\n"


def test_tags_and_numbers_of_enw() -> None:
    record = one("a.enw", ENW)
    assert (record.tags, record.identifiers.pmid) == (("light", "snow", "ice"), "31000001")


@pytest.mark.parametrize("marks", ["\ufeff\ufeff", "ï»¿", "\ufeffï»¿"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.enw", ENW),
        ("a.csv", "title,year\nLamps,2001\n"),
        ("a.json", '[{"title": "Lamps"}]'),
        ("a.bib", "@misc{a, title={Lamps}}"),
    ],
)
def test_byte_order_marks_that_were_encoded_again(marks: str, name: str, text: str) -> None:
    data = (marks + text).encode()
    assert data.startswith((codecs.BOM_UTF8, b"\xc3\xaf"))
    (record,) = read_source(Source.of_bytes(name, data))
    assert isinstance(record, Record) and record.title == "Lamps"


@pytest.mark.parametrize(
    ("entry", "abstract", "remark"),
    [
        ("{a, title = {Lamps},\n year = 2001\n abstract = {It = lit.}}", "It = lit.", "abstract"),
        ('{a, doi = {10.5555/x}\n abstract = "Lit.",\n title={Lamps}}', "Lit.", "abstract"),
        (
            '{a, title={Lamps} year="2001" abstract={A } # "b"}',
            "A b",
            "it lacks the comma before year and the comma before abstract; the entry was read",
        ),
        ("{a\n title = {Lamps},\n abstract={Lit.}}", "Lit.", "the comma after its key"),
        ("{a, title={Lamps},\n abstract={Lit.}\n", "Lit.", "its closing brace"),
        ("{a, title={Lamps},\n abstract={Lit.},\n", "Lit.", "its closing brace"),
        ("{a title={Lamps}, abstract={Lit.}}", "Lit.", "the comma after its key"),
        ("{a, title={Lamps}abstract={Lit.}}", "Lit.", "the comma before abstract"),
        ("{a, title={Lamps}, abstract={With $a = {b}$ x = {c}.}}", "With $a = {b}$ x = c.", ""),
    ],
)
def test_missing_marks_of_bibtex_are_mended_and_told(
    entry: str, abstract: str, remark: str
) -> None:
    first, second = read("a.bib", f"@article{entry}\n@misc{{b, title={{Gravel}}}}\n")
    assert isinstance(first, Record) and isinstance(second, Record)
    assert (first.title, first.abstract, second.title) == ("Lamps", abstract, "Gravel")
    assert remark in first.remark and bool(remark) == bool(first.remark)


def test_an_entry_whose_title_would_swallow_the_rest_is_refused() -> None:
    text = "@article{a,\n title = {Lamps {in winter}, year = {2001}\n}\n@misc{b, title={Gravel}}\n"
    broken, whole = titles("a.bib", text)
    assert "the entry is broken" in broken and whole == "Gravel"


@pytest.mark.parametrize(
    ("journal", "venue"),
    [
        (r"{\apj}", "The Astrophysical Journal"),
        (r"\mnras", "Monthly Notices of the Royal Astronomical Society"),
        ("apjl", "The Astrophysical Journal Letters"),
        (r"{\unheard}", "unheard"),
        ("{NA}", ""),
        ("{Nature}", "Nature"),
    ],
)
def test_macros_of_journals(journal: str, venue: str) -> None:
    text = f"@article{{a, title={{Lamps}}, journal={journal}}}"
    assert one("a.bib", text).venue == venue
