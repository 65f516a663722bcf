"""Query rewriting: with the conversation so far, a question that can be understood alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.prompts import clean_question, condense_messages
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.logistic import load
from rag.decisions.papers import select_papers
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.retrieval.query.follow_ups import (
    join_with_history,
    opens_as_follow_up,
    refers_back,
    words_before_reference,
)
from rag.retrieval.query.query import QueryText
from rag.retrieval.search import Retrieval, search
from rag.text.lexicons import function_words, lexicon
from rag.types import Turn

_FOLLOW_UP = load("follow_up")
_MOST_NAMES = 3
_CANDIDATES = 10
# Words of questions, and of what every paper has.
_ANY_PAPER = function_words() | lexicon("asking_words", "paper_words", "any_paper")
_FEWEST_POINTING = 5  # words; in shorter questions everything seems to refer back
_SOON = 10  # words; a reference further on hardly counts
_BRIEF = 20  # words; a question this long is not brief at all


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that can be understood alone.

    ``retrieval`` is the search for it, where the rewriting had to make one.
    """

    question: QueryText
    retrieval: Retrieval | None = None


def rewrite(
    question: QueryText, history: Sequence[Turn], chat: ChatModel | None, k: int = _CANDIDATES
) -> Rewritten:
    """The question itself, or if it is a follow-up, one that says what it refers to.

    A language model rewrites it; without one, the titles of the papers that the conversation was
    last about are added. ``k`` is how many papers the search for the question should return at
    least. Raises EndpointError as `ChatModel.complete` does.
    """
    if not history:
        return Rewritten(question)
    library = question.library
    subject = subject_of(library, history)
    retrieval = search(question, max(k, _CANDIDATES))
    if not _FOLLOW_UP.accepts(follow_up_features(retrieval, subject)):
        return Rewritten(question, retrieval)
    if chat is not None:
        reply = chat.complete(condense_messages(question.text, history), max_tokens=120)
        return Rewritten(QueryText(library, clean_question(reply, question.text)))
    titles = [library.by_id[paper_id].title for paper_id in subject]
    return Rewritten(QueryText(library, join_with_history(question.text, history, titles)))


def follow_up_features(retrieval: Retrieval, subject: Sequence[str]) -> Mapping[str, float]:
    """What tells whether a question follows up a conversation about the papers ``subject``.

    ``retrieval`` is the search for the question as it was asked.

    ``refers_back``: a word of it refers back. ``early_reference``: 1 for such a word at its start,
    falling to 0 for one ten words on, which may well refer to the question itself.
    ``opens_as_follow_up``: it begins with "and" or the like. ``brevity``: 1 for no words, falling
    to 0 for twenty. ``no_content``: it asks what one may ask of any paper. ``max_cosine``: that of
    the nearest passage in the corpus. ``names_other_paper``: it names a paper that the conversation
    is not about. ``answer_margin``: the probability that the best sentence of those papers answers
    it, less that of all other papers.
    """
    question = retrieval.query
    ranked = [item.paper.paper_id for item in retrieval.ranked[:_CANDIDATES]]
    others = [paper_id for paper_id in ranked if paper_id not in subject]
    scored = score_sentences(question, [*subject, *others])
    words, before = len(question.text.split()), words_before_reference(question.text)
    return {
        "early_reference": max(0.0, 1 - before / _SOON) if before is not None else 0.0,
        "refers_back": float(refers_back(question.text) and words >= _FEWEST_POINTING),
        "opens_as_follow_up": float(opens_as_follow_up(question.text)),
        "no_content": float(not _content(question.text)),
        "brevity": max(0.0, 1 - words / _BRIEF),
        "max_cosine": retrieval.nearest,
        "names_other_paper": float(
            any(mention.paper_id not in subject for mention in question.named)
        ),
        "answer_margin": _best(scored, subject) - _best(scored, others),
    }


def subject_of(library: Library, history: Sequence[Turn]) -> list[str]:
    """The ids of the papers that the conversation is about, at most three.

    Those that its last question names, or that an answer to it would be about. A question that
    names none and refers back leaves the subject as it was.
    """
    asked = [QueryText(library, turn.content) for turn in history if turn.role == "user"]
    own = [at for at, text in enumerate(asked) if text.named or not refers_back(text.text)]
    for text in asked[own[-1] if own else 0 :]:
        named = [mention.paper_id for mention in text.named]
        subject = named or select_papers(search(text, _CANDIDATES), [])
        if subject:
            return subject[:_MOST_NAMES]
    return []


def _content(question: str) -> set[str]:
    """The words that say what the question is about, beyond what any paper has."""
    return set(re.findall(r"[a-z][a-z-]+", question.lower())) - _ANY_PAPER


def _best(scored: Sequence[ScoredSentence], paper_ids: Sequence[str]) -> float:
    """The highest probability of any sentence of these papers to answer; 0 for no papers."""
    return max((item.score for item in scored if item.paper.paper_id in paper_ids), default=0.0)
