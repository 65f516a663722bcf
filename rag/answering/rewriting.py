"""With the history, a question that can be understood alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.answering.prompts import clean_question, condense_messages
from rag.decisions.evidence import score_sentences
from rag.decisions.fitted import FOLLOW_UP
from rag.decisions.papers import choose_papers
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.retrieval.focus import Focus, find_named, focus_on
from rag.retrieval.query.questions import (
    join_with_history,
    opens_as_follow_up,
    refers_back,
    words_before_reference,
)
from rag.retrieval.search import retrieve
from rag.text.lexicons import function_words, lexicon
from rag.types import Turn

_MOST_NAMES = 3
_CANDIDATES = 10
# Words of questions, and of what every paper has.
_ANY_PAPER = function_words() | lexicon("asking_words", "paper_words", "any_paper")
_FEWEST_POINTING = 5  # words; in shorter questions everything seems to point back
_SOON = 10  # words
_BRIEF = 20  # words from which on a question is not brief at all


def standalone_question(
    library: Library, chat: ChatModel | None, question: str, history: Sequence[Turn]
) -> str:
    """The question itself where it leans on nothing, else one that says what it leans on.

    With a language model it rewrites; without one, the titles of the papers that the conversation
    was last about are added. Raises EndpointError as `ChatModel.complete` does.
    """
    if not history:
        return question
    subject = subject_of(library, history)
    if not FOLLOW_UP.accepts(follow_up_features(library, question, subject)):
        return question
    if chat is not None:
        reply = chat.complete(condense_messages(question, history), max_tokens=120)
        return clean_question(reply, question)
    titles = [library.by_id[paper_id].title for paper_id in subject]
    return join_with_history(question, history, titles)


def follow_up_features(
    library: Library, question: str, subject: Sequence[str]
) -> Mapping[str, float]:
    """What says whether a question leans on a conversation about the papers ``subject``.

    ``points``: it has a word that points back; ``soon``: 1 to 0 for such a word at its start to one
    ten words on, which may well point at the question itself; ``opens``: it begins as one goes on,
    with "and"; ``brief``: 1 to 0 for no words to twenty; ``bare``: it asks what one may ask of any
    paper; ``own``: the cosine of the nearest thing in the corpus, as the question stands;
    ``elsewhere``: it names a paper that the conversation is not about; ``better``: how much surer
    the best sentence of those papers is to answer it than that of any other.
    """
    found = retrieve(library, question, _CANDIDATES)
    others = [item.paper.paper_id for item in found.ranked if item.paper.paper_id not in subject]
    named = find_named(library, question)
    focus = focus_on(library, found, [])
    words, before = len(question.split()), words_before_reference(question)
    return {
        "soon": max(0.0, 1 - before / _SOON) if before is not None else 0.0,
        "points": float(refers_back(question) and words >= _FEWEST_POINTING),
        "opens": float(opens_as_follow_up(question)),
        "bare": float(not _content(question)),
        "brief": max(0.0, 1 - words / _BRIEF),
        "own": found.nearest,
        "elsewhere": float(any(mention.paper_id not in subject for mention in named)),
        "better": _best(library, focus, subject) - _best(library, focus, others),
    }


def _content(question: str) -> set[str]:
    """The words that say what the question is about, beyond what any paper has."""
    return set(re.findall(r"[a-z][a-z-]+", question.lower())) - _ANY_PAPER


def _best(library: Library, focus: Focus, paper_ids: Sequence[str]) -> float:
    """The probability of the sentence of these papers that is likeliest to answer; 0 for none."""
    scored = score_sentences(library, focus, paper_ids) if paper_ids else []
    return max((item.score for item in scored), default=0.0)


def subject_of(library: Library, history: Sequence[Turn]) -> list[str]:
    """The ids of the papers that the questions so far were about."""
    subject: list[str] = []
    for turn in history:
        if turn.role != "user":
            continue
        names = [mention.paper_id for mention in find_named(library, turn.content)]
        if names:
            subject = names
        elif not (subject and refers_back(turn.content)):
            subject = _clear_winners(library, turn.content)
    return subject[:_MOST_NAMES]


def _clear_winners(library: Library, question: str) -> list[str]:
    """The papers that an answer to the question would be about."""
    return choose_papers(library, retrieve(library, question, _CANDIDATES), [])
