"""Headings that lost tags have glued to an abstract's text."""

from __future__ import annotations

import pytest
from reading import one

from rag.corpus.formats.headings import headings_apart


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("AbstractBackground: Tea is old.", "Background: Tea is old."),
        ("AbstractWe drink tea.", "We drink tea."),
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
