"""Query rewriting: recognises a follow-up and rewrites it so that it can be understood alone.

A fitted decision on `follow_up_features` recognises it (weights/follow_up.json).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.logistic import load
from rag.decisions.papers import select_papers
from rag.index.library import Library
from rag.query.follow_ups import (
    join_with_history,
    opens_as_follow_up,
    refers_back,
    words_before_reference,
)
from rag.query.kinds import kind_of
from rag.query.query import QueryText
from rag.retrieval.search import Retrieval, search
from rag.text.lexicons import function_words, lexicon
from rag.types import Turn

_FOLLOW_UP = load("follow_up")
_MOST_NAMES = 3
_CANDIDATES = 10
# Words of questions, and of what every paper has. They do not say what a question is about.
_ANY_PAPER = function_words() | lexicon("asking_words", "paper_words", "any_paper")
_FEWEST_WORDS = 5  # words; in shorter questions any word may seem to refer back
_REFERENCE_REACH = 10  # words; a reference after so many hardly counts
_BRIEF_BELOW = 20  # words; from this length on a question has no brevity


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that can be understood alone.

    ``retrieval`` is the search for it if rewriting already made one, else None.
    """

    question: QueryText
    retrieval: Retrieval | None = None


def rewrite(
    question: QueryText, history: Sequence[Turn], shown: Sequence[str] = (), k: int = _CANDIDATES
) -> Rewritten:
    """The question itself or, for a follow-up, one that says what it refers to.

    The titles of the papers that the conversation is about are appended: those ``shown`` by the
    last answer, if they are known and few. A search made on the way returns at least ``k`` papers.
    """
    if not history:
        return Rewritten(question)
    library = question.library
    subject = subject_of(library, history)
    retrieval = search(question, max(k, _CANDIDATES))
    if not _FOLLOW_UP.accepts(follow_up_features(retrieval, subject)):
        return Rewritten(question, retrieval)
    meant = shown if 0 < len(shown) <= _MOST_NAMES else subject
    titles = [library.by_id[paper_id].title for paper_id in meant]
    return Rewritten(QueryText(library, join_with_history(question.text, history, titles)))


def follow_up_features(retrieval: Retrieval, subject: Sequence[str]) -> Mapping[str, float]:
    """The features by which a follow-up on a conversation about papers ``subject`` is recognised.

    ``retrieval`` is the search for the question as it was asked. All are 0 to 1 but the last two.

    refers_back: a word refers back ("it").
    early_reference: 1 if the first word refers back, falling to 0 for one ten words later, which
        may well refer to the question itself.
    opens_as_follow_up: the question begins with "and" or the like.
    brevity: 1 for no words, falling to 0 for twenty.
    no_content: the question could be asked of any paper.
    asks_list: it asks which papers there are, of all of them.
    names_other_paper: it names a paper that the conversation is not about.
    max_cosine: of the nearest passage in the corpus, -1 to 1.
    answer_margin: the probability that the best sentence of those papers answers the question,
        minus the same for all other papers; -1 to 1.
    """
    question = retrieval.query
    ranked = [item.paper.paper_id for item in retrieval.ranked[:_CANDIDATES]]
    others = [paper_id for paper_id in ranked if paper_id not in subject]
    scored = score_sentences(question, [*subject, *others])
    words, before = len(question.text.split()), words_before_reference(question.text)
    return {
        "early_reference": max(0.0, 1 - before / _REFERENCE_REACH) if before is not None else 0.0,
        "refers_back": float(refers_back(question.text) and words >= _FEWEST_WORDS),
        "opens_as_follow_up": float(opens_as_follow_up(question.text)),
        "no_content": float(not _content(question.text)),
        "asks_list": float(kind_of(question.text) == "list"),
        "brevity": max(0.0, 1 - words / _BRIEF_BELOW),
        "max_cosine": retrieval.nearest,
        "names_other_paper": float(
            any(mention.paper_id not in subject for mention in question.named)
        ),
        "answer_margin": _best(scored, subject) - _best(scored, others),
    }


def subject_of(library: Library, history: Sequence[Turn]) -> list[str]:
    """The ids of the papers that the conversation is about, at most three.

    They are those that the last question names, or else those that would answer it. A question that
    names no paper and refers back does not change the subject.
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
    """The words of the question that do not apply to every paper."""
    return set(re.findall(r"[a-z][a-z-]+", question.lower())) - _ANY_PAPER


def _best(scored: Sequence[ScoredSentence], paper_ids: Sequence[str]) -> float:
    """The highest probability that a sentence of these papers answers; 0 for no papers."""
    return max((item.score for item in scored if item.paper.paper_id in paper_ids), default=0.0)
