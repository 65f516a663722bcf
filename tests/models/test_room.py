"""Room for a model that thinks: what is noted of an endpoint, and what of a cut reply is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scripted_models import Opened
from scripted_server import ScriptedServer
from test_structured import ASKED, WHOLE, Items, numbers

from rag.answering.reading.prompts import ReadingReply
from rag.errors import EndpointError
from rag.models.endpoints.structured import complete


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that replies with two items."""
    with ScriptedServer(WHOLE) as running:
        yield running


@pytest.mark.parametrize("status", [500, 400])
def test_what_fails_for_another_reason_leaves_the_room(
    server: ScriptedServer, opened: Opened, status: int
) -> None:
    chat = opened()
    chat.room.thinks, server.status = True, status
    with pytest.raises(EndpointError):
        complete(chat, ASKED, Items, 50)
    server.status = None
    assert numbers(complete(chat, ASKED, Items, 50)) == [12, 345]
    assert server.requests[-1]["max_tokens"] == 8000


def test_prose_that_is_cut_is_no_reply(server: ScriptedServer, opened: Opened) -> None:
    def script(body: dict[str, Any]) -> str:
        small = body["max_tokens"] < 200
        server.finish = "length" if small else "stop"
        return "Let me see: it grew [1]. So" if small else "It shrank [2]."

    server.script = script
    reply = complete(opened(), ASKED, ReadingReply, 50)
    assert reply is not None and len(server.requests) == 2
    assert [claim.sources for part in reply.parts for claim in part.claims] == [(2,)]
