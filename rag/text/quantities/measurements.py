"""Reads measurements out of a sentence: a number, what it measures, of what, and where. Pure.

"Dual-Swin-L achieves 59.4% box AP on COCO test-dev" has one: 59.4, "%", "box AP", "COCO test-dev",
"Dual-Swin-L". A number may also be a change ("by 95.9%", "21x faster"), the value before one
("from 2.1M"), or what something else has ("better than the 57.7% of Swin-L"); these are told apart,
because only values of one role can be compared. Numbers that only count off ("(1)", "Section 3"),
dates and those in names (VOC 2007) are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from rag.text.polarity import directions
from rag.text.quantities.number_phrases import (
    phrase_after,
    phrase_before,
    setting_after,
    setting_in_front,
    subject_before,
)
from rag.text.quantities.numbers import Number, numbers_in

Role: TypeAlias = Literal["value", "change", "before", "other"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number of a sentence, with its offsets there.

    ``value`` is that of ``raw`` ("86.9K": 86,900), of a range its end, and ``low`` its beginning.
    ``unit`` is the name of a known unit. ``metric``, ``setting`` and ``subject`` are words of the
    sentence, or empty: what is measured or counted ("box AP"), on what ("COCO test-dev"), and of
    what ("Dual-Swin-L"). ``role`` says whether it is a value, a change of one, the value before
    that change, or what something other than the subject has. ``sign`` is that of a change as far
    as words tell: 1 more, -1 less, 0 unknown.
    """

    value: float
    low: float
    unit: str | None
    raw: str
    start: int
    end: int
    metric: str = ""
    setting: str = ""
    subject: str = ""
    role: Role = "value"
    sign: int = 0

    @property
    def counts(self) -> bool:
        """Whether this is how many of something there are: 60,000 image pairs."""
        whole = self.value == int(self.value) and not re.search(r"\.\d+$", self.raw)
        return self.unit is None and whole and bool(re.search(r"[a-z]s\b(?!-)", self.metric))


_LATEX = r"[\\$]*"
_UNIT = r"%|×|(?:times|fold|percent|percentage points?|points?|p\.?p\.?)(?![A-Za-z])|x(?![A-Za-z])"
_UNIT_AFTER = re.compile(rf"\s?-?{_LATEX}(?:{_UNIT}){_LATEX}|{_LATEX}", re.IGNORECASE)
_GIGA = re.compile(r"\s?([GT])(?=\s?(?:FLOP|MAC))")  # 10G FLOPs are no 10 grams
_GIGAS = {"G": 1e9, "T": 1e12}
_POINTS = re.compile(r"(?:percentage )?points?|p\.?p\.?", re.IGNORECASE)
_BETWEEN = re.compile(rf"\s?{_LATEX}(?:%|x|×)?{_LATEX}\s?(?:-{{1,3}}|–|—|to)\s?{_LATEX}\Z")
_BETWEEN_AND = re.compile(rf"\s?{_LATEX}%?{_LATEX}\sand\s{_LATEX}\Z")
# What makes a number no measurement: a name or enumeration that it is part of.
_NAMED_BEFORE = re.compile(
    r"(?:[\w)]-|[\^_{~/:.]|\b(?:section|table|figure|fig\.?|eq\.?|chapter|version|type|phase|stage"
    r"|level|grade|no\.?|top|vol\.?|rank)\s?-?)\Z",
    re.IGNORECASE,
)
_CAPITALISED_BEFORE = re.compile(r"(?:^|[^.\s]\s)[A-Z][\w}]*(?:-\w+)*[\s-]\Z")
_NAMED_AFTER = re.compile(
    r"-?(?:D\b|\^|_|th\b|st\b|nd\b|rd\b|[-–]?\w+-way\b|/\d|[)\]]\s*[A-Za-z-]|\.\))"
)
_SIZES = re.compile(r"\s?\\?(?:times|x|×)\s?\d", re.IGNORECASE)  # 1024 x 1024
_YEAR = range(1800, 2100)

