"""Lists of more papers, and names of more people, than an answer can show."""

from __future__ import annotations

import pytest

from rag.answering.telling.asked.persons import distinct_people
from rag.decisions.papers import papers_for_list
from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.query.query import QueryText, read_query
from rag.retrieval.search import retrieve_query
from rag.settings import Settings
from rag.types import Answer, Paper

_PAPERS = 70


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Engine:
    """Seventy papers that name COCO, each by another Wang."""
    settings = Settings(index=tmp_path_factory.mktemp("index"), llm="quotes")
    made = Engine(settings, embedder=lambda: embedder)
    papers = [
        Paper(f"p{n}", f"Owl {n} at Night", f"We count owl {n} on COCO.", (), n, "owls.bib",
              (f"{chr(65 + n % 26)}{'a' * (n // 26 + 1)}b Wang",), 2000 + n // 66)
        for n in range(_PAPERS)
    ]  # fmt: skip
    made.add(papers)
    return made


def _counts(answer: Answer) -> tuple[int, int, int]:
    assert answer.coverage is not None
    return answer.coverage.examined, answer.coverage.matched, answer.coverage.corpus


def test_a_list_by_name_says_of_how_many_it_is_a_part(engine: Engine) -> None:
    answer = engine.ask("Which papers use COCO?")
    assert answer.lead.startswith("70 papers, of which 60 are shown")
    assert _counts(answer) == (70, 70, 70)
    assert len(answer.citations) == 60


def test_a_list_of_some_years_says_so_too(engine: Engine) -> None:
    answer = engine.ask("Which papers are from before 2001?")
    assert answer.lead == "66 papers, of which 60 are shown."
    assert _counts(answer) == (66, 66, 66)


def test_a_list_that_was_not_read_to_its_end_may_go_on(engine: Engine) -> None:
    query = read_query(QueryText(engine.library, "Which papers count owls at night?"))
    retrieval = retrieve_query(query, 10)
    part = papers_for_list(retrieval, most_read=8)
    assert (len(part.certain), part.examined, part.whole) == (8, 8, False)
    few = papers_for_list(retrieval.first(6), most_read=8)
    assert (len(few.certain), few.examined, few.whole) == (6, 6, True)


def test_many_people_of_one_name_are_not_told_apart(engine: Engine) -> None:
    answer = engine.ask("papers by Wang")
    assert "70 authors here are named Wang" in answer.answer
    assert "and 50 more" in answer.answer  # names
    assert "and 40 more" in answer.answer  # papers


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (["J. Doe", "John Doe", "Jane Doe", "Doe"], [["Jane Doe", "J. Doe", "Doe"], ["John Doe"]]),
        (["Katrin Müller", "K. Mueller", "Peter Müller"], None),
        (["Li Wang", "L. Wang", "Wang Li"], [["Li Wang", "L. Wang"], ["Wang Li"]]),
    ],
)
def test_initials_belong_to_the_first_full_name(
    names: list[str], people: list[list[str]] | None
) -> None:
    found = distinct_people(names)
    if people is None:
        people = [["Katrin Müller", "K. Mueller"], ["Peter Müller"]]
    assert sorted(found) == sorted(people)
