"""Cells by a language model: requests, checks of replies, the cache, and failures."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from comparers import Making
from scripted_server import Body, ScriptedServer
from test_compare import CODE, SINET, check_contract

from rag.comparing.flow import Comparer
from rag.decisions.aspects import choose_columns
from rag.index.library import Library
from rag.types import Cell, Compared, Preview, Row, Written

KEYS = {"problem", "approach", "novelty", "data", "result", "baseline", "limit"}
TWO = choose_columns(["problem", "approach"], [])


def columns_of(body: Body) -> dict[str, str]:
    """The columns that a request asks for, with what is said of each."""
    asked = body["messages"][-1]["content"].split("Columns:")[1]
    lines = asked.strip().replace("; ", "\n").splitlines()
    return {re.split(r"[: ]", line)[0]: line for line in lines}


def sentences_of(body: Body) -> dict[int, str]:
    """The numbered sentences of a request."""
    lines = body["messages"][-1]["content"].split("Columns:")[0].splitlines()
    pairs = [line[1:].split("] ", 1) for line in lines if line.startswith("[")]
    return {int(number): text for number, text in pairs}


def replying(source: int, value: str) -> Any:
    return lambda body: json.dumps(
        {key: {"source": source, "value": value} for key in columns_of(body)}
    )


def wording(body: Body) -> str:
    """Each column's sentence in its last eight words, or some more: no value comes twice."""
    numbered = sentences_of(body)
    return json.dumps(
        {
            key: " ".join(numbered[int(line.split("[")[1].split("]")[0])].split()[-8 - place :])
            for place, (key, line) in enumerate(columns_of(body).items())
        }
    )


def long_ones(plain: Comparer, *aspects: str) -> list[str]:
    """Ids of papers whose best sentences for all of these are too long to be values."""
    cells = plain.compare([p.paper_id for p in plain.library.papers[:40]]).cells
    long = {
        (c.paper_id, c.aspect) for c in cells if c.quotes and len(c.quotes[0].text.split()) > 20
    }
    ids = dict.fromkeys(cell.paper_id for cell in cells)
    return [i for i in ids if all((i, aspect) in long for aspect in aspects)]


def _say(reply: str, body: Body) -> str:
    return reply


def rows_of(comparer: Comparer, ids: Sequence[str], **given: Any) -> list[Row]:
    return [event for event in comparer.stream(ids, **given) if isinstance(event, Row)]


