"""Search, answers and comparisons within a filter, on a small library that knows its papers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.answering.flow import Assistant
from rag.comparing import papers as pick
from rag.comparing.cache import CellCache
from rag.comparing.flow import Comparer
from rag.engine import Engine
from rag.errors import ComparisonError
from rag.index.build.sync import index_papers
from rag.index.library import Library, open_library
from rag.models.embedding.embedder import Embedder
from rag.retrieval.search import retrieve
from rag.settings import Settings, load_settings
from rag.types import Filter, Finished, ModelChoice, Paper, Scope, Searched, Trace
from ui.exports.bundle import bundle_of, read_bundle
from ui.exports.json_text import as_json
from ui.web.render.chat.answer import foot
from ui.web.render.chat.refusal import refusal
from ui.web.render.chat.trace import trace

NEURIPS = "Advances in Neural Information Processing Systems (NeurIPS)"
TITLE_ONLY = "Quokka gait recognition from thermal drones"


def paper(name: str, title: str, abstract: str, authors: str, year: int, venue: str) -> Paper:
    return Paper(
        name, title, abstract, (), 0, "/lib/refs.bib", tuple(authors.split(", ")), year, venue
    )


PAPERS = [
    paper(
        "sparse",
        "Sparse attention for long documents",
        "We propose a sparse attention that reads long documents in linear time. "
        "It needs 4 GB of memory where dense attention needs 32 GB.",
        "Ada Smith, Jörg Müller",
        2019,
        NEURIPS,
    ),
    paper(
        "linear",
        "Linear attention with learned kernels",
        "We introduce a linear attention whose kernels are learned. "
        "On long documents it is twice as fast as sparse attention.",
        "A. Smith",
        2024,
        "ICLR",
    ),
    paper(
        "gating",
        "Gated recurrent memory for speech",
        "We present a gated recurrent memory that transcribes speech. "
        "Word error falls by 11 percent on telephone calls.",
        "Ada Smith, Bo Li",
        2022,
        "Interspeech",
    ),
    paper(
        "attention",
        "Attention heads in biology",
        "We study attention heads of protein models and find that they follow contacts. "
        "Long documents of protein families are read at once.",
        "Wei Wang",
        2024,
        "Nature",
    ),
    paper("quokka", TITLE_ONLY, "", "Kim Jones", 2023, "Nature"),
]


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    made = load_settings(index=tmp_path_factory.mktemp("filtered") / "index", llm="quotes")
    folder, identity = Engine(made).folder, Engine(made).identity
    index_papers(folder, identity, PAPERS, lambda: embedder)
    return made


@pytest.fixture(scope="module")
def small(mine: Settings, embedder: Embedder) -> Iterator[Library]:
    folder, identity = Engine(mine).folder, Engine(mine).identity
    with closing(open_library(folder, identity, embedder)) as library:
        yield library


@pytest.fixture(scope="module")
def asking(mine: Settings, small: Library) -> Assistant:
    return Engine(mine, library=small).assistant


def found(library: Library, query: str, wanted: Filter, *, whole: bool = False) -> set[str]:
    ranked = retrieve(library, query, 9, Scope(filter=wanted), whole=whole).ranked
    return {item.paper.paper_id for item in ranked}


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("wanted", "let_in"),
    [
        (Filter(), {"sparse", "linear", "gating", "attention", "quokka"}),
        (Filter(authors=("Smith",)), {"sparse", "linear", "gating"}),
        (Filter(authors=("Ada Smith",), first_year=2022), {"linear", "gating"}),
        (Filter(venues=("NeurIPS", "ICLR")), {"sparse", "linear"}),
        (Filter(2024, 2024), {"linear", "attention"}),
        (Filter(sources=("other.bib",)), set()),
        (Filter(venues=("Nature",), authors=("Jones",)), {"quokka"}),
    ],
)
def test_only_what_the_filter_lets_in_is_found(
    small: Library, wanted: Filter, let_in: set[str], whole: bool
) -> None:
    assert found(small, "attention for long documents", wanted, whole=whole) == let_in


def test_an_answer_stays_within_its_filter(asking: Assistant) -> None:
    question = "Which attention reads long documents?"
    answer = asking.ask(question, scope=Scope(filter=Filter(last_year=2019)))
    assert {c.paper_id for c in answer.citations} == {"sparse"}
    assert answer.filter == Filter(last_year=2019)
    assert asking.ask(question).filter is None


def test_a_question_says_its_own_filter(asking: Assistant) -> None:
    searched, *_, finished = asking.stream("What did Smith et al. say about attention after 2023?")
    assert isinstance(searched, Searched) and isinstance(finished, Finished)
    assert searched.filter == finished.answer.filter == Filter(2024, authors=("Smith",))
    assert finished.answer.standalone_question.endswith("after 2023?")
    assert {c.paper_id for c in finished.answer.citations} == {"linear"}


def test_where_nothing_is_asked_of_them_all_papers_of_the_filter_are_listed(
    asking: Assistant,
) -> None:
    for question in ("papers by Smith", "What did Ada Smith say?"):
        answer = asking.ask(question)
        assert {c.paper_id for c in answer.citations} == {"sparse", "linear", "gating"}
    assert answer.kind == "list"  # the first may also be told from the records
    assert answer.coverage is not None
    assert (answer.coverage.matched, answer.coverage.corpus) == (3, 3)


def test_a_list_counts_the_papers_that_the_filter_lets_in(asking: Assistant) -> None:
    answer = asking.ask("Which papers by Smith are about attention?")
    assert answer.coverage is not None and answer.coverage.corpus == 3
    assert "attention" not in {c.paper_id for c in answer.citations}
    assert asking.ask("Which papers are about attention?").coverage.corpus == 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("question", "wanted", "said"),
    [
        (
            "What did Wang et al. say before 2020?",
            Filter(),
            "No paper here is by Wei Wang up to 2019. The papers here are from 2019 to 2024.",
        ),
        ("What is attention?", Filter(tags=("x",)), "This library holds no paper tagged x."),
        (
            "Which papers are about volcanoes and lava?",
            Filter(authors=("Smith",)),
            "None of the 3 papers by Smith speaks of this.",
        ),
        (
            "Which papers are about volcanoes and lava?",
            Filter(venues=("ICLR",)),
            "The only paper in ICLR does not speak of this.",
        ),
    ],
)
def test_it_says_so_where_the_filter_leaves_nothing(
    asking: Assistant, question: str, wanted: Filter, said: str
) -> None:
    answer = asking.ask(question, scope=Scope(filter=wanted))
    assert (answer.abstained, answer.reason, answer.answer) == (True, "not_in_corpus", said)
    assert said in refusal(answer)


def test_chosen_papers_and_a_filter_hold_together(asking: Assistant) -> None:
    scope = Scope(("sparse", "gating"), Filter(authors=("Wang",)))
    answer = asking.ask("What reads long documents?", scope=scope)
    assert answer.answer == "None of the papers that were chosen is by Wang."


def test_a_title_alone_is_found_and_never_quoted(asking: Assistant, small: Library) -> None:
    for query in ("quokka gait", "how marsupials walk, seen by infrared from the air"):
        first = retrieve(small, query, 3).ranked[0]
        assert first.paper.paper_id == "quokka"
        assert first.passages == ()
    assert small.dense.paper_vectors(["quokka"]).any(), "it has a place on the map"
    answer = asking.ask(f"What does “{TITLE_ONLY}” propose?")
    assert (answer.reason, answer.claims) == ("not_in_abstracts", ())
    assert answer.answer == f"The library holds no abstract of “{TITLE_ONLY}”, only the title."
    for question in ("What is known of quokka gait?", "Which papers are about quokkas?"):
        assert all(c.paper_id != "quokka" for c in asking.ask(question).citations)
    everything = asking.ask("What was published in Nature?")
    quoted = {c.paper_id: c.quotes for c in everything.citations}
    assert set(quoted) == {"attention", "quokka"} and not quoted["quokka"]


def test_a_title_alone_is_compared_as_saying_nothing(small: Library, tmp_path: Path) -> None:
    with closing(CellCache(tmp_path)) as cache:
        comparer = Comparer(small, None, ModelChoice("quotes", "none", "a test"), cache)
        compared = comparer.compare(["sparse", "quokka"])
        assert comparer.propose(["sparse", "quokka"]) is not None
    cells = [cell for cell in compared.cells if cell.paper_id == "quokka"]
    assert cells and all(cell.status == "not_stated" for cell in cells)


def test_papers_to_compare_are_picked_within_a_filter(small: Library) -> None:
    smith, nature = Scope(filter=Filter(authors=("Smith",))), Scope(filter=Filter(2024))
    about = pick.papers_about(small, "How do attention mechanisms read long documents?", nature)
    assert {p.paper_id for p in about} == {"linear", "attention"}
    near = pick.papers_near(small, small.by_id["attention"], smith)
    assert near[0].paper_id == "attention"
    assert {p.paper_id for p in near[1:]} == {"sparse", "linear", "gating"}
    on = pick.papers_on(small, ["Attention follows contacts."], smith)
    assert {p.paper_id for p in on} == {"sparse", "linear", "gating"}
    assert [p.paper_id for p in pick.papers_within(small, nature)] == ["linear", "attention"]
    with pytest.raises(ComparisonError, match="0 papers"):
        pick.check_count(pick.papers_within(small, Scope(filter=Filter(tags=("x",)))))


def test_options_and_batch_lines_take_a_filter(
    mine: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ui.cli.app import app

    def run(*args: str) -> str:
        app(["--index", str(mine.index), *args], standalone_mode=False)
        return capsys.readouterr().out

    ranked = json.loads(
        run("search", "attention", "--author", "smith", "--year", "-2022", "--json")
    )
    assert {item["paper_id"] for item in ranked} == {"sparse", "gating"}
    lines = [
        {"id": "a", "question": "What reads long documents?", "filter": {"first_year": 2024}},
        {"id": "b", "question": "What reads long documents?", "filter": {"years": 2024}},
        {"id": "c", "question": "What reads long documents?"},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines))
    options = ("ask", "--batch", str(batch), "--json", "--llm", "quotes", "--venue", "neurips")
    first, second, third = (json.loads(line) for line in run(*options).splitlines())
    assert first["filter"]["first_year"] == 2024 and first["filter"]["venues"] == []
    assert "no 'years'" in second["error"]
    assert third["filter"]["venues"] == ["neurips"]
    assert {c["paper_id"] for c in third["citations"]} == {"sparse"}
    rows = json.loads(run("compare", "--year", "2024", "--format", "json", "--llm", "quotes"))
    assert {p["paper_id"] for p in rows["papers"]} == {"linear", "attention"}


def test_an_answer_reports_its_filter(asking: Assistant, small: Library) -> None:
    *_, finished = asking.stream("What did Smith et al. say about attention after 2023?")
    assert isinstance(finished, Finished)
    bundle = bundle_of(finished.answer, small.by_id)
    assert read_bundle(as_json(bundle)).answer == finished.answer
    assert as_json(finished.answer).count('"filter": {') == 1
    assert "Only papers by Smith from 2024 on" in foot(finished.answer)
    searched = Searched("", (), ())
    assert "of papers by Smith from 2024 on alone" in trace(finished.answer, searched, Trace())
