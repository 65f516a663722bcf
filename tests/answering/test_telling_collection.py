"""The collection as a whole: how many papers, from when, from where, by whom, on what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telling_library import PAPERS, ask, collection, ids, open_papers

from rag.answering.telling.records import collection as telling
from rag.answering.telling.tell import tell
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.query.query import QueryText, read_query
from rag.settings import load_settings
from rag.types import Scope


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """Six papers with records."""
    settings = load_settings(index=tmp_path_factory.mktemp("whole") / "index", llm="quotes")
    return open_papers(settings, embedder, PAPERS)


@pytest.mark.parametrize(
    ("question", "said", "papers"),
    [
        ("how many papers do you have?", ["holds 6 papers, each with its abstract."], []),
        ("do you have more than 5 papers", ["Yes. This collection holds 6 papers"], []),
        ("are there at least ten thousand, or fewer than 5?", ["No."], []),
        ("which years are covered", ["from 2015 to 2024, most from 2019 (2)"], []),
        ("how many papers per year", ["2015: 1, 2019: 2, 2021: 1, 2024: 1."], []),
        ("from when to when do they go", ["from 2015 to 2024"], []),
        ("what is the newest paper", ["is from 2024:", "Then:"], ["p2", "p1", "p0"]),
        ("newest and oldest paper?", ["from 2024:", "from 2015:"], ["p2", "p3"]),
        ("which journals are in here", ["3 venues", "Marine Letters (2)", "1 paper is from"], []),
        ("who are the most frequent authors", ["Anna Müller (2), Pieter de Vries (2)"], []),
        ("how many authors are there", ["7 authors"], []),
        ("list all papers", ["ReefCam", "Insulin"], [f"p{n}" for n in range(6)]),
        ("sort everything by date", ["from 2015"], ["p2", "p1", "p0", "p4", "p3"]),
        ("what topics are covered?", ["**Fish and reefs** (2 papers)"], ["p0", "p1", "p2", "p3"]),
        ("what's in here", ["6 papers", "2015", "3 venues", "Fish and reefs"], None),
        ("is this mostly about insulin?", ["In part", "“insulin” in 1 of 6 papers"], None),
        ("is it all physics", ["No,", "“physics” in none of 6 papers"], None),
        ("is it more about sleep or about solar farms", ["in 1 and “solar farms” in 1"], None),
        ("in which languages are the papers", ["The records do not say that."], None),
        # Counts within conditions.
        ("how many papers from 2019", ["2 of the 6 papers here are from 2019"], ["p0", "p4"]),
        ("how many papers by Anna Müller?", ["2 of the 6"], ["p0", "p3"]),
        ("number of papers in marine letters since 2016", ["1 of the 6"], ["p0"]),
        ("how many have a single author", ["2 of the 6", "by a single author"], ["p2", "p4"]),
        ("papers by more than two authors", ["1 of the 6", "by 3 authors or more"], ["p0"]),
        ("how many conference papers are there", ["1 of the 6"], ["p2"]),
        ("anything from the nineties?", ["No paper here is from 1990 to 1999."], []),
        ("do you have anything from NeurIPS or ICML", ["No paper here is in NeurIPS or ICML."], []),
        ("who is the most frequent author in Marine Letters", ["Anna Müller (2)"], []),
        # What records lack.
        ("papers without an author?", ["have authors; 1 has no authors:"], ["p5"]),
        ("do all papers have a DOI", ["5 of the 6 papers here have a DOI; 1 has no DOI:"], ["p4"]),
        ("how many papers have a year", ["5 of the 6 papers here have a year"], ["p5"]),
        ("latest paper about sleep", ["newest paper on “sleep”"], ["p4"]),
        ("does every paper have an abstract?", ["Every one of the 6 papers"], []),
    ],
)  # fmt: skip
def test_the_collection_is_told(
    small: Library, question: str, said: list[str], papers: list[str] | None
) -> None:
    told = ask(small, question, "collection")
    assert [words for words in said if words not in told.text] == [], told.text
    assert papers is None or ids(told) == papers
    assert told.reason is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what is your newest paper?", "no years"),
        ("which years?", "no years"),
        ("anything from 2023?", "no years"),
        ("in which journals did these appear", "no venues"),
        ("how many of them were published in Nature", "no venues"),
        ("who is the most frequent author", "no authors"),
        ("how many papers by Smith", "no authors"),
        ("describe the collection", "no years, no authors and no venues"),
    ],
)
def test_what_no_record_has_is_said(library: Library, question: str, said: str) -> None:
    assert f"The records here have {said}" in ask(library, question, "collection").text


def test_only_chosen_papers_are_told_about(small: Library) -> None:
    def told(question: str) -> str:
        scope = Scope(("p0", "p4", "p5"))
        query = read_query(QueryText(small, question), scope, intent="collection")
        answer = tell(replace(query, intent="collection"), collection(small))
        assert answer is not None
        return answer.text

    assert told("how many papers?").startswith("You chose 3 papers")
    assert "2 of the 3 papers that were chosen are from 2019" in told("how many are from 2019")
    assert "None of the papers that were chosen is by Leila" in told("how many by Hosseini?")
    assert "from 2024" not in told("what is the newest paper")


def test_a_long_list_ends_with_how_many_more_there_are(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(ask(library, "list all papers", "collection").papers) == 82
    some = ask(library, "name ten papers", "collection")
    assert len(some.papers) == 10 and "The first 10 of them:" in some.text
    monkeypatch.setattr(telling, "_ROOM", 30)
    told = ask(library, "list all papers", "collection")
    assert len(told.papers) == 30 and "- and 52 more\n\nThe window's Papers page" in told.text


def test_an_empty_collection_says_so(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> None:
    settings = load_settings(index=tmp_path_factory.mktemp("empty") / "index", llm="quotes")
    empty = open_papers(settings, embedder, [])
    assert "still empty" in ask(empty, "how many papers?", "collection").text
    assert "still empty" in ask(empty, "hello", "small_talk").text
