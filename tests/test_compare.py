"""Comparing papers: cells with and without a language model, the cache, the summary."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from scripted_server import Body, ScriptedServer

from eval.comparing import load_gold, score_cells
from rag.aspects import ASPECTS, choose_aspects
from rag.cell_prompts import parse_cells
from rag.compare import Comparer
from rag.errors import ComparisonError, UnknownPaperError
from rag.index.cells import CellCache
from rag.index.library import Library
from rag.matrix import Compared, Comparison, Row
from rag.models.chat import ChatModel
from rag.pick import check_count, find_paper, find_papers, papers_about, papers_near
from rag.types import ModelChoice

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
CODE = "code or project"
Making: TypeAlias = Callable[[Path], Comparer]


@pytest.fixture(scope="session")
def comparer(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Comparer:
    cache = CellCache(tmp_path_factory.mktemp("cells"))
    return Comparer(library, None, ModelChoice("quotes", "none", "a test"), cache)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def scripted(library: Library, server: ScriptedServer) -> Iterator[Making]:
    """Makes comparers that ask the server and keep cells in a folder."""
    opened: list[ChatModel | CellCache] = []

    def make(folder: Path) -> Comparer:
        folder.mkdir(exist_ok=True)
        chat, cache = ChatModel(server.endpoint()), CellCache(folder)
        opened.extend((chat, cache))
        return Comparer(library, chat, ModelChoice("openai", "scripted", "a test"), cache)

    yield make
    for part in opened:
        part.close()


def columns_of(body: Body) -> list[str]:
    """The columns that a request asks for."""
    asked = body["messages"][1]["content"].split("Columns:\n")[1]
    return [line.split(":")[0] for line in asked.splitlines()]


def replying(source: int, value: str) -> Any:
    return lambda body: json.dumps(
        {key: {"sources": [source], "value": value} for key in columns_of(body)}
    )


def stating(comparer: Comparer, *aspects: str) -> list[str]:
    """Ids of papers that state all of these, without a language model."""
    plain = Comparer(comparer.library, None, comparer.choice, CellCache(Path("/nowhere")))
    cells = plain.compare([p.paper_id for p in comparer.library.papers[:40]]).cells
    stated = {(cell.paper_id, cell.aspect) for cell in cells if cell.status == "stated"}
    ids = dict.fromkeys(cell.paper_id for cell in cells)
    return [i for i in ids if all((i, aspect) in stated for aspect in aspects)]


def _say(reply: str, body: Body) -> str:
    return reply


def check_contract(comparison: Comparison, library: Library) -> None:
    """What holds for every comparison: all cells are there, quotes are verbatim, values short."""
    pairs = [(cell.paper_id, cell.aspect) for cell in comparison.cells]
    assert pairs == [(p.paper_id, a) for p in comparison.papers for a in comparison.aspects]
    for cell in comparison.cells:
        assert (cell.status == "stated") == bool(cell.quotes) == bool(cell.value)
        assert (cell.verdict is None) == (cell.status == "not_stated")
        assert len(cell.value.split()) <= 20
        abstract = library.by_id[cell.paper_id].abstract
        assert all(abstract[q.start : q.end] == q.text for q in cell.quotes)
    json.dumps(asdict(comparison))


def test_quotes_mode_reaches_its_figures_on_development_papers(
    comparer: Comparer, library: Library
) -> None:
    gold = [cell for cell in load_gold() if cell.split == "dev"]
    made = comparer.compare(list(dict.fromkeys(cell.paper_id for cell in gold)))
    check_contract(made, library)
    scores = score_cells(gold, made.cells, library.by_id)
    assert scores.cells == 200
    assert scores.accuracy >= 0.85
    assert scores.recall >= 0.85 and scores.precision >= 0.8
    assert scores.fidelity == scores.coverage == 1.0
    assert all(
        any(cell.value in quote.text for quote in cell.quotes)
        for cell in made.cells
        if cell.status == "stated"
    )


def test_own_aspects_are_asked_as_questions(comparer: Comparer, library: Library) -> None:
    aspects = choose_aspects(["How many parameters are there?", "price of a tractor", CODE])
    made = comparer.compare([SINET, library.papers[1].paper_id], aspects)
    check_contract(made, library)
    cells = {(cell.paper_id, cell.aspect): cell for cell in made.cells}
    assert "86.9K" in cells[SINET, "How many parameters are there?"].quotes[0].text
    assert cells[SINET, "price of a tractor"].status == "not_stated"
    assert cells[SINET, CODE].value == "https://github.com/HYOJINPARK/ExtPortraitSeg"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["problem", " "], "empty"),
        (["x" * 201], "201 characters"),
        (["Problem", "problem"], "twice"),
        ([f"aspect {n}" for n in range(21)], "too many"),
    ],
)
def test_aspects_that_cannot_be(names: Sequence[str], says: str) -> None:
    with pytest.raises(ComparisonError, match=says) as raised:
        choose_aspects(names)
    assert "\n" not in str(raised.value)


def test_aspects_are_the_gold_ones() -> None:
    assert choose_aspects([]) == ASPECTS
    assert [aspect.name for aspect in ASPECTS] == list(dict.fromkeys(c.aspect for c in load_gold()))
    assert choose_aspects(["BASELINE"])[0].kind == "known"
    assert choose_aspects(["how are subjects aligned?"])[0].kind == "own"


def test_papers_are_found_by_id_and_title(library: Library) -> None:
    for given in (SINET, "SINet", "sinet extreme lightweight", "multimodn"):
        assert given[:5].lower() in find_paper(library, given).paper_id
    wrong = "MultiMAE: Multi-modal Multi-task Maskd Autoencoder"
    assert find_paper(library, wrong).paper_id.startswith("multimae-")
    papers, again = find_papers(library, [SINET, "multimodn", "SINet"])
    assert [len(papers), len(again)] == [2, 1]


def test_unknown_and_ambiguous_titles_offer_candidates(library: Library) -> None:
    with pytest.raises(UnknownPaperError, match=r"fits \d+ papers: .*\(.*\); ") as several:
        find_paper(library, "multimodal")
    with pytest.raises(UnknownPaperError, match=r"Near are: .*sinet-"):
        find_paper(library, "SINit Extreme Light Portrait Segmenting")
    assert "\n" not in str(several.value)
    with pytest.raises(UnknownPaperError):
        find_paper(library, "???")


def test_papers_by_question_and_by_neighbour(library: Library) -> None:
    named = papers_about(library, "How do MultiModN and Image Anything combine modalities?")
    heads = [paper.title[:9] for paper in named]
    assert heads[:2] == ["MultiModN", "Image Any"]
    assert len(papers_about(library, "What is SINet?")) >= 2
    near = papers_near(library, library.by_id[SINET])
    assert near[0].paper_id == SINET and len({p.paper_id for p in near}) == 11


def test_two_to_fifty_papers(library: Library) -> None:
    check_count(library.papers[:2])
    check_count(library.papers[:50])
    for count in (0, 1, 51):
        with pytest.raises(ComparisonError, match=str(count)):
            check_count(library.papers[:count])


def test_the_model_fills_cells_once_and_only_those_asked_anew(
    library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    comparer = scripted(tmp_path)
    ids = stating(comparer, ASPECTS[0].name, ASPECTS[1].name, CODE)[:3]
    server.script = replying(1, "")
    two = choose_aspects(["problem", "approach"])
    first = comparer.compare(ids[:2], two)
    check_contract(first, library)
    assert len(server.requests) == 2
    assert columns_of(server.requests[0]) == ["problem", "approach"]
    assert comparer.compare(ids[:2], two).cells == first.cells
    assert len(server.requests) == 2, "everything is kept"
    comparer.compare(ids, two)
    assert len(server.requests) == 3, "a row costs itself"
    comparer.compare(ids, (*two, choose_aspects([CODE])[0]))
    assert [columns_of(body) for body in server.requests[3:]] == [["code_or_project"]] * 3
    again = scripted(tmp_path)
    again.compare(ids, two)
    assert len(server.requests) == 6, "another process finds them, too"


def test_what_the_model_says_is_checked(
    library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    comparer = scripted(tmp_path)
    result = choose_aspects(["reported result"])
    paper = library.by_id[SINET]
    ids = [SINET, library.papers[1].paper_id]

    def reply(body: Body) -> str:
        lines = body["messages"][1]["content"].splitlines()
        number = next((i for i, line in enumerate(lines) if "86.9K" in line), 1)
        return json.dumps({"reported_result": {"sources": [number, 99], "value": said}})

    server.script = reply
    said = "reduces the number of its parameters from 2.1M to 86.9K"
    [cell, _] = comparer.compare(ids, result).cells
    assert (cell.value, cell.verdict) == (said, "supported")
    assert [quote.text in paper.abstract for quote in cell.quotes] == [True]
    for said in ("parameters reduced from 2.1M to 12.3K", " ".join(["parameters"] * 21), ""):
        fresh = scripted(tmp_path / str(len(said)))
        [cell, _] = fresh.compare(ids, result).cells
        assert cell.value != said
        assert cell.value in cell.quotes[0].text


def test_broken_json_leaves_the_words_of_the_sentence(
    library: Library,
    comparer: Comparer,
    server: ScriptedServer,
    scripted: Making,
    tmp_path: Path,
) -> None:
    ids = [paper.paper_id for paper in library.papers[:2]]
    plain = comparer.compare(ids)
    for broken in ("I would rather not.", '{"problem": {"sources": [1', "[]"):
        server.script = partial(_say, broken)
        made = scripted(tmp_path / "none").compare(ids)
        assert made.cells == plain.cells
        assert made.trouble is not None and "not the JSON" in made.trouble
        assert "\n" not in made.trouble
    assert len(server.requests) == 6, "a broken reply is no reason to give up the next paper"


def test_a_model_that_dies_keeps_the_rows_made(
    library: Library,
    comparer: Comparer,
    server: ScriptedServer,
    scripted: Making,
    tmp_path: Path,
) -> None:
    ids = stating(comparer, "approach", CODE)[:4]
    two = choose_aspects(["approach", CODE])
    dying = scripted(tmp_path)

    def reply(body: Body) -> str:
        if len(server.requests) == 2:
            server.cut_at = 6
        return str(replying(1, "")(body))

    server.script = reply
    rows = []
    for event in dying.stream(ids, two):
        if isinstance(event, Row):
            rows.append(event)
        elif isinstance(event, Compared):
            check_contract(event.comparison, library)
            assert event.comparison.trouble == rows[1].trouble
    assert [bool(row.trouble) for row in rows] == [False, True, False, False]
    assert [row.cells for row in rows[2:]] == [
        row.cells for row in comparer.stream(ids, two) if isinstance(row, Row)
    ][2:]
    asked = len(server.requests)
    server.cut_at, server.script = None, replying(1, "")
    scripted(tmp_path).compare(ids, two)
    assert len(server.requests) == asked + 3, "the first row is kept, the others are asked for"


def test_a_reply_that_breaks_off_keeps_whole_cells() -> None:
    two = choose_aspects(["problem", "approach"])
    cut = '{"problem": {"sources": [2], "value": "slow"}, "approach": {"sources": [3], "val'
    assert list(parse_cells(cut, two)) == ["problem"]
    fenced = '```json\n{"problem": {"sources": ["2"], "value": "slow [2]"}}\n```'
    assert parse_cells(fenced, two)["problem"].sources == (2,)
    assert parse_cells(fenced, two)["problem"].value == "slow"
