"""What a reader who has not asked yet is offered is answered completely."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answering.flow import Assistant
from rag.answering.offers import as_usual, called, in_small_letters
from rag.engine import Engine
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import ModelChoice, Paper
from ui.web.views.welcome import EXAMPLES

_LAW = (
    (
        "Algorithmic Sentencing and Due Process",
        "We review constitutional challenges to algorithmic sentencing. Courts accept secret "
        "formulas as long as a judge retains discretion.",
    ),
    (
        "Judges and Risk Scores: An Experiment",
        "340 judges decided the same vignettes. Sentences for high scores rose by 11%. "
        "Algorithmic sentencing makes punishment harsher.",
    ),
    (
        "Arbitration Clauses in Consumer Contracts",
        "We collected the terms of 500 online shops. Three quarters require arbitration, and most "
        "arbitration clauses waive class actions.",
    ),
    (
        "Judicial Independence and Judicial Salaries",
        "Using data on 78 countries we find no effect of salaries on judicial independence.",
    ),
)


def _paper(n: int, title: str, abstract: str) -> Paper:
    return Paper(f"p{n}", title, abstract, (), n, "law.bib")


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Engine]:
    settings = load_settings(index=tmp_path_factory.mktemp("law"), llm="quotes")
    Engine(settings, embedder=lambda: embedder).add([_paper(n, *p) for n, p in enumerate(_LAW)])
    with Engine(settings, embedder=lambda: embedder) as engine:
        yield engine


def test_a_small_collection_offers_what_its_own_papers_answer(law: Engine) -> None:
    offered = law.suggestions.offers(4)
    asked = {offer.kind: offer.question for offer in offered}
    assert "algorithmic sentencing" in asked["A list"].lower()
    listed = law.ask(asked["A list"])
    assert {citation.paper_id for citation in listed.citations} == {"p0", "p1"}
    found = law.ask(asked["A finding"])
    assert not found.abstained and len(found.citations) == 1
    assert all(law.suggestions.all_answered([offer.question]) for offer in offered)
    assert law.suggestions.offers(1) == offered[:1]


def test_the_examples_for_the_delivered_papers_are_complete(library: Library) -> None:
    assistant = Assistant(library, None, ModelChoice("quotes", "none", ""))
    asked = dict(EXAMPLES)

    def cited(question: str) -> set[str]:
        answer = assistant.ask(question)
        assert not any(section.papers for section in answer.sections)  # none is in doubt
        return {citation.paper_id for citation in answer.citations}

    def holders(*words: str) -> set[str]:
        texts = {p.paper_id: f"{p.title} {p.abstract}".lower() for p in library.papers}
        return {i for i, text in texts.items() if any(word in text for word in words)}

    assert cited(asked["A list"]) == holders("mamba", "state space", "state-space")
    assert cited(asked["A count"]) == holders("fmri")
    assert len(cited(asked["A comparison"])) == 2
    assert len(cited(asked["An overview"])) >= len(holders("neural field"))
    assert all(cited(asked[kind]) for kind in ("A fact", "An acronym"))


def test_a_topic_is_written_as_papers_write_it() -> None:
    assert as_usual("state space model", ["State space models do."]) == "state space models"
    assert as_usual("deep learning", ["Deep learning does."]) == "deep learning"
    assert in_small_letters("Brain Decoding") == "brain decoding"
    assert in_small_letters("fMRI Data") == "fMRI data"
    assert in_small_letters("Mamba") == "Mamba"
    assert called(_paper(1, "SINet: Light", "")) == "SINet"
    assert called(_paper(1, "SINet: Light.", ""), whole=True) == "“SINet: Light”"
