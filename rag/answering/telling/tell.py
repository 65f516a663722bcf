"""Tells what needs no sentence of an abstract, by what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.telling.told import Collection, Told
from rag.query.query import Query


def tell(query: Query, collection: Collection, shown: Sequence[str] = ()) -> Told | None:
    """The answer to small talk, or to a question about the program, the collection, or records.

    None for a question that sentences of abstracts answer. ``shown`` are the ids of the papers that
    the last answer showed, to which "it" may refer.
    """
    return None
