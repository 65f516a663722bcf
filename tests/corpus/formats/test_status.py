"""What became of a paper after it was published, wherever a source says it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from reading import one

from rag.corpus.formats.fields.status import noticed, split_mark, status_in
from rag.types import PaperStatus, worst

OWLS = "Owls hear mice below the snow"


@pytest.mark.parametrize(
    ("title", "status"),
    [
        (f"RETRACTED: {OWLS}", "retracted"),
        (f"Retracted Article: {OWLS}", "retracted"),
        (f"RETRACTED ARTICLE {OWLS}", "retracted"),
        (f"RETRACTED {OWLS}", "retracted"),
        (f"[Retracted] {OWLS}", "retracted"),
        (f"(RETRACTED PAPER) {OWLS}", "retracted"),
        (f"{OWLS} [Retracted]", "retracted"),
        (f"{OWLS} (Retracted article. See vol. 8, pg 31, 2016)", "retracted"),
        (f"{OWLS} - RETRACTED", "retracted"),
        (f"撤稿：{OWLS}", "retracted"),
        (f"{OWLS} (Retracted paper, see vol 8)", "retracted"),
        (f"{OWLS} (Retracted. See Owl Lett. 8)", "retracted"),
        (f"Withdrawn article: {OWLS}", "withdrawn"),
        (f"WITHDRAWN: {OWLS}", "withdrawn"),
        (f"REMOVED: {OWLS}", "withdrawn"),
        (f"{OWLS} (withdrawn)", "withdrawn"),
        (f"TEMPORARY REMOVAL: {OWLS}", "withdrawn"),
        (f"Expression of concern: {OWLS}", "expression of concern"),
    ],
)
def test_a_mark_of_the_title_is_a_status(title: str, status: PaperStatus) -> None:
    assert split_mark(title) == (OWLS, status)


@pytest.mark.parametrize(
    "title",
    [
        OWLS,
        "Retracted papers are cited for years",
        "Why reports are retracted",
        "Withdrawn drugs of the last decade",
        "Wings removed: a case",
        "Removed: tales of empty nests",
        "Withdrawn: the quiet life of owls",
        "Owl feed (withdrawn from the market in Norway)",
        "Old nests (removed from trees)",
        "Flight with a stiff wing (retracted feathers)",
        "Owls that hide - withdrawn",
        f"Retraction: {OWLS}",
        f"{OWLS} (Retraction of vol 7, pg 3, 2015)",
        f"Erratum to: {OWLS}",
        "RETRACTED",
        "[Retracted]",
    ],
)
def test_a_title_without_a_mark_stays(title: str) -> None:
    assert split_mark(title) == (title, "")


@pytest.mark.parametrize(
    ("title", "paper", "status"),
    [
        (f"Retraction notice to “{OWLS}” [Owl Lett. 3 (2015) 1-9]", OWLS, "retracted"),
        (f"Retraction: {OWLS}", OWLS, "retracted"),
        (f"Notice of Retraction: {OWLS}", OWLS, "retracted"),
        (f"Withdrawal of: {OWLS}", OWLS, "withdrawn"),
        (f"Expression of Concern regarding '{OWLS}'", OWLS, "expression of concern"),
        (f"Author Correction: {OWLS}", OWLS, "corrected"),
        (f"Erratum to {OWLS} [Owl Lett. 3 (2015)]", OWLS, "corrected"),
        (f"Correction to “{OWLS}”", OWLS, "corrected"),
        (f"Removal notice to {OWLS}", OWLS, "withdrawn"),
        (f"Notice of withdrawal of {OWLS}", OWLS, "withdrawn"),
        (f"Statement of Retraction: {OWLS}", OWLS, "retracted"),
        (OWLS, "", ""),
        ("Withdrawal of sedatives from captive owls", "", ""),
        ("Removal of old nests from barns", "", ""),
        ("Removal of 'stray feathers' from barns", "", ""),
        ("Correction for many comparisons of owls", "", ""),
        ("Corrections of flight: owls in the wind", "", ""),
        ("Retraction of the wing in flight", "the wing in flight", "retracted"),
    ],
)
def test_a_notice_names_its_paper(title: str, paper: str, status: PaperStatus) -> None:
    assert noticed(title) == (paper, status)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("PT", ["Journal Article", "Retracted Publication"], "retracted"),
        ("DT", "Article; Retracted Publication", "retracted"),
        ("Document Type", "Retracted", "retracted"),
        ("Publication Type", "Withdrawn", "withdrawn"),
        ("is_retracted", True, "retracted"),
        ("is_retracted", "TRUE", "retracted"),
        ("RIN", ["Owl Lett. 2016"], "retracted"),
        ("ECI", ["Owl Lett. 2016"], "expression of concern"),
        ("EIN", ["Owl Lett. 2016"], "corrected"),
        ("tags", ("owls", "Retracted Article"), "retracted"),
        ("is_retracted", 1.0, "retracted"),
        ("retracted", "2016-03-02", "retracted"),
        ("RIN", "No To Owl. 2016", "retracted"),
        ("N1", "Retraction in: Owl Lett. 2016", "retracted"),
        ("N1", "Erratum in Owl Lett. 2016", "corrected"),
        ("RetractionNature", "Expression of concern", "expression of concern"),
        ("updated-by", [{"type": "retraction", "DOI": "10.1/x"}], "retracted"),
        ("updated-by", [{"type": "erratum"}, {"type": "removal"}], "withdrawn"),
        ("relation", {"is-retracted-by": [{"id": "10.1/x"}]}, "retracted"),
        ("commentCorrectionList", {"commentCorrection": [{"type": "Retraction in"}]}, "retracted"),
        # What only looks like it, and what is said of a notice.
        ("is_retracted", False, ""),
        ("is_retracted", "no", ""),
        *(("is_retracted", no, "") for no in ("0.0", 0.0, "f", "unknown", "nein", "нет", "-")),
        ("is_retracted", "Not retracted (2024)", ""),
        ("withdrawn_date", "0000-00-00", ""),
        ("expression_of_concern", "not checked", ""),
        ("expression_of_concern", "False", ""),
        ("RetractionDOI", "10.1000/notice.of.a.correction", ""),
        ("type", "retraction", ""),
        ("PT", ["Retraction of Publication"], ""),
        ("update-to", [{"type": "retraction", "DOI": "10.1/x"}], ""),
        ("Overall Status", "WITHDRAWN", ""),
        ("tags", ("Retraction of Publication as Topic", "withdrawal in mice"), ""),
        ("note", "The authors have not retracted their claim in later work", ""),
    ],
)
def test_a_field_gives_a_status(name: str, value: object, status: PaperStatus) -> None:
    assert status_in([("x", 1), (name, value)]) == status


def test_the_worst_counts() -> None:
    assert worst(["corrected", "retracted", "", "withdrawn"]) == "retracted"
    assert worst([]) == ""


def _json(**more: Any) -> str:
    return json.dumps([{"title": OWLS, **more}])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ris", f"TY  - JOUR\nTI  - {OWLS}\nM3  - Retracted Publication\nER  - \n"),
        ("a.ris", f"TY  - JOUR\nTI  - {OWLS}\nKW  - owls\nKW  - Retracted\nER  - \n"),
        ("a.nbib", f"PMID- 1\nTI  - {OWLS}\nPT  - Journal Article\nPT  - Retracted Publication\n"),
        ("a.nbib", f"PMID- 1\nTI  - {OWLS}\nRIN - Owl Lett. 2016. PMID: 2\n"),
        ("a.ciw", f"FN x\nVR 1.0\nPT J\nTI {OWLS}\nDT Article; Retracted Publication\nER\nEF\n"),
        ("a.enw", f"%0 Journal Article\n%T {OWLS}\n%9 Retracted Article\n"),
        ("a.bib", f"@article{{a, title={{{OWLS}}}, note={{Retracted}}}}\n"),
        ("a.bib", f"@article{{a, title={{{{RETRACTED}}: {OWLS}}}}}\n"),
        ("a.csv", f"Title,Document Type\n{OWLS},Retracted\n"),
        ("a.csv", f"Title,is_retracted\n{OWLS},True\n"),
        ("a.json", _json(is_retracted=True)),
        ("a.json", _json(pubTypeList={"pubType": ["article", "Retracted Publication"]})),
        ("a.json", _json(**{"updated-by": [{"type": "retraction"}]})),
        ("a.json", _json(abstract="This article has been retracted at the request of all.")),
        ("a.json", _json(tags=[{"tag": "Retracted"}])),
        (
            "a.xml",
            f"<PubmedArticle><PMID>1</PMID><ArticleTitle>{OWLS}</ArticleTitle><PublicationTypeList>"
            "<PublicationType>Article</PublicationType><PublicationType>Retracted Publication"
            "</PublicationType></PublicationTypeList></PubmedArticle>",
        ),
        (
            "a.xml",
            f"<PubmedArticle><PMID>1</PMID><ArticleTitle>{OWLS}</ArticleTitle>"
            '<CommentsCorrections RefType="RetractionIn"/></PubmedArticle>',
        ),
        (
            "a.xml",
            f"<xml><records><record><titles><title>{OWLS}</title></titles>"
            "<work-type>Retracted Publication</work-type></record></records></xml>",
        ),
    ],
)
def test_each_format_tells_of_a_retraction(name: str, text: str) -> None:
    record = one(name, text)
    assert (record.title.rstrip("."), record.status) == (OWLS, "retracted")


def test_a_notice_is_not_retracted_itself() -> None:
    text = "This article has been retracted, because the owls were asleep."
    assert one("a.json", _json(title=f"Retraction notice to “{OWLS}”", abstract=text)).status == ""
    assert one("a.json", _json(title="Removal of old nests", abstract=text)).status == "retracted"
