"""Where sentences begin, as NLTK's Punkt finds it without trained parameters.

Kiss and Strunk 2006, Computational Linguistics 32. It is written out here because to import NLTK
takes longer than to index a hundred papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from string import whitespace

_QUOTES = "\u2018\u2019\u201c\u201d\xab\xbb"
_NO_WORD = rf"[)\"';:?!@*(\[\]{{}}{_QUOTES}]"
_DASHES_OR_DOTS = r"(?:-{2,}|\.{2,}|(?:\.\s){2,}\.)"
_WORD = re.compile(
    rf"""{_DASHES_OR_DOTS}
    | [^("`{{\[:;&\#*@)}}\]\-,\s] \S*?
      (?= \s | $ | {_NO_WORD} | {_DASHES_OR_DOTS} | ,(?: $ | \s | {_NO_WORD} | {_DASHES_OR_DOTS}))
    | \S""",
    re.VERBOSE,
)
_END = re.compile(rf"[.?!](?=(?P<after>{_NO_WORD}|\s+(?P<next>\S+)))")
_CLOSING = re.compile(rf"[\"')\]}}{_QUOTES}]+?(?:\s+|(?=--)|$)", re.MULTILINE)
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*")
_INITIAL = re.compile(r"[^\W\d]\.")


def sentence_starts(text: str) -> list[int]:
    """The offsets at which sentences begin: the first is 0; none if there is no text."""
    starts, ends = [0], []
    for end, context in _candidates(text):
        if any(_ends(word, after) for word, after in pairwise(_words(context))):
            # The next one begins at the next word, or at the punctuation that follows at once.
            starts.append(end.start("next") if end["next"] else end.end())
            ends.append(end.end())
    ends.append(len(text.rstrip()))
    # What closes a quotation or a bracket belongs to the sentence before.
    for place in range(1, len(starts)):
        if closing := _CLOSING.match(text, starts[place], ends[place]):
            starts[place] = closing.end()
    full = [start for start, end in zip(starts, ends, strict=True) if start < end]
    return full or [0] * bool(text)


def _candidates(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each end character that may end a sentence, from the word before it to that after it."""
    start = stop = 0  # of the word before
    last: re.Match[str] | None = None
    for match in _END.finditer(text):
        before = text[stop : match.start()]
        space = max(before.rfind(character) for character in whitespace)
        begin = stop + space + 1 if space > 0 else start
        # Of several in one word only the last counts.
        if last and stop <= begin:
            yield last, text[start:stop] + last.group() + last["after"]
        last, start, stop = match, begin, match.start()
    if last:
        yield last, text[start:stop] + last.group() + last["after"]


def _words(context: str) -> list[str]:
    return [word for line in context.split("\n") for word in _WORD.findall(line)]


def _ends(word: str, after: str) -> bool:
    """Whether a sentence ends with ``word``, which ``after`` follows."""
    if word in (".", "?", "!"):
        return True
    if not word.endswith(".") or word.endswith(".."):
        return False
    if _INITIAL.fullmatch(word):
        return after not in ";:,.!?" and not after[0].isupper() and not after[0].islower()
    if _NUMBER.fullmatch(word):
        return after not in ";:,.!?" and not after[0].islower()
    return True
