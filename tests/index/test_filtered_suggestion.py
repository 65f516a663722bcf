"""The question offered after an abstention stays within the filter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from test_filtered_search import paper

from rag.answering.flow import Assistant
from rag.answering.suggestions import Suggestions
from rag.engine import Engine
from rag.index.build.sync import index_papers
from rag.index.library import open_library
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import Filter, Scope


@pytest.fixture(scope="module")
def terns(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    """Twelve papers of one name, told apart by their years."""
    made = load_settings(index=tmp_path_factory.mktemp("terns") / "index", llm="quotes")
    folder, identity = Engine(made).folder, Engine(made).identity
    said = "Tern is a parser of long documents. We propose Tern, which reads in linear time."
    papers = [
        paper(f"tern{y}", "Tern: parsing documents", said, "Ada Smith", y, "ICLR")
        for y in range(2001, 2013)
    ]
    index_papers(folder, identity, papers, lambda: embedder)
    with closing(open_library(folder, identity, embedder)) as library:
        yield Engine(made, library=library).assistant


@pytest.mark.parametrize("scope", [Scope(filter=Filter(2012)), Scope(("tern2007",))])
def test_the_better_question_is_one_that_the_narrowed_papers_answer(
    terns: Assistant, scope: Scope
) -> None:
    refused = terns.ask("What batch size was Tern trained with?", scope=scope)
    [nearest] = refused.nearest
    offered = Suggestions(terns).after(refused, scope, seconds=60)
    assert offered
    for question in offered:
        answer = terns.ask(question, scope=scope)
        assert [c.paper_id for c in answer.citations] == [nearest.paper_id]


def test_no_better_question_is_offered_that_other_papers_would_answer(terns: Assistant) -> None:
    refused = terns.ask("What batch size was Tern trained with in papers since 2012?")
    assert [ref.paper_id for ref in refused.nearest] == ["tern2012"]
    assert Suggestions(terns).after(refused, seconds=60) == []
