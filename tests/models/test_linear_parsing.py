"""Reading a reply costs time in proportion to its length, whatever it is and however it comes.

What is counted is how many characters are read, not how long that takes.
"""

from __future__ import annotations

from typing import Any

import pytest
from test_structured import Items

from rag.models.endpoints.replies import partial_json
from rag.models.endpoints.replies.thoughts import said_in
from rag.models.endpoints.structured import grow

# Each is repeated up to a length. Read anew for every piece, or for every brace, they would cost
# the square or the cube of it.
HOSTILE = {
    "braces": "{",
    "open objects": '{"a":',
    "open strings": '{"a ',
    "closed objects": "{} ",
    "lists in lists": '{"items":[[',
    "items": '{"number": 1}, ',
    "marks of thinking": '</think>{"',
    "marks of channels": "<|channel|>final<|a|>",
    "fences": '{"items": [```',
    "quotes": '"',
}
LENGTHS = (1000, 4000, 16_000)
# Times that a text is read in all, at any length: it is read again when it is a hundredth longer,
# each time by four steps, and at the end 32 times at most.
MOST = 4 * 101 + 2 + 32


class Counter:
    """Counts the characters that the reading of a reply looks at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read = 0
        object_at = partial_json._object_at

        def looked(text: str) -> str:
            self.read += 2 * len(text)  # for marks, and for an object that they may be in
            return said_in(text)

        def decoded(text: str, start: int, **given: Any) -> Any:
            found = object_at(text, start, **given)
            self.read += found[2]
            return found

        monkeypatch.setattr(partial_json, "said_in", looked)
        monkeypatch.setattr(partial_json, "_object_at", decoded)


@pytest.mark.parametrize("piece", [1, 7, 500])
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("opening", ["", '{"items": ['])
def test_the_work_grows_with_the_length(
    monkeypatch: pytest.MonkeyPatch, opening: str, name: str, piece: int
) -> None:
    counter = Counter(monkeypatch)
    for length in LENGTHS:
        counter.read = 0
        text = (opening + HOSTILE[name] * length)[:length]
        for _ in grow((text[at : at + piece] for at in range(0, length, piece)), Items):
            pass
        assert counter.read <= MOST * length, f"{counter.read / length:.0f} times its length"


def test_claims_do_not_wait_for_the_text_to_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """An item is read at once, or before the text is a fiftieth longer."""
    text = '{"items": [' + ", ".join(f'{{"number": {n}}}' for n in range(200))
    ends = [at + 1 for at, character in enumerate(text) if character == "}"]
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for character in text:
            sent += 1
            yield character

    for reply in grow(pieces(), Items):
        behind = sent - ends[len(reply.items) - 1] if reply.items else 0
        assert behind <= 2 + sent / 50
