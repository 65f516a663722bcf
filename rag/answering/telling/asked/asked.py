"""A question about records, read: papers, conditions, fields and a description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.answering.telling.asked.conditions import Conditions, read_conditions
from rag.answering.telling.asked.described import description_in, named_papers
from rag.answering.telling.asked.fields import Field, fields_asked
from rag.index.library import Library
from rag.query.kinds import is_keywords
from rag.query.query import Query
from rag.text.lexicons import lexicon
from rag.text.words import words_of
from rag.types import Paper, Scope

_CHECKED = {"authors", "first_author", "last_author", "year", "venue"}
_CHECK = re.compile(
    r"^(?!\W*(?:who\w*|what|when|where|which|how|why|in|at|on|by|under|from)\b)"
    r"(?:\w+,?\s+){0,2}?(?:did|do|does|is|are|was|were|has|have)\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"\W(?:right|correct|true|yes|no|yeah"
    r"|(?:is|are|was|were|did|does|has)n['’]?t (?:it|they|s?he))\W*$",
    re.IGNORECASE,
)
_SINGULAR = re.compile(r"\b(?:paper|study|article|one|it|trial|that|this)\b", re.IGNORECASE)
_FIELDS = lexicon("plural_fields") | {"authors"}
_OPEN = re.compile(r"\b(?:wh(?:o\w*|at|en|ere|ich|y)|how)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A question about records, read: ``text`` is it without the names of papers."""

    query: Query
    shown: Sequence[str]
    named: tuple[Paper, ...]
    text: str
    conditions: Conditions

    @property
    def library(self) -> Library:
        return self.query.library

    @property
    def scope(self) -> Scope:
        """Where to look for papers: a condition may be what is to be checked."""
        return Scope(self.query.scope.papers, self.conditions.outer)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return fields_asked(self.text)

    @cached_property
    def description(self) -> str:
        return description_in(self.library, self.conditions.rest)

    @property
    def of_all(self) -> bool:
        """Whether it names no paper and asks for a field of all: "Who are the authors?"."""
        one = self.shown or self.named or self.conditions or self.description
        return not (one or _SINGULAR.search(self.text) or _FIELDS.isdisjoint(words_of(self.text)))

    @cached_property
    def checks(self) -> bool:
        """Whether it is to be answered by yes or no."""
        # "SINet is from 2020, isn't it" has the form of a statement.
        meant = bool(self.named) or has_tag(self.text)
        if is_keywords(self.query.asked) and not has_tag(self.text):
            return False  # "SINet 2020"
        states = bool(meant and self.conditions) and not (
            _OPEN.search(self.text) or set(self.fields) - _CHECKED
        )
        return states or bool(_CHECK.search(self.text))


def has_tag(text: str) -> bool:
    """Whether a text states something and asks whether it is so: "..., right?", "isn't it"."""
    return bool(_TAG.search(text))


def read_asked(query: Query, shown: Sequence[str] = ()) -> Asked:
    """Read a question; ``shown`` are the ids of the papers that the last answer showed."""
    named, text = named_papers(query, Scope(query.scope.papers))
    conditions = read_conditions(query.library, text, query.scope.filter)
    return Asked(query, shown, tuple(named), text, conditions)
