"""The routes `/v1/models` and `/v1/chat/completions`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from rag.engine import Engine
from ui.api.answering import last
from ui.api.engines import Engines
from ui.api.openai import chores, models, tokens
from ui.api.openai.asking import Asked, begun, chunks, complete
from ui.api.openai.body import ChatRequest
from ui.api.openai.errors import Route
from ui.api.openai.events import sent
from ui.api.openai.history import conversation_of
from ui.api.openai.limits import Limits
from ui.api.openai.links import Links
from ui.api.openai.replies import Plain, Reply
from ui.api.openai.shapes import ChatCompletion, ErrorReply, Model, ModelList
from ui.api.routes import OPENAI, PREFIX
from ui.api.sse import EVENTS

_QUIET = 10.0  # seconds after which proxies and clients begin to doubt a silent connection
_UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def router(engines: Engines, *, quiet: float = _QUIET) -> APIRouter:
    """The routes over these engines; ``quiet``: seconds until a stream says that it is alive."""
    wrong: dict[int | str, dict[str, Any]] = {
        "default": {"model": ErrorReply, "description": "An error"}
    }
    made = APIRouter(prefix=OPENAI, route_class=Route, tags=["OpenAI"], responses=wrong)

    @made.get("/models", response_model=ModelList, summary="The indexes as models")
    async def list_models() -> dict[str, Any]:
        """The server's own index is `paperchat`, a collection `paperchat/NAME`."""
        return {"object": "list", "data": await asyncio.to_thread(models.listed, engines)}

    @made.get("/models/{name:path}", response_model=Model, summary="One model")
    async def get_model(name: str) -> dict[str, Any]:
        """The name's slash may stay."""
        return await asyncio.to_thread(models.model, engines, name)

    @made.post(
        "/chat/completions",
        response_model=ChatCompletion,
        responses={200: {"content": {EVENTS: {"schema": {"type": "string"}}}}},
        summary="Ask as a chat, streamed or not",
    )
    async def create(asked: ChatRequest, request: Request) -> Response:
        """With `stream` the answer comes as chunks and ends with `[DONE]`."""
        return await _answer(engines, asked, request, quiet)

    return made


async def _answer(
    engines: Engines, wanted: ChatRequest, request: Request, quiet: float
) -> Response:
    asked = await asyncio.to_thread(_asked, engines, wanted, request)
    prompt = await asyncio.to_thread(_count, wanted)
    usage = bool(wanted.stream) and wanted.wants_usage
    reply = Reply(wanted.model, prompt, tells_usage=usage)
    if isinstance(asked, str):
        if not wanted.stream:
            return JSONResponse(reply.whole(asked, (), "stop", None))
        parts = _known(asked, reply)
    else:
        events = asked.events(request)
        if not wanted.stream:
            return JSONResponse(await last(request, complete(asked, reply, events)))
        parts = chunks(asked, reply, await begun(events))
    lines = sent(_with_usage(parts, reply) if usage else parts, quiet)
    return StreamingResponse(lines, media_type=EVENTS, headers=_UNBUFFERED)


def _asked(engines: Engines, wanted: ChatRequest, request: Request) -> Asked | str:
    """What is to be asked; or the reply, where a chat window wants something else of a model.

    All that can be wrong with a request is found here, before anything is sent. Takes as long as
    opening an index.
    """
    collection = models.collection_of(engines, wanted.model)
    wanted.check()
    if (done := chores.chore(wanted.messages, wanted.response_format)) is not None:
        return done
    wanted.check_form()
    conversation = conversation_of(wanted.messages)
    engine = engines.get(collection)
    engine.check_question(conversation.question)
    limits = Limits(wanted.stops, wanted.most)
    return Asked(engine, conversation, _links(engine, collection, request), limits)


def _count(wanted: ChatRequest) -> int:
    return sum(tokens.count(message.text) for message in wanted.messages)


def _links(engine: Engine, collection: str | None, request: Request) -> Links:
    where = f"{str(request.base_url).rstrip('/')}{PREFIX}/papers/"
    among = f"?collection={quote(collection)}" if collection else ""
    return Links(engine.papers, lambda paper_id: f"{where}{quote(paper_id)}{among}")


async def _known(text: str, reply: Reply) -> AsyncGenerator[Plain, None]:
    """The chunks of a reply that is known already."""
    for chunk in (reply.first(), reply.more(text), reply.last("stop", None)):
        yield chunk


async def _with_usage(
    parts: AsyncGenerator[Plain, None], reply: Reply
) -> AsyncGenerator[Plain, None]:
    """The chunks, and one more that counts their text."""
    text = ""
    async with aclosing(parts):
        async for chunk in parts:
            text += chunk["choices"][0]["delta"].get("content", "")
            yield chunk
    yield reply.used(text)
