"""A question, read: what is known of it, and that it is computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from rag.answering.flow import Assistant
from rag.corpus.papers import make_paper
from rag.engine import Engine
from rag.index.library import Library
from rag.index.words.lexical import LexicalIndex
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import retrieve_query, search
from rag.settings import Settings
from rag.types import EVERYTHING, Filter, Scope, Turn

PLAIN = "Can images be generated from text?"
ON_SINET = (
    Turn("user", "By how much does SINet reduce the number of parameters?"),
    Turn("assistant", "From 2.1M to 86.9K."),
)


def read(library: Library, question: str, scope: Scope = EVERYTHING) -> Query:
    return read_query(QueryText(library, question), scope)


@pytest.fixture
def counts(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often the index and the embedder are asked, by what they are asked for."""
    calls: Counter[str] = Counter()

    def count(part: object, name: str) -> None:
        method = getattr(part, name)

        def counted(*args: Any, **options: Any) -> Any:
            calls[name] += 1
            return method(*args, **options)

        monkeypatch.setattr(part, name, counted)

    library.read_question.cache_clear()
    count(library.embedder, "ask")
    count(library.dense, "search_chunks")
    yield calls


@pytest.fixture(scope="module")
def quotes(settings: Settings, library: Library) -> Assistant:
    return Engine(settings, library=library).assistant


def test_a_plain_question_is_embedded_and_searched_once(
    quotes: Assistant, counts: Counter[str]
) -> None:
    quotes.ask(PLAIN)
    assert counts == {"ask": 1, "search_chunks": 1}


def test_a_history_that_is_not_needed_costs_no_search(
    quotes: Assistant, counts: Counter[str]
) -> None:
    answer = quotes.ask(PLAIN, history=ON_SINET)
    assert answer.standalone_question == PLAIN
    assert counts == {"ask": 1, "search_chunks": 1}


def test_titles_are_taken_out_for_one_more_embedding(
    quotes: Assistant, counts: Counter[str]
) -> None:
    quotes.ask("How many parameters does SINet have?")
    assert counts == {"ask": 2, "search_chunks": 1}


def test_each_part_is_computed_when_it_is_first_used(
    library: Library, counts: Counter[str]
) -> None:
    query = read(library, "How many parameters does SINet have?")
    assert counts == {"ask": 1}, "its vector says what is asked"
    assert query.content.text == "How many parameters does it have?"
    assert query.content is query.content
    assert query.mentions is query.mentions
    assert query.search.vector is query.search.vector
    assert counts == {"ask": 1}


def test_a_query_is_a_value(library: Library) -> None:
    query = read(library, PLAIN)
    assert query == read(library, PLAIN)
    with pytest.raises(FrozenInstanceError):
        query.text = "another"  # type: ignore[misc]


def test_a_list_is_searched_by_its_topic(library: Library) -> None:
    query = read(library, "Which papers use a mixture of experts?")
    assert (query.kind, query.search.text) == ("list", "mixture of experts")
    assert query.text == "Which papers use a mixture of experts?"
    assert len(retrieve_query(query, 3).ranked) == len(library.papers)


def test_a_question_without_titles_is_its_own_content(library: Library) -> None:
    query = read(library, PLAIN)
    assert query.content is query.search
    only_title = read(library, "SINet?")
    assert only_title.content is only_title.search


def test_only_papers_of_the_scope_are_mentioned(library: Library) -> None:
    first, second = read(library, "Compare MindBridge and NeuroPictor").mentions
    query = read(library, "Compare MindBridge and NeuroPictor", Scope((second.paper_id,)))
    assert query.mentions == (second,)
    assert query.papers_are_known
    assert first in query.search.named


def test_a_filter_and_nothing_else_lists_the_scope(library: Library) -> None:
    scope = Scope(filter=Filter(sources=("trending-papers.txt",)))
    query = read(library, "papers", scope)
    assert (query.kind, query.lists_whole_scope) == ("list", True)
    assert not read(library, "papers on attention", scope).lists_whole_scope
    assert not read(library, "papers").lists_whole_scope


def test_a_search_is_reused_where_it_is_the_same(library: Library, counts: Counter[str]) -> None:
    text = QueryText(library, PLAIN)
    known = search(text, 10)
    found = retrieve_query(read_query(text), 5, known)
    assert found.ranked == known.ranked[:5]
    assert counts == {"ask": 1, "search_chunks": 1}
    within = Scope((library.papers[0].paper_id,))
    assert len(retrieve_query(read_query(text, within), 5, known).ranked) == 1
    assert counts == {"ask": 1, "search_chunks": 2}


def test_the_nearest_is_that_of_the_library_also_within_a_scope(library: Library) -> None:
    text = QueryText(library, PLAIN)
    everywhere, within = search(text, 10), search(text, 10, Scope((library.papers[0].paper_id,)))
    assert within.nearest < everywhere.nearest
    assert within.nearest_anywhere() == pytest.approx(everywhere.nearest_anywhere())


def test_everyday_names_of_a_library_are_found_in_capitals_only(
    library: Library, tmp_path: Path
) -> None:
    papers = [
        make_paper("Chosen Data", "We select data; our method is LESS.", order=0, source="s"),
        make_paper("Plain Data", "We need little and less of it.", order=1, source="s"),
        make_paper("Dolls", "We call it gDOLL.", order=2, source="s"),
    ]
    lexical = LexicalIndex(tmp_path, create=True)
    lexical.replace([], papers)
    small = Library(papers, library.dense, lexical, library.tokens, library.embedder)

    def named(text: str) -> list[str]:
        return [mention.paper_id for mention in QueryText(small, text).named]

    assert named("How good is LESS?") == [papers[0].paper_id]
    assert named("What needs less data?") == []
    assert named("what is gdoll?") == [papers[2].paper_id]
