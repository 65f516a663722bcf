"""Headings of an abstract: those that lost tags have glued to its text, and those like labels."""

from __future__ import annotations

import pytest
from reading import one, read

from rag.corpus.formats.markup.headings import headings_apart
from rag.corpus.record import Record


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("AbstractBackground: Tea is old.", "Background: Tea is old."),
        ("AbstractWe drink tea.", "We drink tea."),
        ("Abstract We drink tea.", "We drink tea."),
        ("Abstract:We drink tea.", "We drink tea."),
        ("Abstract Aim: To drink.", "Aim: To drink."),
        ("ABSTRACTOBJECTIVE: To drink.", "OBJECTIVE: To drink."),
        ("Abstract: We drink. Abstract. No", "We drink. Abstract. No"),
        ("AbstractObjectiveTo drink.", "Objective: To drink."),
        (
            "BackgroundThe tea. MethodsA cup.ResultsAmong us.",
            "Background: The tea. Methods: A cup. Results: Among us.",
        ),
        (
            "BackgroundTea is old. MethodsCups were full. ConclusionsWe drink.",
            "Background: Tea is old. Methods: Cups were full. Conclusions: We drink.",
        ),
        ("BACKGROUNDThe tea. METHODSWe drink.", "BACKGROUND: The tea. METHODS: We drink."),
    ],
)
def test_glued_headings_are_parted(glued: str, apart: str) -> None:
    assert headings_apart(glued) == apart


@pytest.mark.parametrize(
    "abstract",
    [
        "BackgroundMatting cuts hair. It is good.",
        "AbstractNet draws. ResultsNet counts.",
        "AbstractSyntax trees grow.",
        "Abstract algebra is old.",
        "Abstract Interpretation is old.",
        "METHODS: We drink. RESULTS. We slept. CONCLUSIONS We wake.",
        "Methods and Results are words. Conclusions.",
        "PatientsLikeMe is a site. SummaryMixing is a model. AimNet too.",
        "",
    ],
)
def test_names_and_other_headings_stay(abstract: str) -> None:
    assert headings_apart(abstract) == abstract


def test_tags_glue_headings() -> None:
    marked = (
        "TY  - JOUR\nTI  - Tea\nAB  - <b>Background</b>The tea. <b>Results</b>It is hot.\nER  - \n"
    )
    assert one("a.ris", marked).abstract == "Background: The tea. Results: It is hot."


def test_headings_of_an_abstract_are_no_labels() -> None:
    parts = "Objective: to see\nSubjects: 30 cats.\nLocation: a town.\nResults: none.\nSummary: So."
    record = "Title: {}\nYear: 2001\nAuthors: Doe J\nAbstract: {}\nSubjects: lamp; town\n\n"
    text = f"Title: One\nYear: 2001\nAuthors: Doe J\nAbstract: {parts}\nKeywords: lamp\n\n"
    first, second, third = read(
        "a.txt",
        text + record.format("Two", "They sleep.") + record.format("Three", "Aims: to see."),
    )
    assert isinstance(first, Record) and isinstance(second, Record) and isinstance(third, Record)
    assert (first.abstract, first.tags) == (" ".join(parts.split()), ("lamp",))
    assert second.tags == third.tags == ("lamp", "town")
