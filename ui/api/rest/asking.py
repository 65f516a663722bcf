"""Search, ask and compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from rag.engine import ASPECTS, PaperSelection, choose_columns
from rag.errors import InputError
from rag.types import (
    Answer,
    Compared,
    Comparison,
    ComparisonEvent,
    Event,
    Filter,
    Finished,
    PaperStatus,
    Passage,
    Preview,
    Quoted,
    Row,
    Searched,
    Sentence,
    Turn,
    Written,
)
from ui.api.answering import Waiting, answered, last, run, streamed
from ui.api.rest.given import Given, Scoped, WantedFilter, Words
from ui.api.rest.sending import sent
from ui.api.sse import EVENTS, Named, events, wants_events
from ui.api.state import Running
from ui.cli.terminal.output import ranked_json

router = APIRouter(tags=["questions"])
_MOST_TURNS = 100
_MOST_COLUMNS = 100  # more are refused by what makes the comparison, with a better line
_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"content": {EVENTS: {"schema": {"type": "string"}}}}
}
Stream = Annotated[bool, Field(description=f"Server-sent events, as for `Accept: {EVENTS}`.")]


class SearchGiven(Scoped):
    """A search."""

    query: Annotated[Words, Field(description="In words.", examples=["gated attention"])]
    k: Annotated[int, Field(ge=1, le=1000, description="How many papers.")] = 10


class AskGiven(Scoped):
    """A question, and what was said before."""

    question: Annotated[
        Words,
        Field(description="In words.", examples=["What BLEU score does the Transformer reach?"]),
    ]
    history: Annotated[
        tuple[Turn, ...],
        Field(
            max_length=_MOST_TURNS,
            description="What was said before; `papers` are the ids that an answer showed.",
        ),
    ] = ()
    id: Annotated[str | None, Field(max_length=200, description="Comes back in the answer.")] = None
    stream: Stream = False


class CompareGiven(Given):
    """Which papers are compared, and by what."""

    papers: Annotated[tuple[str, ...], Field(description="Ids or titles.")] = ()
    about: Annotated[str | None, Field(description="The papers that this question is about.")] = (
        None
    )
    nearest: Annotated[str | None, Field(description="A paper's id: it and the ten nearest.")] = (
        None
    )
    aspects: Annotated[
        tuple[str, ...],
        Field(max_length=_MOST_COLUMNS, description="Of the eight, or your own in words."),
    ] = ()
    statements: Annotated[
        tuple[str, ...],
        Field(max_length=_MOST_COLUMNS, description="Who supports it, who contradicts it?"),
    ] = ()
    filter: WantedFilter = Filter()
    stream: Stream = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paper that was found, as in ``paperchat search --json``; ``zotero`` selects its item."""

    paper_id: str
    title: str
    score: float
    status: PaperStatus
    zotero: str | None
    passages: tuple[Passage, ...]


@router.post("/search", response_model=list[SearchHit], summary="Ranked papers; no language model")
async def search(given: SearchGiven, request: Request, api: Running) -> Response:
    """As `paperchat search --json`."""

    def found() -> list[dict[str, Any]]:
        engine = api.engines.get(given.collection)
        return ranked_json(engine.search(given.query, given.k, given.scope))

    return sent(await run(api, request, found))


@router.post(
    "/ask", response_model=Answer, responses=_STREAMED, summary="One answer with checked citations"
)
async def ask(given: AskGiven, request: Request, api: Running) -> Response:
    """As `paperchat ask --json`. A stream has the events `waiting`, `searched`, `quoted`,
    `sentence` (one checked claim each), `finished` (the whole answer) and `error`."""

    def answer() -> Iterator[Event]:
        engine = api.engines.get(given.collection)
        yield from engine.stream(
            given.question, history=given.history, scope=given.scope, id=given.id
        )

    asked = answered(api, request, answer)
    if wants_events(request, given.stream):
        return await events(asked, _named_event)
    finished = await last(request, asked)
    assert isinstance(finished, Finished)
    return sent(finished.answer)


@router.post(
    "/compare",
    response_model=Comparison,
    responses=_STREAMED,
    summary="Papers by aspects and statements, a quote in every cell",
)
async def compare(given: CompareGiven, request: Request, api: Running) -> Response:
    """As `paperchat compare --format json`. A stream has the events `waiting`, `preview`, `cell`,
    `row` (one a paper), `finished` (the whole comparison) and `error`."""
    columns = choose_columns(given.aspects, given.statements) or ASPECTS
    statements = tuple(column.label for column in columns if column.kind == "statement")
    selection = PaperSelection(given.papers, given.about, given.nearest, statements, given.filter)
    if not (selection.names_papers or statements or given.filter):
        raise InputError("No papers are named.", "Give `papers`, `about`, `nearest` or a `filter`.")
    selection.check(api.settings.max_question)

    def compared() -> Iterator[ComparisonEvent]:
        engine = api.engines.get(given.collection)
        papers, _ = engine.papers_for(selection)
        yield from engine.stream_comparison([paper.paper_id for paper in papers], columns)

    rows = streamed(api, request, compared)
    if wants_events(request, given.stream):
        return await events(rows, _named_row)
    whole = await last(request, rows)
    assert isinstance(whole, Compared)
    return sent(whole.comparison)


def _named_event(event: Waiting | Event) -> Named:
    match event:
        case Waiting():
            return "waiting", event
        case Searched():
            return "searched", {
                "standalone_question": event.standalone_question,
                "intent": event.intent,
                "lead": event.lead,
                "filter": asdict(event.filter) if event.filter else None,
                "notes": event.notes,
                "retrieved": ranked_json(event.retrieved),
            }
        case Quoted():
            return "quoted", event
        case Sentence():
            return "sentence", event
        case Finished():
            return "finished", event.answer


def _named_row(event: Waiting | ComparisonEvent) -> Named:
    match event:
        case Waiting():
            return "waiting", event
        case Preview():
            return "preview", event
        case Written():
            return "cell", event.cell
        case Row():
            return "row", event
        case Compared():
            return "finished", event.comparison
