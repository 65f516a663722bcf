"""Where a question's filter would say less than the question does, or the opposite: "not by Smith",
"in 2019 or 2021". Such a question is better left without a filter. Pure.
"""

from __future__ import annotations

import re

_YEAR = r"(?:19|20)\d\d"
_TIME = r"(?:in|from|since|before|after|during|of|until|till|through|by)"
_WHICH = (
    r"(?:those|these|the\s+ones?|ones?|any(?:thing)?|papers?|works?|articles?|studies|what|by|in|at"
    r"|from|since|after|before|during|until|of|(?:co-?)?author(?:ed)?|writ(?:e|ten)"
    rf"|publish(?:ed)?|appear(?:ed|ing)?|presented|{_YEAR}|(?-i:[A-Z]))"
)
_NEGATED = re.compile(
    r"\b(?:except(?:ing|ed)?|exclud(?:e|es|ed|ing)|other\s+than|apart|aside|neither|but\s+not)\b"
    r"|(?:\b(?:not|never|no|without|besides|unlike|outside(?:\s+of)?|omit(?:ting)?|ignor(?:e|ing)"
    rf"|rather\s+than|instead\s+of)|n['’]t)\s+{_WHICH}",
    re.IGNORECASE,
)
_NEGATION_BEFORE = re.compile(
    r"\b(?:not|never|no|nor|without|but|save|minus|cannot)\b|n['’]t\b", re.IGNORECASE
)
_AND = r"(?:,|/|&|\band\b|\bor\b|\bnor\b|\bto\b|\buntil\b|\btill\b|\bthrough\b|[-–—+])"
_YEARS_AFTER = re.compile(
    rf"\s*[-–/]\s*\d\d\b|\s*\+|\s*{_AND}\s*(?:{_AND}\s*)?(?:{_TIME}\s+)?"
    rf"(?:(?:the|early|late|mid)[\s-]+)?(?:{_YEAR}|present\b|now\b|today\b|date\b|later\b"
    r"|earlier\b|before\b|after\b|beyond\b|newer\b|older\b|onwards?\b)",
    re.IGNORECASE,
)
_YEARS_BEFORE = re.compile(rf"{_YEAR}s?\s*{_AND}\s*(?:{_AND}\s*)?$", re.IGNORECASE)
_YEARS_ELSEWHERE = re.compile(
    rf"\b(?:and|or)\s+(?:those\s+|papers\s+)?{_TIME}\s+{_YEAR}", re.IGNORECASE
)


def negates(question: str) -> bool:
    """Whether the question says which papers it does not ask for."""
    return bool(_NEGATED.search(question))


def negated(before: str) -> bool:
    """Whether what stands before a phrase may turn it round."""
    return bool(_NEGATION_BEFORE.search(before))


def alternative(before: str, after: str) -> bool:
    """Whether the phrase between the two texts is one of several that would do."""
    return bool(re.search(r"\bor\s*$", before, re.I) or re.match(r"\s*,?\s*or\b", after, re.I))


def more_years(before: str, after: str) -> bool:
    """Whether the years between the two texts are not all that are asked for."""
    return bool(
        _YEARS_AFTER.match(after)
        or _YEARS_BEFORE.search(before)
        or _YEARS_ELSEWHERE.search(before)
        or _YEARS_ELSEWHERE.search(after)
    )
