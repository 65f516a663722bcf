"""The line in which questions wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from rag.errors import InputError
from ui.web import line
from ui.web.line import Line, Ticket

SOON = 5.0  # seconds


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), SOON))


async def turn_of(ticket: Ticket) -> list[int]:
    """The places that it had until its turn."""
    return [before async for before in ticket.before()]


def test_they_are_let_in_in_the_order_in_which_they_came() -> None:
    async def test() -> None:
        made = Line(lambda: 2)
        with (
            made.joined("a", "x") as a, made.joined("b", "x") as b, made.joined("c", "x") as c,
            made.joined("d", "x") as d,
        ):  # fmt: skip
            assert await turn_of(a) == await turn_of(b) == []
            assert (made.answered, made.waiting, made.full) == (2, 2, True)
            third, fourth = asyncio.create_task(turn_of(c)), asyncio.create_task(turn_of(d))
            await asyncio.sleep(0)
            b.leave()
            assert await third == [1]
            assert not fourth.done() and made.waiting == 1
            c.leave()
            assert await fourth == [2, 1]
            assert made.full
        assert (made.answered, made.waiting, made.full) == (0, 0, False)

    run(test)


def test_one_who_leaves_the_middle_lets_the_others_up() -> None:
    async def test() -> None:
        made = Line(lambda: 1)
        with made.joined("a", "x") as a, made.joined("c", "x") as last:
            with made.joined("b", "x"):
                pass
            with pytest.raises(RuntimeError, match="broke off"), made.joined("d", "x"):
                raise RuntimeError("it broke off")
            a.leave()
            a.leave()
            assert await turn_of(last) == []

    run(test)


def test_more_places_let_more_in_at_the_next_move() -> None:
    async def test() -> None:
        places = 1
        made = Line(lambda: places)
        with made.joined("a", "x"), made.joined("b", "x") as b, made.joined("c", "x") as c:
            waiting = asyncio.create_task(turn_of(c))
            await asyncio.sleep(0)
            places = 2
            b.leave()
            assert await waiting == [2]

    run(test)


def test_a_tab_an_address_and_everybody_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_MOST_OF_TAB", 1)
    monkeypatch.setattr(line, "_MOST_OF_ADDRESS", 2)
    monkeypatch.setattr(line, "_MOST", 3)

    async def test() -> None:
        made = Line(lambda: 1)
        with made.joined("a", "x"), made.joined("b", "x"), made.joined("c", "y"):
            with pytest.raises(InputError, match="1 questions of yours"), made.joined("a", "z"):
                pass
            with pytest.raises(InputError, match="Too many questions"), made.joined("d", "x"):
                pass
            with pytest.raises(InputError, match="3 of them"), made.joined("d", "z"):
                pass
        with made.joined("a", "x") as again:
            assert await turn_of(again) == []

    run(test)
