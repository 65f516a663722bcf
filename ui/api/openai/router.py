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
from ui.api.engines import Engines
from ui.api.openai import chores, models, tokens
from ui.api.openai.asking import Asked, Gone, chunks, complete
from ui.api.openai.body import ChatRequest
from ui.api.openai.errors import PREFIX, Route
from ui.api.openai.events import HEADERS, sent
from ui.api.openai.history import conversation_of
from ui.api.openai.limits import Limits
from ui.api.openai.links import Links
from ui.api.openai.replies import Plain, Reply

_QUIET = 10.0  # seconds after which proxies and clients begin to doubt a silent connection
_RECORDS = "/api/v1/papers/"


def router(engines: Engines, *, quiet: float = _QUIET) -> APIRouter:
    """The routes over these engines; ``quiet``: seconds until a stream says that it is alive."""
    made = APIRouter(prefix=PREFIX, route_class=Route, tags=["OpenAI"])

    @made.get("/models", summary="The indexes as models")
    async def list_models() -> dict[str, Any]:
        return {"object": "list", "data": await asyncio.to_thread(models.listed, engines)}

    @made.get("/models/{name:path}", summary="One model")
    async def get_model(name: str) -> dict[str, Any]:
        return await asyncio.to_thread(models.model, engines, name)

    @made.post("/chat/completions", summary="Ask as a chat, streamed or not")
    async def create(asked: ChatRequest, request: Request) -> Response:
        return await _answer(engines, asked, request, quiet)

    return made


async def _answer(
    engines: Engines, wanted: ChatRequest, request: Request, quiet: float
) -> Response:
    asked = await _asked(engines, wanted, request)
    prompt = sum(tokens.count(message.text) for message in wanted.messages)
    streamed, usage = bool(wanted.stream), wanted.wants_usage
    reply = Reply(wanted.model, prompt, tells_usage=streamed and usage)
    if streamed:
        parts = _said(asked, reply) if isinstance(asked, str) else chunks(asked, reply, request)
        parts = _with_usage(parts, reply) if usage else parts
        return StreamingResponse(
            sent(parts, quiet), media_type="text/event-stream", headers=HEADERS
        )
    if isinstance(asked, str):
        return JSONResponse(reply.whole(asked, (), "stop", None))
    try:
        return JSONResponse(await complete(asked, reply, request))
    except Gone:
        return Response(status_code=499)  # nobody reads it


async def _asked(engines: Engines, wanted: ChatRequest, request: Request) -> Asked | str:
    """What is to be asked; or the reply, where a chat window wants something else of a model.

    All that can be wrong with a request is found here, before anything is sent.
    """
    collection = await asyncio.to_thread(models.collection_of, engines, wanted.model)
    wanted.check()
    if (done := chores.chore(wanted.messages, wanted.response_format)) is not None:
        return done
    wanted.check_form()
    conversation = conversation_of(wanted.messages)
    engine = await asyncio.to_thread(engines.get, collection)
    engine.check_question(conversation.question)
    limits = Limits(wanted.stops, wanted.most)
    return Asked(engine, conversation, _links(engine, collection, request), limits)


def _links(engine: Engine, collection: str | None, request: Request) -> Links:
    where = f"{str(request.base_url).rstrip('/')}{_RECORDS}"
    among = f"?collection={quote(collection)}" if collection else ""
    return Links(engine.papers, lambda paper_id: f"{where}{quote(paper_id)}{among}")


async def _said(text: str, reply: Reply) -> AsyncGenerator[Plain | None, None]:
    """The chunks of a reply that is known already."""
    for chunk in (reply.first(), reply.more(text), reply.last("stop", None)):
        yield chunk


async def _with_usage(
    parts: AsyncGenerator[Plain | None, None], reply: Reply
) -> AsyncGenerator[Plain | None, None]:
    """The chunks, and one more that counts their text."""
    text = ""
    async with aclosing(parts):
        async for chunk in parts:
            if chunk is not None:
                text += chunk["choices"][0]["delta"].get("content", "")
            yield chunk
    yield reply.used(text)