_COMPARATIVES = (
    r"faster|slower|smaller|larger|bigger|fewer|less|more|lower|higher|better|worse|cheaper|greater"
    r"|longer|shorter|lighter|speed-?ups?|acceleration|reductions?|improvements?|increases?|gains?"
    r"|drops?|decreases?|declines?|savings?|overheads?|margins?|boosts?|relative|absolute"
)
_CHANGE_AFTER = re.compile(
    rf"[\s$\\-]*(?:[^\s.,;()]+\s){{0,3}}?(?P<word>{_COMPARATIVES})\b", re.IGNORECASE
)
# "a 29% improvement in the F1 score"
_CHANGE_OF = re.compile(
    rf"\s(?:[^\s.,;()]+\s){{0,3}}?(?:{_COMPARATIVES})\s(?:in|of)\s(?:[^\s.,;()]+\s?){{1,4}}"
)
_BY = re.compile(
    r"\b(?P<head>by|(?:improv|increas|reduc|boost|decreas|rais)(?:e|es|ed|ing)"
    r"|(?:margin|factor|reduction|improvement|increase|gain|speed-?up|drop|saving|decrease"
    r"|difference)s? of)"
    r"(?:\s(?:up to|as much as|more than|over|about|around|nearly|almost|approximately|at least"
    r"|an average of|a factor of|a margin of|roughly|only|averagely|an?|the|further|additional"
    r"|~|on average))*[\s~($+]*\Z",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\bfrom(?:\s(?:about|around|over|nearly|only))?[\s~$(]*\Z", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:(?<!more )(?<!less )(?<!fewer )than|versus|vs\.?|against|compared? (?:to|with)"
    r"|relative to|baselines?|counterparts?|state-of-the-art (?:results?|methods?|models?)?"
    r"|rather than|instead of)(?:\s(?:the|a|an|its|their|of|only))*\s?\W{0,2}\Z"
    r"|\b(?:than|versus|vs\.?|against|compared? (?:to|with)|better than)\s[^,;.]{0,60}[\s(]\W{0,2}"
    r"\Z",
    re.IGNORECASE,
)
_FEW = 60  # characters
_SPELLED_ONE = frozenset({"one", "zero", "two", "three"})


@lru_cache(maxsize=10_000)
def measurements_in(sentence: str) -> tuple[Measurement, ...]:
    """The measurements of a sentence, in order."""
    numbers = sorted(numbers_in(sentence), key=lambda number: number.start)
    numbers = [n for n in numbers if n.value is not None and _measures(sentence, n)]
    found: list[Measurement] = []
    for at, number in enumerate(numbers):
        end = numbers[at + 1].start if at + 1 < len(numbers) else len(sentence)
        begin = found[-1].end if found else 0
        read = _read(sentence, number, begin, end)
        if found and _spans_range(sentence, found[-1], numbers[at - 1].end, read):
            found[-1] = _range(sentence, found[-1], read)
        else:
            found.append(read)
    return tuple(_shared(sentence, found))


def _spans_range(sentence: str, first: Measurement, first_end: int, second: Measurement) -> bool:
    """Whether two numbers are the ends of a range: "30-100", "between 4 and 8 times"."""
    if first.role == "before" or first.unit not in (None, second.unit):
        return False
    gap = sentence[min(first.end, first_end) : second.start]
    between = sentence[: first.start].rstrip(" $").endswith("between")
    return bool(_BETWEEN.match(gap) or (between and _BETWEEN_AND.match(gap)))


def _range(sentence: str, first: Measurement, second: Measurement) -> Measurement:
    role: Role = "change" if "change" in (first.role, second.role) else second.role
    return replace(
        second,
        low=first.value,
        raw=sentence[first.start : second.end].rstrip("\\$ "),
        start=first.start,
        role=role,
        metric=second.metric or first.metric,
        sign=second.sign or first.sign,
    )


def _measures(sentence: str, number: Number) -> bool:
    """Whether a number measures something, and is no date, label, size or part of a name."""
    before, after = sentence[: number.start], sentence[number.end :]
    if _SIZES.match(after) or re.search(r"\d\s?\\?(?:times|x|×)\s?\Z", before):
        return False
    if number.unit is not None:
        return not re.search(r"[\^_]\{?\Z", before)
    if _NAMED_BEFORE.search(before) or _NAMED_AFTER.match(after):
        return False
    digits = number.raw.strip(",")
    named = _CAPITALISED_BEFORE.search(before)
    if digits.isdecimal() and len(digits) == 4 and int(digits) in _YEAR:
        dated = re.search(
            r"(?:\b(?:in|since|from|between|of|by|until|to|and|year|the)|[(,–-])\s?\Z", before
        )
        return after.startswith(" ") and not dated and not named
    if number.raw.lower() in _SPELLED_ONE:
        return bool(re.match(r"\s[a-z]", after))
    return not named


def _read(sentence: str, number: Number, begin: int, end: int) -> Measurement:
    """One number with what stands around it, between the numbers before and after it."""
    raw_end = number.start + len(number.raw.rstrip(","))
    unit_text = _UNIT_AFTER.match(sentence, raw_end)
    stop = unit_text.end() if unit_text else raw_end
    start = number.start - (1 if sentence[number.start - 1 : number.start] in ("x", "×") else 0)
    value = float(number.value or 0)
    before, after = sentence[begin:start], sentence[stop:end]
    unit = number.unit
    if scaled := _GIGA.match(sentence, raw_end):
        value, unit, stop = value * _GIGAS[scaled[1]], None, scaled.end()
        after = sentence[stop:end]
    attached = re.match(r"[-\s]?[A-Za-z]+\b", sentence[stop:end])
    if unit not in (None, "x", "%", "fps") and attached:
        stop += attached.end()
        after = sentence[stop:end]
    points = _POINTS.search(sentence[raw_end:stop])
    if points:
        unit = "points"
    role, sign = _role(before, after, unit, sentence[max(0, start - 2) : start])
    metric = phrase_after(after) or phrase_before(before)
    if of := _CHANGE_OF.match(after):
        metric = " ".join(of.group().split())
    raw = sentence[start:stop].rstrip("\\$ ")
    setting, subject = setting_after(after), subject_before(sentence, start)
    return Measurement(value, value, unit, raw, start, stop, metric, setting, subject, role, sign)


def _role(before: str, after: str, unit: str | None, just_before: str) -> tuple[Role, int]:
    change = _CHANGE_AFTER.match(after.split(",")[0][:_FEW])
    """The role of a number by the words around it, and the sign of a change."""
    sign, by = 0, _BY.search(before)
    # Not "more" in "reduced by more than".
    words = [d.sign for d in directions((before[: by.end("head")] if by else before)[-_FEW:])]
    if change:
        signs = [d.sign for d in directions(change["word"])]
        sign = signs[0] if signs else 0
    counts = unit is None and re.match(
        r"\s(?!to\b|and\b|or\b)[a-z]", after
    )  # "by more than 230 million people"
    beside = re.match(rf"[\s-](?:relative |absolute |average )?(?:{_COMPARATIVES})\b", after)
    if unit == "points" or (by and not counts) or (change and (unit is not None or beside)):
        return "change", sign or (words[-1] if words else 0)
    if re.search(r"(?:^|[\s($])[+]\Z", just_before):
        return "change", 1
    if _BEFORE.search(before) and re.match(r"[^,;]{0,40}?\bto\b", after):
        return "before", 0
    if _OTHER.search(before):
        return "other", 0
    return "value", 0


def _shared(sentence: str, found: list[Measurement]) -> list[Measurement]:
    """With settings that a list says once: after its last number, or before its first."""
    front, given = setting_in_front(sentence), list(found)
    for at in range(len(given) - 2, -1, -1):
        one, other = given[at], given[at + 1]
        between = sentence[one.end : other.start]
        if not one.setting and other.setting and not re.search(r"[;()]", between):
            given[at] = replace(one, setting=other.setting)
    for at in range(1, len(given)):
        one, other = given[at - 1], given[at]
        between = sentence[one.end : other.start]
        listed = len(between) < _FEW and not re.search(r"[;()]", between)
        if listed and (not other.metric or other.metric in one.setting):
            role: Role = "change" if one.role == "change" else other.role
            given[at] = replace(given[at], metric=one.metric, role=role, sign=one.sign)
        if listed and one.role == "other" and re.search(r"\band\b|,", between):
            given[at] = replace(given[at], role="other")
        if given[at].role == "value" and one.role == "before":
            # What "from A to B" is said of stands before A, or else after B.
            metric = one.metric or other.metric
            given[at - 1 : at + 1] = [
                replace(one, metric=metric), replace(given[at], metric=metric)
            ]  # fmt: skip
    return [m if m.setting else replace(m, setting=front) for m in given]
