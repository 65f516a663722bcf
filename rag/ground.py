"""Claims against their quotes: numbers, names, words, meaning. Pure functions, no model.

``support`` is the mean of two shares: how much of the claim's words the quotes hold, and how near
the claim is to its nearest quote (cosine, given). It is halved where one denies what the other
says. A claim with a number or a coined name that no quote holds is unsupported whatever else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rag.types import Verdict

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:\s?[KMBkmb](?![\w]))?")
_NAME = re.compile(r"\b(?:[A-Za-z]+\d\w*|\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}\w*)\b|https?://\S+")
_WORD = re.compile(r"[a-z0-9]+")
_NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|without|cannot|fails? to|lacks?)\b|n't\b")
_SCALE = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_COMMON = frozenset(
    """a about also an and are as at be been by can do does for from has have how in into is it its
    of on or our paper such than that the their these they this those to use used uses using was we
    were what which who will with""".split()
)
_SUPPORTED, _PARTIAL = 0.60, 0.40
_CLAUSE = re.compile(r",?\s*\b(?:while|whereas|but|and|though|unlike)\b\s*|;\s*")
_CLAUSE_HELD = 0.6  # share of a clause's words
_STEM = 5  # letters of a word that must agree; "segmenting" then meets "segmentation"


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome for one claim. ``missing`` are its numbers and names that no quote holds."""

    verdict: Verdict
    support: float
    missing: tuple[str, ...]


def check_claim(
    claim: str, quotes: Sequence[str], similarity: float, titles: Sequence[str] = ()
) -> Check:
    """Check a claim against the quotes it cites; ``similarity`` is its best cosine with one.

    ``titles`` are those of the quoted papers: where a quote says "our method", the claim may name
    it. They bear out words and names, never numbers.
    """
    text = " ".join(quotes)
    named = " ".join([text, *titles])
    missing = missing_numbers(claim, text) + missing_names(claim, named)
    support = (containment(claim, named) + max(0.0, min(1.0, similarity))) / 2
    if contradicts(claim, text):
        support /= 2
    support = round(support, 3)
    if missing or support < _PARTIAL:
        return Check("unsupported", support, missing)
    return Check("supported" if support >= _SUPPORTED else "partial", support, missing)


def swapped_subjects(claim: str, quotes: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of papers of which the claim says something that only another paper's quote holds.

    ``quotes`` maps each cited title to what is quoted of it. A claim over several papers ("A uses
    one model, while B ...") is read clause by clause: a clause that names one paper must find most
    of its words in the quotes of that paper.
    """
    if len(quotes) < 2:
        return ()
    names = {title: _coined(title) for title in quotes}
    swapped = []
    for clause in _CLAUSE.split(claim):
        said = _stems(clause)
        named = [title for title, name in names.items() if name and name in said]
        if len(named) != 1:
            continue
        title = named[0]
        if containment(clause, f"{title} {quotes[title]}") < _CLAUSE_HELD:
            swapped.append(title)
    return tuple(swapped)


def _coined(title: str) -> str:
    """What a sentence calls the paper: the first word of its title, by its first letters."""
    words = _words(title)
    return words[0][:_STEM] if words else ""


def missing_numbers(claim: str, text: str) -> tuple[str, ...]:
    """The numbers of ``claim`` that ``text`` does not hold, compared by value.

    86.9K is 86,900, and "two" is 2. Numbers inside names (MS2, ResNet-50) are the names' affair.
    """
    numbers = _numbers(text)
    spelled = {_NUMBER_WORDS[word] for word in _words(text) if word in _NUMBER_WORDS}
    lost = [
        raw
        for raw in _NUMBER.findall(claim)
        if (value := number_value(raw)) not in numbers and str(value) not in spelled
    ]
    return tuple(dict.fromkeys(lost))


def missing_names(claim: str, text: str) -> tuple[str, ...]:
    """The coined names, acronyms and URLs of ``claim`` that ``text`` lacks, without case."""
    held = text.lower()
    names = [name.rstrip(".,;:)") for name in _NAME.findall(claim)]
    lost = [name for name in names if name.lower() not in held and not _plural_of(name, held)]
    return tuple(dict.fromkeys(lost))


def number_value(raw: str) -> Decimal | None:
    """The value of a number as written, the same for "86.9K" and "86,900"; None if it is none."""
    text = raw.replace(",", "").replace(" ", "").lower()
    scale = _SCALE.get(text[-1:], 1)
    try:
        return (Decimal(text.rstrip("kmb")) * scale).normalize()
    except InvalidOperation:
        return None


def containment(claim: str, text: str) -> float:
    """The share of the claim's content words that ``text`` holds by their first letters."""
    held = _stems(text)
    words = [word for word in _words(claim) if word not in _COMMON]
    if not words:
        return 0.0
    return sum(word[:_STEM] in held for word in words) / len(words)


def contradicts(claim: str, text: str) -> bool:
    """Whether one of the two denies a word that the other one holds without denying it."""
    denied_here, denied_there = _denied(claim), _denied(text)
    here, there = _stems(claim), _stems(text)
    return bool((denied_here & there) - denied_there or (denied_there & here) - denied_here)


def _denied(text: str) -> set[str]:
    """The first content word after each negation, by its first letters."""
    denied: set[str] = set()
    for match in _NEGATION.finditer(text.lower()):
        following = [w for w in _words(text[match.end() :]) if w not in _COMMON]
        denied.update(word[:_STEM] for word in following[:1])
    return denied


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _words(text)}


def _numbers(text: str) -> set[Decimal | None]:
    return {number_value(raw) for raw in _NUMBER.findall(text)}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _plural_of(name: str, held: str) -> bool:
    return name.endswith("s") and name[:-1].lower() in held
