"""What there is to ask: collections, the model, the state."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import APIRouter
from starlette.responses import Response

from rag.engine import count_papers
from rag.types import Mode, ModelChoice
from ui.api.rest.given import Collection
from ui.api.rest.sending import sent
from ui.api.state import Running

router = APIRouter(tags=["about"])


@dataclass(frozen=True, slots=True)
class CollectionSummary:
    """A collection. ``own``: the one that answers where no collection is named."""

    name: str
    papers: int
    own: bool


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The server and one of its indexes. ``answering`` and ``waiting`` count questions."""

    version: str
    collection: str
    papers: int
    mode: Mode
    model: str
    embedder: str
    answering: int
    waiting: int


@router.get("/collections", response_model=list[CollectionSummary], summary="The collections")
async def collections(api: Running) -> Response:
    """The server's own index first. Each is also a model of /v1/models."""

    def found() -> list[CollectionSummary]:
        own, *others = api.engines.names()
        indexes = [(own, None), *((name, name) for name in others)]
        return [
            CollectionSummary(name, count_papers(api.engines.index_of(asked)), asked is None)
            for name, asked in indexes
        ]

    return sent(await asyncio.to_thread(found))


@router.get("/status", response_model=ServerStatus, summary="The state of the server")
async def status(api: Running, collection: Collection = None) -> Response:
    """What answers, from how many papers."""

    def state() -> ServerStatus:
        engine = api.engines.get(collection)
        choice = engine.choice
        return ServerStatus(
            version("paperchat"),
            collection or api.engines.own,
            len(engine.papers),
            choice.mode,
            choice.model,
            engine.identity.embedder,
            api.line.answered,
            api.line.waiting,
        )

    return sent(await asyncio.to_thread(state))


@router.get("/model", response_model=ModelChoice, summary="The language model")
async def model(api: Running) -> Response:
    """Which language model answers, and why that one."""
    return sent(api.engines.choice)
