"""Parts the headings of an abstract from the text that lost tags have glued to them.

"AbstractBackground: It ..." is "Background: It ...", and "MethodsWe ..." is "Methods: We ...". A
name such as BackgroundMatting stays: what follows a heading has to be a word that begins sentences,
or there are more such places.
"""

from __future__ import annotations

import re

from rag.text.lexicons import function_words, lexicon

_WORDS = sorted(lexicon("abstract_headings"), key=len, reverse=True)
_HEADING = "|".join([*_WORDS, *map(str.upper, _WORDS)])
_ABSTRACT = re.compile(
    rf"(?:Abstract|ABSTRACT)(?:\s*(?::\s*|\.\s+)|(?=(?:{_HEADING})(?![a-z])|\s+(?:{_HEADING}):)"
    r"|(?=\s*([A-Z][a-z]*)\b))"
)
# The first look-ahead is for speed: few sentences begin with a capital inside a word.
_GLUED = re.compile(rf"\.(\s*)(?=[A-Z]+[a-z]*[A-Z])({_HEADING})(?=([A-Z][a-z]+|[AI])\b)")
_FEWEST = 3  # glued headings that need no further sign; two, if one of them has it


def headings_apart(abstract: str) -> str:
    """The abstract with a colon after each glued heading, and without "Abstract" before it all."""
    first = _ABSTRACT.match(abstract)
    if first and (first[1] is None or first[1].lower() in function_words()):
        abstract = abstract[first.end() :].lstrip()
    text = f".{abstract}"  # a heading at the beginning is after a full stop, too
    found = list(_GLUED.finditer(text))
    if not found:
        return abstract
    sure = [heading[3].lower() in function_words() for heading in found]
    several = len({heading[2].lower() for heading in found}) + any(sure) >= _FEWEST
    for heading, apart in zip(reversed(found), reversed(sure), strict=True):
        if several or apart:
            text = f"{text[: heading.start(1)]} {heading[2]}: {text[heading.end() :]}"
    return text[1:].lstrip()
