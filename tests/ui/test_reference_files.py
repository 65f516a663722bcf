"""Papers as BibTeX, RIS and CSL-JSON: what is written is read back as the same papers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from reading import read

from rag.corpus.dedupe.merge import merge
from rag.corpus.record import Record
from rag.errors import InputError
from rag.types import Identifiers, Paper
from ui.exports.cite import REFERENCE_FORMS, export_papers
from ui.exports.references.citekeys import citekey, citekeys
from ui.exports.references.facts import details_of
from ui.exports.references.kinds import kind_of

ENDINGS = {"bibtex": "a.bib", "ris": "a.ris", "csl-json": "a.json"}


def odd(title: str, **fields: Any) -> Paper:
    one = Paper("", title, "", (), 0, "a.bib")
    return replace(one, **{"abstract": f"About {title}.", **fields})


ODD = [
    odd("No year and no author"),
    odd("No abstract", abstract="", authors=("Ada Strix",), year=1999),
    odd("On $H^2$ of $\\frac{a_1}{b}$, 50% of a_b", abstract="We use $x^{2} \\le y$ & #1 ~ {a}."),
    odd("Über Größe: naïve Œuvres", authors=("Jörg Müller", "Łukasz Ørsted", "Bo Lee"), year=2020),
    odd("A {B} C} and {D", abstract="An open { brace, a \\ and a } too."),
    odd("RETRACTED: Owls of the north", status="retracted", authors=("Laurens van der Maaten",)),
    odd("WITHDRAWN: Owls of the south", status="withdrawn"),
    odd("Corrected owls", status="corrected", venue="Journal of Owls", year=2011),
    odd("Groups, too", authors=("World Health Organization", "Plato", "Martin Luther King Jr")),
    odd("Costs $5 and $10 of $\\{x\\}$", abstract="It is $x$, $}{$ or $50% a$ for $9; $O(n^{2})$."),
    odd("Odd names", authors=("RK Dahlia", "Owls Bats & Partners", "Xiu LI", "O. van der Berg")),
    odd("A -- B --- C ``quoted'' << and >> !` ?`", abstract="Pages 1--9, 3 < 4 > 2; it's ''so''."),
    odd("深度学习 的 方法", authors=("伟 王",), year=2021, venue="计算机学报"),
    odd(
        "Identified", authors=("R K Dahlia", "J.-P. Serre"), year=2015, venue="Nature",
        identifiers=Identifiers(doi="10.1000/a_b(1)", arxiv="1706.03762", pmid="31000009"),
        tags=("owls", "night vision"), urls=("https://example.org/x_y?a=1&b=2",),
        extra=(
            ("type", "inproceedings"), ("key", "dahlia:2015a"), ("volume", "3"), ("pages", "1–9"),
        ),
    ),
]  # fmt: skip


def said(papers: list[Paper]) -> list[tuple[object, ...]]:
    return [
        (p.title, p.abstract, p.authors, p.year, p.venue, p.identifiers, p.tags, p.status)
        for p in papers
    ]


def again(papers: list[Paper], form: str) -> list[Paper]:
    items = read(ENDINGS[form], export_papers(papers, form))
    assert all(isinstance(item, Record) for item in items), items
    return list(merge([item for item in items if isinstance(item, Record)]).papers)


@pytest.mark.parametrize("form", REFERENCE_FORMS)
def test_the_delivered_papers_come_back(form: str, papers: list[Paper]) -> None:
    back = again(papers, form)
    assert said(back) == said(papers)
    assert [p.paper_id for p in back] == [p.paper_id for p in papers]
    assert {url for p in papers for url in p.urls} <= {url for p in back for url in p.urls}


@pytest.mark.parametrize("form", REFERENCE_FORMS)
def test_odd_papers_come_back(form: str) -> None:
    named = [replace(p, paper_id=f"p{at}") for at, p in enumerate(ODD)]
    back = again(named, form)
    for one, other in zip(said(named), said(back), strict=True):
        assert other == one


@pytest.mark.parametrize("form", REFERENCE_FORMS)
def test_no_paper_is_a_file_without_any(form: str) -> None:
    assert export_papers([], form).strip() in ("", "[]")


def test_another_form_is_refused() -> None:
    with pytest.raises(InputError, match=r"no format 'word'\. Formats are bibtex, ris, csl-json"):
        export_papers([], "word")


def test_a_key_is_like_those_of_better_bibtex() -> None:
    one = odd("Attention is all you need", authors=("Ashish Vaswani", "Noam Shazeer"), year=2017)
    assert citekey(one) == "vaswaniAttentionNeed2017"
    assert (
        citekey(replace(one, authors=("Łukasz van der Ørsted",))) == "vanderorstedAttentionNeed2017"
    )
    assert citekey(odd("RETRACTED: Über die SINet-Größe")) == "UberDieSINet"
    assert citekey(odd("深度学习", paper_id="a/b")) == "a-b"


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("key", "DBLP:conf/nips/Vas17", "DBLP:conf/nips/Vas17"),
        ("citation-key", "vas_17", "vas_17"),
        ("Extra", "arXiv: 1706.03762 Citation Key: mine+17 tex.x: y", "mine+17"),
        ("key", "not, a {key}", "Owls"),
        ("note", "no key", "Owls"),
    ],
)
def test_a_key_that_the_source_gives_is_kept(name: str, value: str, key: str) -> None:
    assert citekey(odd("Owls", extra=((name, value),))) == key


def test_the_key_of_an_item_of_zotero_is_no_citation_key() -> None:
    item = (("zotero", "zotero://select/library/items/ABCD1234"), ("key", "ABCD1234"))
    assert citekey(odd("Owls", extra=item)) == "Owls"
    assert citekey(odd("Owls", extra=(*item, ("citation key", "strix21")))) == "strix21"


def test_no_two_papers_of_a_file_share_a_key() -> None:
    same = [odd("Owls", paper_id=f"p{at}", abstract=f"{at}") for at in range(3)]
    same.append(replace(same[0], paper_id="q", extra=(("key", "owls"),)))
    keys = citekeys(same)
    assert len({key.lower() for key in keys.values()}) == len(same)
    assert keys == citekeys(same[::-1])  # in any order
    assert keys["p0"] == "Owls" and keys["p1"].startswith("Owls-")
    for form, pattern in (
        ("bibtex", r"@\w+\{(.*),"),
        ("ris", r"ID  - (.*)"),
        ("csl-json", r'"id": "(.*)"'),
    ):
        assert re.findall(pattern, export_papers(same, form)) == list(
            keys[p.paper_id] for p in same
        )


def test_csl_has_what_its_schema_names() -> None:
    one = replace(ODD[-1], paper_id="p")
    (item,) = json.loads(export_papers([one], "csl-json"))
    assert item["id"] == item["citation-key"] == "dahlia:2015a"
    assert item["type"] == "paper-conference"
    assert item["author"] == [
        {"family": "Dahlia", "given": "R K"},
        {"family": "Serre", "given": "J.-P."},
    ]
    assert item["issued"] == {"date-parts": [[2015]]}
    assert (item["DOI"], item["PMID"]) == ("10.1000/a_b(1)", "31000009")
    assert item["URL"] == "https://doi.org/10.1000/a_b(1)"
    groups = json.loads(export_papers([replace(ODD[8], paper_id="p")], "csl-json"))[0]["author"]
    assert groups == [
        {"literal": "World Health Organization"}, {"literal": "Plato"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr"},
    ]  # fmt: skip


def test_formulas_are_left_to_latex_and_prices_are_not() -> None:
    text = export_papers([odd("On $H^2$ and $5 or $10 at 7%", paper_id="p")], "bibtex")
    assert r"title = {{On $H^2$ and \$5 or \$10 at 7\%}}" in text


@pytest.mark.parametrize("form", REFERENCE_FORMS)
def test_volume_and_pages_come_back_from_one_format_in_another(form: str) -> None:
    (record,) = read(ENDINGS[form], export_papers([replace(ODD[-1], paper_id="p")], form))
    assert isinstance(record, Record)
    again = details_of(replace(ODD[-1], extra=record.extra))
    assert (again.volume, again.first_page, again.last_page) == ("3", "1", "9")
    assert kind_of(replace(ODD[-1], extra=record.extra)).bibtex == "inproceedings"
