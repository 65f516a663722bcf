"""What a pile of papers is mostly on: phrases that many of them hold and several titles name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.types import Paper

# Of a large pile a part tells the same; counting 2,000 abstracts takes two seconds.
_LOOKED_AT = 600
_FEWEST_TITLES = 2

_TOKEN = re.compile(r"[a-z][a-z-]+|[.,;:()]")
# Words that say how papers are written and not what they are about.
_EMPTY = frozenset(
    """a about across an and any approach approaches are art as at available be been both but by can
    code data dataset demonstrate different end existing experiment extensive first for framework
    from has have high how in into is it its large learning long many method methods model models
    more most multiple new not novel of on one or our outperform over page paper performance
    previous project propose proposed recent result results scale several show shows significantly
    source state strong such task tasks than that the their these they this those through to toward
    towards trained training two under up use used using various via we well when where which while
    with within without work""".split()
)


def topics_of(papers: Sequence[Paper], most: int = 3) -> tuple[str, ...]:
    """Up to ``most`` phrases of two words, those that most papers hold first, no word twice.

    Singular and plural count as one, and the form that is written more often is given.
    """
    held: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    step = max(1, len(papers) // _LOOKED_AT)
    for paper in papers[::step]:
        in_title, in_abstract = _phrases(paper.title), _phrases(paper.abstract)
        titled.update({*in_title})
        held.update({*in_title, *in_abstract})
        for one, form in [*in_title.items(), *in_abstract.items()]:
            written.setdefault(one, Counter())[form] += 1
    chosen: list[str] = []
    for phrase, _ in sorted(held.items(), key=lambda item: (-item[1], item[0])):
        new = not {*phrase.split()} & {word for had in chosen for word in had.split()}
        if titled[phrase] >= _FEWEST_TITLES and new:
            chosen.append(phrase)
        if len(chosen) == most:
            break
    return tuple(written[phrase].most_common(1)[0][0] for phrase in chosen)


def _phrases(text: str) -> dict[str, str]:
    """Pairs of telling words in the singular, each with how it is written."""
    words = _TOKEN.findall(text.lower())
    pairs = [(a, b) for a, b in pairwise(words) if _tells(a) and _tells(b)]
    return {f"{_singular(a)} {_singular(b)}": f"{a} {b}" for a, b in pairs}


def _tells(word: str) -> bool:
    return len(word) > 2 and not {word, _singular(word)} & _EMPTY


def _singular(word: str) -> str:
    plural = len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word
