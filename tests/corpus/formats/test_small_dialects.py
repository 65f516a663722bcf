"""Small habits of programs and people in exports, each by one paper."""

from __future__ import annotations

import json

import pytest
from reading import one, titles

from rag.corpus.formats.fields.author_lists import names_in_one
from rag.corpus.formats.fields.column_names import meaning_of
from rag.corpus.formats.fields.status import status_of_abstract
from rag.corpus.record import Record
from rag.types import PaperStatus

OTHER = '<abstract abstract-type="{kind}"><p>Owls are fun.</p></abstract>'
OWN = "<abstract><p>Owls heard mice.</p></abstract>"


def jats(abstracts: str, title: str = "Owls at night") -> Record:
    front = f"<article-meta><article-title>{title}</article-title>{abstracts}</article-meta>"
    return one("a.xml", f"<article><front>{front}</front></article>")


@pytest.mark.parametrize("kind", ["plain-language-summary", "graphical", "teaser", "toc"])
@pytest.mark.parametrize("first", [True, False])
def test_the_abstract_of_jats_is_that_without_a_type(kind: str, first: bool) -> None:
    other = OTHER.format(kind=kind)
    assert jats(OWN + other if first else other + OWN).abstract == "Owls heard mice."


@pytest.mark.parametrize(
    "mark", ['<xref ref-type="fn" rid="f1"><sup>*</sup></xref>', '<fn id="f1"><p>A talk.</p></fn>']
)
def test_a_footnote_is_not_in_the_title(mark: str) -> None:
    assert jats(OWN, f"Owls{mark} at night").title == "Owls at night"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Moe AB, Nel C, Oja DK", ["Moe AB", "Nel C", "Oja DK"]),
        ("Moe AB, Nel C", ["Moe AB", "Nel C"]),
        ("Moe, A., Nel, C.D.", ["Moe, A.", "Nel, C.D."]),
        ("Moe, Anna B", ["Moe, Anna B"]),
        ("Moe, A.", ["Moe, A."]),
        ("Moe, A., Jr.", ["Moe, A., Jr."]),
        ("Moe AB, MD", ["Moe AB, MD"]),
        ("Ministry of Owls, Unit of Mice", ["Ministry of Owls, Unit of Mice"]),
    ],
)
def test_a_list_in_a_field_for_one_author(text: str, names: list[str]) -> None:
    assert names_in_one(text) == names


def test_ris_with_all_authors_in_one_field() -> None:
    record = one("a.ris", "TY  - JOUR\nTI  - Owls\nAU  - Moe AB, Nel C\nER  -\n")
    assert record.authors == ("A B Moe", "C Nel")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Årtal", "year"),
        ("Årstall", "year"),
        ("Start Date", "year"),
        ("EA", "year"),
        ("DOI / enlace", "doi"),
        ("DOI-länk", "doi"),
        ("DOI-nummer", "doi"),
        ("Lien DOI", "doi"),
        ("人物名", "authors"),
    ],
)
def test_names_of_columns(name: str, field: str) -> None:
    assert meaning_of(name)[0] == field


def test_wos_early_access() -> None:
    assert (
        one("a.txt", "FN Clarivate\nVR 1.0\nPT J\nTI Owls\nPD DEC\nEA NOV 2022\nER\n").year == 2022
    )


def test_endnote_xml_knows_the_pmid_by_the_link() -> None:
    link = "<urls><related-urls><url>https://pubmed.ncbi.nlm.nih.gov/123456/</url></related-urls></urls>"
    text = (
        f"<xml><records><record><titles><title>Owls</title></titles>{link}</record></records></xml>"
    )
    assert one("a.xml", text).identifiers.pmid == "123456"


def test_a_note_of_csl_has_identifiers_and_stays() -> None:
    csl = [{"title": "Owls", "issued": {"raw": "2019"}, "note": "PMID: 123456\nkey: moe19"}]
    record = one("a.json", json.dumps(csl))
    assert record.identifiers.pmid == "123456"
    assert "key: moe19" in dict(record.extra)["note"]


def test_short_capital_labels_are_fields() -> None:
    lines = (
        "ID: CN-1",
        "AU: Moe A",
        "TI: Owls",
        "YR: 2015",
        "VL: 3",
        "AB: Owls heard.",
        "US: x.org",
    )
    record = one("a.txt", "Record #1 of 1\n" + "\n".join(lines))
    assert (record.title, record.year, record.abstract) == ("Owls", 2015, "Owls heard.")


@pytest.mark.parametrize("kind", ["attachment", "note"])
def test_an_attachment_in_a_table_of_zotero_is_no_paper(kind: str) -> None:
    text = f"Key,Item Type,Title,Date\nA,journalArticle,Owls,2019\nB,{kind},Full Text PDF,\n"
    assert titles("a.csv", text) == ["Owls", f"it is a Zotero {kind}, not a paper"]


@pytest.mark.parametrize("number", ["NCT01234567", "ISRCTN12345678", "ACTRN12605000123456"])
def test_the_number_of_a_trial_is_no_author(number: str) -> None:
    record = one("a.ris", f"TY  - JOUR\nTI  - Owls\nAU  - {number}\nAU  - Moe, A\nER  -\n")
    assert record.authors == ("A Moe",)


@pytest.mark.parametrize(
    ("abstract", "status"),
    [
        ("Retraction in: Owl Lett 2022. Owls heard mice.", "retracted"),
        ("Erratum in: Owl Lett 2022. Owls heard mice.", "corrected"),
        ("Retraction in Owls is a reflex of the neck.", ""),
    ],
)
def test_a_notice_before_an_abstract(abstract: str, status: PaperStatus) -> None:
    assert status_of_abstract("Owls", abstract) == status


@pytest.mark.parametrize(
    ("headings", "remarked"),
    [
        (("Owls hear mice below snow", "Mice hear owls above snow"), True),
        (("Methods", "My own thoughts"), False),
        (("Owls hear mice below snow", "My own thoughts"), False),
    ],
)
def test_notes_on_several_papers_are_remarked(headings: tuple[str, str], remarked: bool) -> None:
    text = "# Notes\n" + "".join(f"\n## {heading}\n\nGood.\n" for heading in headings)
    assert ("several long headings" in one("a.md", text).remark) is remarked
