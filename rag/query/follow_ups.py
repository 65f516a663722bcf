"""Words that mark a follow-up ("it", "and ...", "what about ..."), and joining one by rule. Pure.

Whether a question is a follow-up is decided in `rag.answering.understanding.rewriting`, from these
and other features.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Words that refer to an earlier turn. "That" does so at the beginning or end of the question ("what
# about that?"), but not between clauses ("a method that ...").
_REFERRING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|both|former|latter|"
    r"the (?:paper|authors?|method|model|approach|work|study|others?|same|second|first))\b"
    r"|^(?:and|but|so|then|also|what about|how about|why)\b|\bthat\b(?=\W*$)|^that\b"
    r"|\b(?:is|are|was|do|does|did|can|could|would|about|after|before) that\b"
    r"|\b(?:for|in|on|of|with|at|to|from) that (?:\S+\s+){0,2}"
    r"(?:task|model|method|setting|paper|benchmark|dataset|data|study|network)\b"
    r"|\bthe (?:\w+ )?ones\b|\bthat one\b|\bthe outcome\b|\bthere(?=\W*$)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:and|but|so|then|also|what about|how about|why)\b", re.IGNORECASE)
# Which of several papers: "which of them", "which one", "how many of these".
_CHOOSING = re.compile(
    r"\b(?:which|what|any|either|neither|none|one|how many) of "
    r"(?:them|these|those|the two)\b|\bwhich ones?\b",
    re.IGNORECASE,
)
# What the papers that were shown do: "how many trials does it review?".
_OF_THEM = re.compile(
    r"\b(?:are|is|was|were|do|does|did|has|have|had|can|could|will|would) "
    r"(?:it|they|these|this)\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:it|its|(?:this|that|the) (?:one|paper|study|work|method|model|approach|thing))\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:they|them|these|those|both|the two)\b", re.IGNORECASE)
_MANY = re.compile(r"\b(?:they|them|their|these|those|all|each|both|any)\b", re.IGNORECASE)
# With these words alone and a name, the last question is asked again: "and SINet?".
_CARRIED = re.compile(
    r"\b(?:and|but|or|then|now|same(?: question)?|also|(?:what|how) about|as for)\b", re.IGNORECASE
)
_BESIDES = frozenset("for with ok okay so well it please pls again in too".split())
_FEW = 5
_FEWEST_WORDS = 3  # a shorter question cannot be understood alone


def refers_back(question: str) -> bool:
    """Whether the question refers to an earlier turn; one of one or two words always does."""
    return bool(_REFERRING.search(question)) or len(question.split()) < _FEWEST_WORDS


def words_before_reference(question: str) -> int | None:
    """How many words come before the first one that refers back; None if none does."""
    match = _REFERRING.search(question)
    return len(question[: match.start()].split()) if match else None


def opens_as_follow_up(question: str) -> bool:
    """Whether the question begins like a follow-up: "and ...", "what about ..."."""
    return bool(_OPENING.match(question.strip()))


def chooses(question: str) -> bool:
    """Whether the question asks which of several papers."""
    return bool(_CHOOSING.search(question))


def asks_of_them(question: str) -> bool:
    """Whether the question asks what the papers spoken of do, whatever it counts or lists."""
    return bool(_OF_THEM.search(question))


def speaks_of_one(question: str, of: int) -> bool:
    """Whether the question means one paper, where so many were shown; a few may all be meant."""
    return bool(_ONE.search(question)) or (of > _FEW and not _MANY.search(question))


def speaks_of_several(question: str) -> bool:
    """Whether the question means more than one paper: "compare them"."""
    return bool(_SEVERAL.search(question))


def carries_on(rest: str) -> bool:
    """Whether a message, without the paper that it names, only asks the same of it."""
    words = re.findall(r"[a-z]+", _CARRIED.sub("", rest.lower()))
    return bool(_CARRIED.search(rest)) and _BESIDES.issuperset(words)


def join_with_history(question: str, topic: str, titles: Sequence[str]) -> str:
    """A standalone question by rule, for use without a language model.

    The ``titles`` of the papers that the conversation is about are appended in brackets; without
    any, the question that set its ``topic`` is.
    """
    about = "; ".join(titles) or topic
    return f"{question} ({about})" if about else question
