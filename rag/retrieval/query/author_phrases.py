"""Where people's names stand in a question. Pure."""

from __future__ import annotations

import re

_MOST_IN_NAME = 4  # words
SAY = (
    r"(?:say|said|write|written|publish|published|report|reported|propose|proposed|find|found|show"
    r"|shown|argue|argued|claim|claimed|conclude|concluded|do|done|work|study|studied|introduce"
    r"|introduced|present|presented|contribute|contributed|discover|discovered)\b"
)
_PARTICLES = "van von de der den del della di da dos du la le ter ten zu".split()
# What ends a name that is written in small letters, or begins a question with a capital.
_NO_NAME = frozenset(
    f"""a about after also an and are as at based be before between by can compare could describe
    did do does during et explain find for from give had has have how i if in is it its list me name
    of on or our papers recent regarding show since so some summarise summarize tell than that the
    their them then there they this those through to until up using was we were what when where
    which while who whom whose why will with work works would you
    {SAY[3:-3].replace("|", " ")}""".split()
)
_PRONOUNS = frozenset("he she him her his hers us my your".split())
WORD = re.compile(r"[^\W\d_][\w'’.-]*")


def names_after(text: str, start: int) -> int | None:
    """Where the name, or several joined by "and", that begins at ``start`` ends."""
    end = _name_after(text, start)
    while end is not None:
        joint = re.match(r"\s*(?:,|&|,?\s*\b(?:and|or)\b)\s*", text[end:])
        following = _name_after(text, end + joint.end()) if joint else None
        if joint is None or following is None or not text[end + joint.end()].isupper():
            break
        end = following
    return end


def _name_after(text: str, start: int) -> int | None:
    capital, end = text[start : start + 1].isupper(), start
    for count, token in enumerate(WORD.finditer(text, start)):
        if text[end : token.start()].strip() or not in_name(token[0], capital):
            break
        if count == _MOST_IN_NAME:
            return None  # nobody is called so
        end = token.end()
    name = text[start:end].rstrip()
    if re.search(r"['’]s?$", name) or not name:
        return None
    return end


def name_before(text: str, end: int) -> int | None:
    """Where the name that ends at ``end`` begins."""
    start = end
    tokens = list(WORD.finditer(text, 0, end))[-_MOST_IN_NAME:]
    capital = bool(tokens) and tokens[-1][0][0].isupper()
    for token in reversed(tokens):
        if text[token.end() : start].strip() or not in_name(token[0], capital):
            break
        start = token.start()
    return start if start < end else None


def in_name(word: str, capital: bool) -> bool:
    """Whether a word may be part of a name, which is written with capitals or without any.

    A pronoun in small letters never is: "he" is nobody's name, "He" may be.
    """
    plain = word.lower().strip(".")
    if plain in _NO_NAME or word in _PRONOUNS:
        return False
    return not capital or word[0].isupper() or plain in _PARTICLES
