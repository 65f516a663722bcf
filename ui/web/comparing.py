"""Makes one comparison for a visitor of the Compare page: only what the page has not yet."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from rag.engine import Aspect, Engine, choose_columns
from rag.errors import InputError, PaperchatError
from rag.types import Compared
from ui.exports.comparisons.saved import read_comparison
from ui.web.calls import Payload
from ui.web.gate.requests import Asker, unexpected
from ui.web.jobs import pump
from ui.web.mine import engine_for
from ui.web.render.basics.text import count, failure
from ui.web.service import Service
from ui.web.views.comparison import ComparisonState, ComparisonView, waiting_comparison
from ui.web.views.growing import FEWEST, Growing

MOST = 50  # papers of a comparison
LONGEST_CELL = 2_000  # characters of a correction
_PAUSE = 0.15  # seconds between two states that are sent


async def compared(
    service: Service, asked: Payload, by: Asker
) -> AsyncGenerator[ComparisonState, None]:
    """Each state of the comparison that ``asked`` begins.

    It has a run, papers, aspects, statements, corrections ([paper id, column, words]), and
    ``known``: the comparison that is on the page, as JSON, of which only what it lacks is compared.
    """
    state = waiting_comparison(str(asked.get("run", "")))
    try:
        if not service.ready:
            yield state
        aspects = choose_columns(texts(asked.get("aspects")), texts(asked.get("statements")))
        papers = list(dict.fromkeys(texts(asked.get("papers"))))
        _check_count(papers)
        # Held to the end, so that its model stays open.
        engine = engine_for(await service.engine(), asked.get("mine"))
        growing = await asyncio.to_thread(_growing, engine, asked, papers, aspects)
        view = ComparisonView(state["run"], growing, engine.choice)
        with service.line.joined(by.tab, by.address) as ticket:
            async for before in ticket.before():
                yield {**state, "left": f"Waiting for {count(before, 'question')} of others"}
            async for state in _grow(engine, view, growing, aspects):
                yield state
    except PaperchatError as exc:
        yield {**state, "state": "failed", "note": failure(exc.what, exc.remedy)}
    except Exception as exc:  # noqa: BLE001 - the edge of the program: the visitor gets a line, the log the details
        line = failure(*unexpected("A comparison failed", exc, "Compare once more.", by.request))
        yield {**state, "state": "failed", "note": line}


async def _grow(
    engine: Engine, view: ComparisonView, growing: Growing, columns: Sequence[Aspect]
) -> AsyncGenerator[ComparisonState, None]:
    """The states while what is lacking is compared, not more than a few a second."""
    made, shown = None, 0.0
    for part in growing.parts:
        stream = partial(engine.stream_comparison, part.papers, part.columns)
        async with aclosing(pump(stream)) as events:
            async for event in events:
                growing.add(part, event)
                if isinstance(event, Compared) and growing.is_whole:
                    made = growing.corrected(event.comparison)
                elif time.monotonic() - shown >= _PAUSE:
                    yield view.state()
                    shown = time.monotonic()
    if made is None:
        made = await asyncio.to_thread(engine.summarise, view.comparison(), columns)
    yield view.last(made)


def _growing(
    engine: Engine, asked: Payload, papers: Sequence[str], columns: Sequence[Aspect]
) -> Growing:
    """What is to be compared. Raises InputError for a ``known`` that is no comparison."""
    known = read_comparison(str(asked["known"])) if asked.get("known") else None
    library = engine.papers
    return Growing(
        papers,
        columns,
        engine.choice,
        known=known,
        abstracts={i: library[i].abstract for i in papers if i in library},
        corrections=_corrections(asked.get("corrections")),
    )


def _corrections(given: object) -> dict[tuple[str, str], str]:
    """The reader's words by paper and column. Raises InputError for anything else."""
    if not isinstance(given, list):
        return {}
    rows = [texts(row) for row in given]
    return {(row[0], row[1]): row[2][:LONGEST_CELL] for row in rows if len(row) == 3}


def _check_count(papers: Sequence[str]) -> None:
    if not FEWEST <= len(papers) <= MOST:
        raise InputError(
            f"{count(len(papers), 'paper')} cannot be compared.", f"Choose {FEWEST} to {MOST}."
        )


def texts(given: object) -> list[str]:
    """The list of texts that the page sent. Raises InputError for anything else."""
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise InputError("The page sent no list of names.", "Reload it.")
    return given
