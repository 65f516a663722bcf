"""Questions about a paper as a whole, or about one of its aspects: "Summarise it", "its limits?".

Such a question has no word in common with the sentences that answer it; they are found by the
aspect that they state (rag/answering/selecting/by_aspect.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.decisions.aspects import APPROACH, ASPECTS, GIST, PROBLEM, RESULT, Aspect
from rag.query.extremes import Extreme, is_measure, measure_in
from rag.query.mentions import Mention, without_names, without_titles
from rag.text.lexicons import lexicon

# A question is of this kind if it has only these words and those of an aspect.
_GENERAL = lexicon(
    "articles",
    "pronouns",
    "auxiliaries",
    "modals",
    "asking_words",
    "paper_words",
    "whole_paper",
)
# Beside the word of an aspect these say nothing either: "and what data did they use?".
_BESIDE_ASPECT = _GENERAL | lexicon("conjunctions") | {"use", "used", "uses", "trained", "tried"}
_ASPECT_OF = {word: aspect for aspect in ASPECTS for word in aspect.asked_by}
_WHOLE = (GIST, APPROACH, PROBLEM, RESULT)


def aspects_asked(question: str, mentions: Sequence[Mention]) -> tuple[Aspect, ...]:
    """The aspects that a question asks of the papers it names; empty for any other question.

    A question that names a paper by its title, but no aspect, asks for the paper as a whole. One
    that names it by a word of its abstract ("What is GPSA?") asks about that word.
    """
    by_title = _aspects_in(without_titles(question, mentions))
    if by_title == ():
        return _WHOLE
    return by_title or _aspects_in(without_names(question, mentions)) or ()


def measure_asked(question: str, mentions: Sequence[Mention]) -> Extreme | None:
    """What is to be measured, if a question asks its papers for that alone: "how fast is it?"."""
    rest = without_names(question, mentions)
    asked = re.findall(r"[a-z]+", re.sub(r"['’]s\b", "", rest.lower()))
    alone = all(word in _BESIDE_ASPECT or is_measure(word) for word in asked)
    return measure_in(asked) if alone else None


def aspects_named(message: str) -> tuple[Aspect, ...]:
    """The aspects that a message has a word for, whatever else it asks: "and its limits?"."""
    words = re.findall(r"[a-z]+", message.lower())
    return tuple(dict.fromkeys(_ASPECT_OF[word] for word in words if word in _ASPECT_OF))


def _aspects_in(rest: str) -> tuple[Aspect, ...] | None:
    """The aspects that are named, perhaps none; None if the question asks something else."""
    asked = re.findall(r"[a-z]+", re.sub(r"['’]s\b", "", rest.lower()))
    found = tuple(dict.fromkeys(_ASPECT_OF[word] for word in asked if word in _ASPECT_OF))
    general = _BESIDE_ASPECT if found else _GENERAL
    return found if asked and general.union(_ASPECT_OF).issuperset(asked) else None
