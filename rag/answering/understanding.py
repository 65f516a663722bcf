"""Understands a question in its conversation: what is asked, of which papers, in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.rewriting import rewrite
from rag.answering.shown import shown_papers
from rag.answering.whole_paper import names_aspect
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.query.follow_ups import refers_back
from rag.query.intent import Act, Reading, read_intent
from rag.query.ordinals import picked
from rag.query.parts import parts_of
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import Retrieval
from rag.text.escaping import from_markdown
from rag.types import Intent, Scope, Turn

# What is told without a search for sentences.
UNSEARCHED: frozenset[Intent] = frozenset(
    ("small_talk", "help", "collection", "records", "unknown")
)
_MOST_RANKED = 5  # shown papers that "which is faster?" is asked of


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is understood.

    ``retrieval`` is the search for it, if one was made on the way. ``act`` is what it asks to do
    with the papers that the last answer ``shown``, whose text is ``last_answer``; None if it asks
    something new. ``notes`` tell the reader how it was taken.
    """

    query: Query
    retrieval: Retrieval | None = None
    act: Act | None = None
    shown: tuple[str, ...] = ()
    last_answer: str = ""
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
    acted = _act(asked, reading, shown, scope) if shown and not asked.named else None
    if acted is not None:
        return replace(acted, shown=shown, last_answer=_last_answer(history))
    if reading.intent in UNSEARCHED:
        query = read_query(asked, scope, asked=question, intent=reading.intent)
        return Understood(query, shown=shown)
    rewritten = rewrite(asked, history, chat, top_papers)
    query = read_query(rewritten.question, scope, asked=question, intent=reading.intent)
    parts = parts_of(question)
    if len(parts) > 1:
        query = replace(query, parts=_read_parts(query, parts, scope))
    return Understood(query, rewritten.retrieval, shown=shown)


def _act(
    asked: QueryText, reading: Reading, shown: Sequence[str], scope: Scope
) -> Understood | None:
    """The message as an act on the papers that were shown; None if it asks something new."""
    library, act = asked.library, reading.act
    place = picked(asked.text, len(shown))
    if place is not None:
        at, rest = place
        wanted = rest if QueryText(library, rest).weights else "Summarise it"
        text = f"{wanted} ({library.by_id[shown[at]].title})"
        return Understood(read_query(QueryText(library, text), scope, asked=asked.text), act="pick")
    if act in (None, "pick") or names_aspect(asked.text):
        return None
    if act == "rank":
        among = Scope(tuple(shown[:_MOST_RANKED]), scope.filter)
        query = read_query(asked, among, asked=asked.text, intent="comparison")
    else:
        query = read_query(asked, scope, asked=asked.text, find_filter=False, intent="lookup")
    return Understood(query, act=act)


def _read_parts(whole: Query, parts: Sequence[str], scope: Scope) -> tuple[Query, ...]:
    """Each part as a question that can be understood alone.

    A part that names no paper is about those that the parts before it name, or that the whole
    question does.
    """
    library = whole.library
    found: list[Query] = []
    named: tuple[str, ...] = ()
    for part in parts:
        text = QueryText(library, part)
        own = tuple(mention.paper_id for mention in text.named)
        named = own or named or tuple(mention.paper_id for mention in whole.mentions)
        if named and not own:
            titles = "; ".join(library.by_id[paper_id].title for paper_id in named)
            text = QueryText(library, f"{part} ({titles})")
        query = read_query(
            text, scope, asked=part, intent=read_intent(QueryText(library, part)).intent
        )
        found.append(query)
    return tuple(found)


def needs_part_before(part: Query) -> bool:
    """Whether a part cannot be understood without the one before it: "and how fast is it?"."""
    return not part.mentions and (refers_back(part.asked) or not part.search.weights)


def _last_answer(history: Sequence[Turn]) -> str:
    return next(
        (from_markdown(turn.content) for turn in reversed(history) if turn.role == "assistant"), ""
    )
