"""What counts as a token here: a word or a sign.

There is no model whose tokens could be counted: without a language model nothing is tokenized, and
with one the client would be told of prompts that it never sent. Pure.
"""

from __future__ import annotations

import re
from itertools import islice

_TOKEN = re.compile(r"\w+|[^\w\s]")


def count(text: str) -> int:
    """How many words and signs a text has."""
    return sum(1 for _ in _TOKEN.finditer(text))


def end_of(text: str, most: int) -> int | None:
    """Where the first ``most`` tokens end, in characters; None if there are no more of them."""
    last = 0
    for number, token in enumerate(islice(_TOKEN.finditer(text), most + 1)):
        if number == most:
            return last
        last = token.end()
    return None
