"""With the history, a question that can be understood alone."""

from __future__ import annotations

from collections.abc import Sequence

from rag.choose import choose_papers
from rag.focus import find_named
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.prompts import clean_question, condense_messages
from rag.question import join_with_history, leans_on_history, may_lean_on_history
from rag.retrieve import retrieve
from rag.types import Turn

_MOST_NAMES = 3
_CANDIDATES = 10
# Cosine: a question that is this near to something stands on its own.
_CLEAR_TOPIC = 0.50


def standalone_question(
    library: Library, chat: ChatModel | None, question: str, history: Sequence[Turn]
) -> str:
    """The question itself where it leans on nothing, else one that says what it leans on.

    With a language model it rewrites; without one, the titles of the papers that the conversation
    was last about are added. Raises EndpointError as `ChatModel.complete` does.
    """
    if not history or not _leans(library, question):
        return question
    if chat is not None:
        reply = chat.complete(condense_messages(question, history), max_tokens=120)
        return clean_question(reply, question)
    titles = [library.by_id[paper_id].title for paper_id in _subject(library, history)]
    return join_with_history(question, history, titles)


def _leans(library: Library, question: str) -> bool:
    """By its words, or because it is short and the corpus has nothing near it as it stands."""
    if leans_on_history(question):
        return True
    return may_lean_on_history(question) and retrieve(library, question, 1).nearest < _CLEAR_TOPIC


def _subject(library: Library, history: Sequence[Turn]) -> list[str]:
    """The ids of the papers that the questions so far were about."""
    subject: list[str] = []
    for turn in history:
        if turn.role != "user":
            continue
        names = [mention.paper_id for mention in find_named(library, turn.content)]
        if names:
            subject = names
        elif not (subject and leans_on_history(turn.content)):
            subject = _clear_winners(library, turn.content)
    return subject[:_MOST_NAMES]


def _clear_winners(library: Library, question: str) -> list[str]:
    """The papers that an answer to the question would be about."""
    return choose_papers(library, retrieve(library, question, _CANDIDATES), [])
