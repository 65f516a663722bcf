"""The words around the claims of a reading: headings, and what is not answered. Pure.

A model's headings and its words on what is missing rest on no sentence, so only the material's and
the question's own words are shown.
"""

from __future__ import annotations

from rag.answering.verify.literals import missing_names, missing_numbers
from rag.answering.verify.markup import missing_markup
from rag.answering.verify.support import containment

_LONGEST_HEADING = 60  # characters
_LONGEST_MISSING = 200


def heading_of(said: str, text: str, question: str) -> str:
    """A heading that a model gave; empty if it only repeats the question, or is no heading.

    Every word of it must occur in ``text``.
    """
    heading = said.strip().rstrip(".:")
    if _is_of(heading, question):
        return ""
    strange = missing_names(heading, text) + missing_numbers(heading, text)
    fits = len(heading) <= _LONGEST_HEADING and not heading.endswith("?")
    return heading if fits and not strange and _is_of(heading, text) else ""


def unanswered(missing: str, asked: str, question: str) -> str:
    """One sentence on what of the question is not answered."""
    for said in (missing, asked):
        words = said.strip().rstrip("?.!,;")
        if words and len(words) <= _LONGEST_MISSING and _is_of(words, question):
            return f"Nothing here answers “{words}”."
    return "Nothing here answers the rest of the question."


def same(one: str, other: str) -> bool:
    """Whether two names of a part are the same."""
    return one.strip(" ?.!").casefold() == other.strip(" ?.!").casefold()


def _is_of(said: str, text: str) -> bool:
    """Whether all that is said has the words of ``text``."""
    return containment(said, text) == 1.0 and not missing_markup(said, text)