def test_cells_are_asked_for_once_and_only_those_that_are_new(
    plain: Comparer, library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    comparer = scripted(tmp_path, "local")
    three = choose_columns(["problem", "approach", "reported result"], [])
    ids = long_ones(plain, *(aspect.label for aspect in three))[:3]
    server.script = wording
    first = comparer.compare(ids[:2], TWO)
    check_contract(first, library)
    assert [list(columns_of(body)) for body in server.requests] == [["problem", "approach"]] * 2
    assert comparer.compare(ids[:2], TWO).cells == first.cells
    assert len(server.requests) == 2, "everything is kept"
    comparer.compare(ids, TWO)
    assert len(server.requests) == 3, "a row costs itself"
    comparer.compare(ids, three)
    assert [list(columns_of(body)) for body in server.requests[3:]] == [["result"]] * 3
    scripted(tmp_path, "local").compare(ids, three)
    assert len(server.requests) == 6, "another process finds them, too"
    server.script = replying(1, "in other words")
    scripted(tmp_path, "openai").compare(ids, TWO)
    assert len(server.requests) == 9, "a model with another policy makes other cells"


def test_the_embedded_model_words_the_best_sentences_that_are_long(
    plain: Comparer, library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = long_ones(plain, "approach")[:8]
    server.script = wording
    without, made = plain.compare(ids), scripted(tmp_path, "local").compare(ids)
    check_contract(made, library)
    assert made.trouble is None
    for body in server.requests:
        numbers = {int(line.split("[")[1].split("]")[0]) for line in columns_of(body).values()}
        assert set(sentences_of(body)) == numbers, "no other sentence"
        assert set(columns_of(body)) <= KEYS, "nobody is asked for the address of code"
    for one, other in zip(without.cells, made.cells, strict=True):
        assert (one.status, one.quotes) == (other.status, other.quotes), "the fit decides"
        long = one.quotes and len(one.quotes[0].text.split()) > 20 and one.aspect != CODE
        if not long:
            assert replace(one, see="") == replace(other, see="")
        else:
            assert one.quotes[0].text.endswith(other.value)
            assert 8 <= len(other.value.split()) <= 16
    openings = {json.dumps(body["messages"][:-1]) for body in server.requests}
    assert len(openings) == 1, "the server reads it once"


def test_an_endpoint_chooses_among_all_sentences(
    plain: Comparer, library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = [SINET, *(paper.paper_id for paper in library.papers[1:5])]
    server.script = replying(0, "")
    made = scripted(tmp_path).compare(ids)
    check_contract(made, library)
    first = server.requests[0]
    assert len(sentences_of(first)) >= 5, "the whole abstract"
    column = first["response_format"]["json_schema"]["schema"]["properties"]["approach"]
    assert column["properties"]["source"]["enum"] == [0, *sentences_of(first)]
    assert set(columns_of(first)) <= KEYS, "nobody is asked for the address of code"
    silent = [cell for cell in made.cells if cell.status == "not_stated"]
    assert len(silent) > sum(c.status == "not_stated" for c in plain.compare(ids).cells)
    assert len(silent) < len(made.cells) - 2, "what the fit is sure of stands"


def test_an_unsupported_value_is_replaced_by_the_quote(
    plain: Comparer, library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    result = choose_columns(["reported result"], [])
    ids = [SINET, library.papers[1].paper_id]

    def reply(body: Body) -> str:
        numbered = sentences_of(body)
        number = next((n for n, text in numbered.items() if "86.9K" in text), 1)
        return json.dumps({"result": {"source": number, "value": said}})

    server.script = reply
    for said, author in (
        ("parameters from 2.1M to 86.9K", "paper"),
        ("the number of its parameters is reduced from 2.1M to 86.9K", "model"),
    ):
        [cell, _] = scripted(tmp_path / author).compare(ids, result).cells
        assert (cell.value, cell.verdict, cell.author) == (said, "supported", author)
        assert cell.quotes[0].text in library.by_id[SINET].abstract
    cut_off = "parameters from 2.1M to 86.9K".ljust(160)
    for said in ("parameters reduced from 2.1M to 12.3K", "parameters " * 21, cut_off, ""):
        [cell, _] = scripted(tmp_path / str(len(said))).compare(ids, result).cells
        assert cell.value != said.strip() and cell.author == "paper"
        assert cell.value in cell.quotes[0].text


def test_a_repeated_value_is_replaced(
    plain: Comparer, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = long_ones(plain, "problem", "approach")[:2]
    same = "it is said in so many words"
    server.script = lambda body: json.dumps(dict.fromkeys(columns_of(body), same))
    made = scripted(tmp_path, "local")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.comparing.cell_writer._is_supported", lambda *_: True)
        rows = rows_of(made, ids, aspects=TWO)
    assert [[cell.value == same for cell in row.cells] for row in rows] == [[True, False]] * 2


def test_the_matrix_is_there_before_the_model_writes(
    plain: Comparer, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = long_ones(plain, "problem", "approach")[:3]
    server.script = wording
    events = list(scripted(tmp_path, "local").stream(ids, TWO))
    assert [type(event) for event in events] == [
        Preview, *[Written, Written, Row] * 3, Compared
    ]  # fmt: skip
    assert isinstance(events[0], Preview)
    assert list(events[0].rows) == rows_of(plain, ids, aspects=TWO)
    told = [event.cell for event in events if isinstance(event, Written)]
    rows = [event for event in events if isinstance(event, Row)]
    assert told == [cell for row in rows for cell in row.cells]
    assert not [e for e in plain.stream(ids, TWO) if isinstance(e, Preview | Written)]
    fresh = scripted(tmp_path / "fresh", "local").stream(ids, TWO)
    asked = len(server.requests)
    assert isinstance(next(fresh), Preview) and len(server.requests) == asked
    fresh.close()


def test_closing_the_stream_stops_the_model_and_keeps_what_it_wrote(
    plain: Comparer, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = long_ones(plain, "problem", "approach")[:2]
    written: list[Cell] = []

    def endless(body: Body) -> str:
        # Far more than the connection buffers, so that the server sees the reader go.
        problem = json.loads(wording(body))["problem"]
        return json.dumps({"problem": problem, "other": "x" * 4_000_000})

    server.script, server.piece = endless, 400
    stream = scripted(tmp_path, "local").stream(ids, TWO)
    for event in stream:
        if isinstance(event, Written):
            written.append(event.cell)
            break
    assert not server.hung_up.is_set()
    stream.close()
    assert server.hung_up.wait(10), "the connection is closed in the middle of the reply"
    assert len(server.requests) == 1
    server.script = wording
    rows = rows_of(scripted(tmp_path, "local"), ids, aspects=TWO)
    assert rows[0].cells[0] == written[0]
    assert list(columns_of(server.requests[1])) == ["approach"], "the first one is kept"


def test_broken_json_leaves_the_words_of_the_sentence(
    plain: Comparer, library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = [paper.paper_id for paper in library.papers[:2]]
    for broken in ("I would rather not.", '{"problem": {"source": 1', "[]"):
        server.script = partial(_say, broken)
        made = scripted(tmp_path / "none").compare(ids)
        assert made.cells == plain.compare(ids).cells
        assert made.trouble is not None and "not the JSON" in made.trouble
        assert "\n" not in made.trouble
    assert len(server.requests) == 6, "a broken reply is no reason to give up the next paper"


def test_a_model_that_dies_keeps_the_rows_made(
    plain: Comparer, library: Library, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = long_ones(plain, "problem", "approach")[:4]
    dying = scripted(tmp_path, "local")

    def reply(body: Body) -> str:
        if len(server.requests) == 2:
            server.cut_at = 2
        return wording(body)

    server.script = reply
    rows = []
    for event in dying.stream(ids, TWO):
        if isinstance(event, Row):
            rows.append(event)
        elif isinstance(event, Compared):
            check_contract(event.comparison, library)
            assert event.comparison.trouble == rows[1].trouble
    assert [bool(row.trouble) for row in rows] == [False, True, False, False]
    assert rows[2:] == rows_of(plain, ids, aspects=TWO)[2:]
    asked = len(server.requests)
    server.cut_at, server.script = None, wording
    scripted(tmp_path, "local").compare(ids, TWO)
    assert len(server.requests) == asked + 3, "the first row is kept, the others are asked for"


def test_a_missing_endpoint_is_called_once(
    plain: Comparer, server: ScriptedServer, scripted: Making, tmp_path: Path
) -> None:
    ids = long_ones(plain, "problem")[:3]
    server.key = "another"
    rows = rows_of(scripted(tmp_path), ids, aspects=TWO)
    assert [bool(row.trouble) for row in rows] == [True, False, False]
    assert len(server.keys) == 1
    assert [row.cells for row in rows] == [row.cells for row in rows_of(plain, ids, aspects=TWO)]
