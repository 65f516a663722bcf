"""A stream as OpenAI's clients read it: server-sent events without names, and `[DONE]`."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ui.api.openai.errors import told
from ui.api.openai.replies import Plain
from ui.api.sse import with_pings

_ALIVE = ": keep-alive\n\n"
_DONE = "data: [DONE]\n\n"


async def sent(chunks: AsyncGenerator[Plain, None], quiet: float) -> AsyncGenerator[str, None]:
    """Each chunk as an event, and a comment after ``quiet`` seconds without one.

    What goes wrong in the middle of a stream, whose status is out already, becomes its last event.
    """
    async with aclosing(with_pings(chunks, quiet)) as items:
        async for item in items:
            if item is None:
                yield _ALIVE
            elif isinstance(item, Exception):
                yield _event(told(item)[1])
                return
            else:
                yield _event(item)
    yield _DONE


def _event(value: Plain) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n"
