"""Understands a question in its conversation: what is asked, of which papers, in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.rewriting import rewrite
from rag.answering.shown import shown_papers
from rag.models.chat import ChatModel
from rag.query.intent import ACTS, Act, read_intent
from rag.query.kinds import check_question
from rag.query.parts import parts_of
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import Retrieval
from rag.types import Scope, Turn


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is understood.

    ``retrieval`` is the search for it, if one was made on the way. ``act`` is what it asks to do
    with the papers that the last answer ``shown``; None if it asks something new. ``notes`` tell
    the reader how it was taken.
    """

    query: Query
    retrieval: Retrieval | None = None
    act: Act | None = None
    shown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
