"""Understands a question in its conversation: what is asked, of which papers, in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.rewriting import rewrite
from rag.answering.shown import shown_papers
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.query.intent import Act, read_intent
from rag.query.parts import parts_of
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import Retrieval
from rag.types import Intent, Scope, Turn

# What is told without a search for sentences.
UNSEARCHED: frozenset[Intent] = frozenset(
    ("small_talk", "help", "collection", "records", "unknown")
)


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


def understand(
    question: str,
    library: Library,
    history: Sequence[Turn],
    scope: Scope,
    chat: ChatModel | None,
    top_papers: int,
) -> Understood:
    """Read a question that has been checked. Raises EndpointError as `rewrite` does."""
    asked = QueryText(library, question)
    shown = shown_papers(library, history)
    reading = read_intent(asked, after_answer=bool(shown))
    intent = reading.intent
    if reading.act is not None or intent in UNSEARCHED:
        query = read_query(asked, scope, asked=question, intent=intent)
        return Understood(query, act=reading.act, shown=shown)
    rewritten = rewrite(asked, history, chat, top_papers)
    query = read_query(rewritten.question, scope, asked=question, intent=intent)
    parts = parts_of(query.standalone)
    if len(parts) > 1:
        read = (read_query(QueryText(library, part), scope) for part in parts)
        query = replace(query, parts=tuple(read))
    return Understood(query, rewritten.retrieval, shown=shown)
