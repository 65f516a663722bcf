"""Lists keep to the limits of the question, and say what was looked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings
from rag.types import Answer, Paper

_ABSTRACTS = {
    "Microphones at Night": "We count owls at night with microphones. Code is available at https://github.com/o/owl.",
    "Cameras at Night": "We count owls at night with cameras.",
    "A Survey of Barns": "We count barn owls at night with microphones and sonar.",
    "A Map of Thin Ice": "We measure sea ice with radar. Our source code will be released.",
    "Bread": "We bake sourdough bread and taste it.",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Callable[[str], Answer]:
    """Asks five papers without years."""
    settings = Settings(index=tmp_path_factory.mktemp("index"), llm="quotes")
    engine = Engine(settings, embedder=lambda: embedder)
    made = enumerate(_ABSTRACTS.items())
    engine.add([Paper(f"p{n}", t, a, (), n, "owls.bib", (), None) for n, (t, a) in made])
    return engine.ask


def _cited(answer: Answer) -> set[str]:
    return {citation.paper_id for citation in answer.citations}


def test_a_number_of_papers_is_kept_to(ask: Callable[[str], Answer]) -> None:
    answer = ask("give me 2 papers about owls")
    assert answer.lead == "2 papers, as asked, of 3 that belong here."
    assert len(answer.citations) == 2
    assert answer.coverage is not None and answer.coverage.matched == 3
    assert ask("give me 7 papers about owls").lead.startswith("3 papers, not 7")
    assert len(ask("show me 2 papers").citations) == 2


def test_papers_that_speak_of_what_is_left_out_are_left_out(ask: Callable[[str], Answer]) -> None:
    answer = ask("papers not about owls")
    assert _cited(answer) == {"p3", "p4"}
    assert answer.lead.startswith("2 of the 5 papers do not speak of “owls” in title or abstract")
    assert _cited(ask("papers about owls but not sonar")) == {"p0", "p1"}
    none = ask("papers about owls that don't mention night")
    assert none.abstained
    assert none.answer.startswith("All 3 papers on “owls” speak of “night” in title or abstract.")


def test_papers_with_code_are_quoted_for_it(ask: Callable[[str], Answer]) -> None:
    answer = ask("which papers have code on github")
    assert _cited(answer) == {"p0", "p3"}
    assert [claim.text for claim in answer.claims] == [
        "Code is available at https://github.com/o/owl.",
        "Their source code will be released.",
    ]
    assert _cited(ask("owl papers with code")) == {"p0"}
    assert _cited(ask("papers without code")) == {"p1", "p2", "p4"}


def test_years_that_no_record_has_are_said_to_be_unknown(ask: Callable[[str], Answer]) -> None:
    answer = ask("owl papers since 2019")
    assert _cited(answer) == {"p0", "p1", "p2"}
    assert answer.lead.endswith("The records here have no years, so these are of any.")
    newest = ask("whats newest on owls")
    assert newest.answer.startswith("The records here have no years, so I cannot tell.")
    assert "On “owls”, in no order:" in newest.answer


def test_of_both_only_papers_with_the_words_of_both_are_certain(
    ask: Callable[[str], Answer],
) -> None:
    assert _cited(ask("papers about both owls and sonar")) == {"p2"}
