"""A stream as server-sent events, with comments that keep the connection while nothing is said."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from ui.api.openai.asking import Gone
from ui.api.openai.errors import told
from ui.api.openai.replies import Plain

_KEEP = ": keep-alive\n\n"
DONE = "data: [DONE]\n\n"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def sent(
    chunks: AsyncGenerator[Plain | None, None], quiet: float
) -> AsyncGenerator[str, None]:
    """Each chunk as an event, and a comment after ``quiet`` seconds without one.

    What goes wrong in the middle of a stream, whose status is out already, becomes its last event.
    """
    last = time.monotonic()
    async with aclosing(chunks):
        try:
            async for chunk in chunks:
                now = time.monotonic()
                if chunk is not None:
                    yield event(chunk)
                elif now - last >= quiet:
                    yield _KEEP
                else:
                    continue
                last = now
        except Gone:
            return
        except Exception as exc:  # noqa: BLE001 - the edge: the client gets a line, the log the details
            yield event(told(exc)[1])
            return
    yield DONE


def event(value: dict[str, Any]) -> str:
    """A value as one event."""
    return f"data: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n"
