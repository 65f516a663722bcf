"""How fast a job is, and generators that run in a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest
from asynchronous import finish
from scripted_server import ScriptedServer

from rag.models.endpoints.chat import ChatModel
from ui.web.jobs import Meter, pump


def test_the_meter_measures_the_last_seconds_only() -> None:
    meter = Meter(window=5.0)
    assert meter.rate(0, 0.0) == 0.0
    assert meter.rate(100, 1.0) == 100.0
    assert [meter.rate(100 + 10 * n, 1.0 + n) for n in range(1, 11)][-1] == 10.0
    assert meter.rate(5, 12.0) == 0.0  # a new stage counts anew


# ---- leaving a stream


def test_leaving_a_stream_closes_its_generator() -> None:
    closed, go = threading.Event(), threading.Event()

    def source() -> Iterator[int]:
        try:
            yield 1
            go.wait(5)
            yield 2
            raise AssertionError("read on after it was left")
        finally:
            closed.set()

    async def leave() -> list[int]:
        async with aclosing(pump(source)) as items:
            async for item in items:
                return [item]
        return []

    assert finish(leave()) == [1]
    go.set()
    assert closed.wait(5)


def test_leaving_a_stream_ends_what_a_model_is_saying_at_once() -> None:
    reply = "word " * 40
    with ScriptedServer(reply, stall_at=2, piece=5) as server:  # silent for 30 s, then it goes on
        chat = ChatModel(server.endpoint())
        ended = threading.Event()

        def source() -> Iterator[str]:
            try:
                yield from chat.stream(({"role": "user", "content": "?"},), max_tokens=50)
            finally:
                ended.set()

        async def leave() -> list[str]:
            async with aclosing(pump(source)) as items:
                async for item in items:
                    return [item]
            return []

        assert finish(leave()) == ["word "]
        assert ended.wait(3)
        chat.close()


def test_a_stream_hands_on_items_and_errors() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    async def read() -> list[int]:
        return [item async for item in pump(source)]

    with pytest.raises(ValueError, match="no more"):
        finish(read())
