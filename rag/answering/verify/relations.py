"""Relations with a left and a right side: what causes what, and what is part of what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answering.verify.clauses import stems_of

# Relations with two sides, by family: words that lead from left to right, and from right to left.
_RELATIONS = {
    family: (re.compile(forward, re.IGNORECASE), re.compile(backward, re.IGNORECASE))
    for family, (forward, backward) in {
        "cause": (
            r"\b(?:causes?|caus(?:ed|ing)(?! by)|lead(?:s|ing)? to|led to|result(?:s|ed|ing)? in"
            r"|drives?|induces?|produces?|suppress(?:es)?|triggers?|followed by|precedes?)\b",
            r"\b(?:because(?: of)?|since|due to|(?:caused|driven|induced|suppressed|triggered) by"
            r"|result(?:s|ed)? from|as a result of|when|follows)\b",
        ),
        "part": (
            r"\b(?:contains?|comprises?|consists? of|composed of|includes?|has|have)\b",
            r"\b(?:part of|contained in|belongs? to|included in)\b",
        ),
    }.items()
}
_SIDE_WORDS = 8


def relates_otherwise(claim: str, quote: str) -> bool:
    """Whether both relate the same two things, but the other way round."""
    for forward, backward in _RELATIONS.values():
        there = list(_sides(quote, forward, backward))
        for left, right in _sides(claim, forward, backward):
            fits = [_fit(left, right, *sides) for sides in there]
            if False in fits and True not in fits:
                return True
    return False


def _sides(
    text: str, forward: re.Pattern[str], backward: re.Pattern[str]
) -> Iterator[tuple[set[str], set[str]]]:
    """The stems before and after each word of relation, in the order of the relation."""
    for pattern in (forward, backward):
        for match in pattern.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            if pattern is backward and _opens(before):  # "When A, B"
                before, _, after = after.partition(",")
                before, after = after, before
            left = set(stems_of(before)[-_SIDE_WORDS:])
            right = set(stems_of(after)[:_SIDE_WORDS])
            yield (left, right) if pattern is forward else (right, left)


def _opens(before: str) -> bool:
    """Whether a word of relation opens its sentence: "Moreover, when", but not "heat is due to"."""
    return not stems_of(before.rpartition(",")[2]) and len(stems_of(before)) <= 1


def _fit(
    left: set[str], right: set[str], there_left: set[str], there_right: set[str]
) -> bool | None:
    """Whether two things are related alike, or the other way round; None if neither is clear."""
    one, other = there_left - there_right, there_right - there_left
    straight = (len(left & one), len(right & other))
    crossed = (len(left & other), len(right & one))
    if all(straight) and sum(straight) > sum(crossed):
        return True
    return False if all(crossed) and sum(crossed) > sum(straight) else None
