"""Chinese and Japanese, which have no spaces, as pairs of characters that can be compared."""

from __future__ import annotations

import re

_RUN = re.compile("[\u3040-\u30ff\u3400-\u9fff]{3,}")


def in_pairs(text: str) -> str:
    """The text with each run of characters as its overlapping pairs, a word each."""

    def pairs(run: re.Match[str]) -> str:
        letters = run.group()
        return f" {' '.join(letters[at : at + 2] for at in range(len(letters) - 1))} "

    return text if text.isascii() else _RUN.sub(pairs, text)
