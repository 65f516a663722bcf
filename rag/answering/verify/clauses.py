"""Splits a sentence into clauses, and says of each whose it is: the work's own, or another's. Pure.

"Unlike methods that fail in fog, X sees far" has two: one about others ("methods that fail in
fog"), which a word of contrast opens, and one of its own. Clauses are found by their first words,
because a parser is not at hand; a clause without a subject of its own belongs to the one before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.lexicons import lexicon
from rag.text.words import stem

# Words of contrast that lead in what does not hold of the subject.
_CONTRAST = (
    r"unlike|(?:in )?contrary to|in contrast (?:to|with)|as opposed to|instead of|rather than"
    r"|than|compared (?:to|with)|in comparison (?:to|with)|relative to"
)
# A conjunction and, unless it is one of contrast, the beginning of another subject.
_SUBJECT = (
    r"(?:the|an?|our|its|their|this|these|those|each|every|most|some|many|all|it|they|we"
    r"|existing|previous|prior|current|traditional|conventional)\b"
)
_BOUNDARY = re.compile(
    rf"(?P<contrast>\b(?:{_CONTRAST})\b(?! \d))"
    r"|(?P<clause>,?\s*\b(?:whereas|while|but|although|though|however|yet)\b,?|[;:]"
    rf"|,\s*(?:so|and)\s+(?={_SUBJECT}|[A-Z])|,\s+(?=(?:we|our method|our model|they)\b))",
    re.IGNORECASE,
)
# "while reducing", "but fails": the subject goes on.
_GOES_ON = re.compile(
    r"\s*(?:(?:also|then|still|often|not|now|only|thus|therefore)\s+)*"
    r"(?:\w+ing\b|is\b|are\b|was\b|were\b|can(?:not)?\b|does\b|do\b|has\b|have\b|they\b|it\b"
    r"|only\b|when\b|if\b|fails?\b|lacks?\b|pose\b|poses\b|reveals?\b|requires?\b|remains?\b|at\b|in\b|on\b|for\b)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\W*(?:(?:however|moreover|while|whereas|although|though|but|yet|and|so|first|most|many|all"
    r"|some|several|these|the|of|in contrast|unfortunately|since|because|as|that|which)\W+)*"
    r"(?:(?:existing|previous|prior|earlier|past|traditional|conventional|current|recent|classical"
    r"|standard|previously|competing|other|baselines?)\b(?:[\s-]+[\w-]+){0,5}?[\s-]+"
    r"(?:methods?|approach(?:es)?|works?|models?|stud(?:y|ies)|techniques?|systems?|algorithms?"
    r"|detectors?|networks?|architectures?|frameworks?|solutions?|literature|research|designs?"
    r"|pipelines?|baselines?|strateg(?:y|ies))\b"
    r"|(?:existing|previous|prior|traditional|conventional)\s(?:[\w-]+\s)?[a-z-]{3,}(?:ers|ors)\b"
    r"|(?:baselines?|competitors)\b)",
    re.IGNORECASE,
)
# "we find most of them ...", "they are limited": who was named before.
_THEM = re.compile(r"\b(?:they|(?:most|many|some|all|none|few) of (?:them|these))\b", re.IGNORECASE)
_REFERS_BACK = re.compile(
    r"\W*(?:(?:and|but|while|whereas|although|though|so|yet|however|thus|therefore)\W+)?"
    r"(?:we|our|it|its|they|their|this|these|that|which)\b",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"^.{0,80}?\b(?:show|find|found|demonstrate|observe|report|argue|reveal|indicate|suggest)"
    r"(?:s|d|n|ed)?\sthat\s",
    re.IGNORECASE,
)
_REACH = 60  # characters in which a clause's subject stands
_WORD = re.compile(r"[a-z0-9]+")
# Words without content. Adverbs and quantifiers have content: "all" says more than "some".
COMMON = lexicon(
    "articles",
    "auxiliaries",
    "conjunctions",
    "interrogatives",
    "modals",
    "prepositions",
    "pronouns",
) | {"paper", "use", "used", "uses"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its text, the stems of its words of content in order, and whether it is others'.

    ``refers_back`` if a pronoun, or "our method", is its subject, which others may have named.
    """

    text: str
    stems: tuple[str, ...]
    of_others: bool
    refers_back: bool


def clauses_of(sentence: str) -> tuple[Clause, ...]:
    """The clauses of a sentence in order; of a sentence without boundaries there is one."""
    sentence = _REPORTING.sub("", sentence)
    starts = [(0, False, False), *boundaries(sentence)]
    ends = [*(at for at, _, _ in starts[1:]), len(sentence)]
    parts: list[tuple[str, bool]] = []  # each with whether it is one of contrast
    for (start, contrast, interrupted), end in zip(starts, ends, strict=True):
        text = sentence[start:end].strip(" ,;:")
        own = [at for at, (_, other) in enumerate(parts) if not other]
        if text and interrupted and own:
            # "X, unlike Y, does Z": what is said of X goes on.
            parts[own[-1]] = (f"{parts[own[-1]][0]} {text}", False)
        elif text:
            parts.append((text, contrast))
    found: list[Clause] = []
    for text, contrast in parts:
        others = contrast or _about_others(text)
        others = others or bool(found and found[-1].of_others and _THEM.search(text[:_REACH]))
        found.append(Clause(text, stems_of(text), others, bool(_REFERS_BACK.match(text))))
    return tuple(found)


def boundaries(sentence: str) -> list[tuple[int, bool, bool]]:
    """Where clauses begin, whether a word of contrast opens them, and whether one ends before."""
    found: list[tuple[int, bool, bool]] = []
    for match in _BOUNDARY.finditer(sentence):
        if match["contrast"]:
            found.append((match.start(), True, False))
            comma = sentence.find(", ", match.end())
            if comma != -1:
                found.append((comma, False, True))
        elif not _GOES_ON.match(sentence, match.end()):
            found.append((match.start(), False, False))
    return sorted(found)


def _about_others(clause: str) -> bool:
    return bool(_OTHERS.match(clause))


def stems_of(text: str) -> tuple[str, ...]:
    """The stems of the words of content, in order."""
    return tuple(stem(word) for word in words_in(text) if word not in COMMON)


def words_in(text: str) -> list[str]:
    """The words and numbers, in lower case."""
    return _WORD.findall(text.lower())
