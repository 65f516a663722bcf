"""Tells what needs no sentence of an abstract, by what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.telling.records.collection import about_collection
from rag.answering.telling.records.records import about_records, papers_by_record
from rag.answering.telling.talk import help_with, small_talk
from rag.answering.telling.told import Collection, Told
from rag.answering.telling.unknown import unknown
from rag.query.query import Query, QueryText


def tell(query: Query, collection: Collection, shown: Sequence[str] = ()) -> Told | None:
    """The answer to small talk, or to a question about the program, the collection, or records.

    None for a question that sentences of abstracts answer. ``shown`` are the ids of the papers that
    the last answer showed, to which "it" may refer.
    """
    if query.intent in ("small_talk", "help", "unknown"):
        # What the reader wrote, not what a follow-up was made of.
        message = QueryText(query.library, query.asked)
        if query.intent == "unknown":
            return unknown(message, collection)
        talk = small_talk if query.intent == "small_talk" else help_with
        return talk(message, collection, one_line=bool(shown))
    if query.intent == "collection":
        return about_collection(query, collection)
    if query.intent == "records":
        return about_records(query, shown) or about_collection(query, collection)
    if query.intent in ("list", "count"):
        return papers_by_record(query)
    return None
