"""The parameters that several tools share, with what an agent is told about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from rag.types import Scope
from ui.filters import read_filter

FEWEST_TOKENS, MOST_TOKENS = 500, 100_000

MaxTokens: TypeAlias = Annotated[
    int,
    Field(
        ge=FEWEST_TOKENS,
        le=MOST_TOKENS,
        description="The most tokens of the result, three bytes of JSON each; `left_out` says what "
        "did not fit.",
    ),
]
Words: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PaperIds: TypeAlias = Annotated[
    tuple[str, ...],
    Field(max_length=1000, description="Only these papers, by id or title; empty: all."),
]
FirstYear: TypeAlias = Annotated[int | None, Field(description="Published in this year or later.")]
LastYear: TypeAlias = Annotated[int | None, Field(description="Published in this year or before.")]
Authors: TypeAlias = Annotated[tuple[str, ...], Field(description="Written by any of these.")]
Venues: TypeAlias = Annotated[tuple[str, ...], Field(description="Published in any of these.")]
Tags: TypeAlias = Annotated[tuple[str, ...], Field(description="With any of these tags.")]


def scope_of(
    papers: Sequence[str],
    first_year: int | None,
    last_year: int | None,
    authors: Sequence[str],
    venues: Sequence[str],
    tags: Sequence[str],
) -> Scope:
    """The part of the library that is searched. Raises InputError for a filter that is none."""
    given = {
        "first_year": first_year,
        "last_year": last_year,
        "authors": list(authors),
        "venues": list(venues),
        "tags": list(tags),
    }
    return Scope(tuple(papers), read_filter(given))
