"""Query rewriting: recognises a follow-up and rewrites it so that it can be understood alone.

A fitted decision on `follow_up_features` recognises it (weights/follow_up.json).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.telling.asked.ranks import rank_asked
from rag.answering.understanding.conversation import Conversation, best_of
from rag.answering.understanding.whole_paper import aspects_named
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.logistic import load
from rag.index.library import Library
from rag.query.follow_ups import (
    carries_on,
    chooses,
    join_with_history,
    opens_as_follow_up,
    refers_back,
    speaks_of_one,
    speaks_of_several,
    words_before_reference,
)
from rag.query.intent import read_intent
from rag.query.kinds import kind_of
from rag.query.mentions import Mention, without_names
from rag.query.ordinals import pick_in, run_in
from rag.query.query import QueryText
from rag.query.terms import coverage
from rag.retrieval.search import Retrieval, search
from rag.text.lexicons import function_words, lexicon

_FOLLOW_UP = load("follow_up")
_CANDIDATES = 10
# Words of questions, and of what every paper has. They do not say what a question is about.
_ANY_PAPER = function_words() | lexicon("asking_words", "paper_words", "any_paper")
_FEWEST_WORDS = 5  # words; in shorter questions any word may seem to refer back
_MOSTLY = 0.5  # share of a message's term weight
_OWN_SUBJECT = 3  # words of content; with so many a message says itself what it is about
_REFERENCE_REACH = 10  # words; a reference after so many hardly counts
_WHOLE = "Summarise it"
_BRIEF_BELOW = 20  # words; from this length on a question has no brevity


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that can be understood alone.

    ``wanted`` is what is asked of the papers that it was rewritten to name, "" if it was not.
    ``retrieval`` is the search for it if rewriting already made one, else None. ``of_nothing``: it
    asks about what an earlier question named and no paper has.
    """

    question: QueryText
    wanted: str = ""
    retrieval: Retrieval | None = None
    of_nothing: bool = False


def of_one(question: QueryText, talk: Conversation) -> Rewritten | None:
    """A message about another paper than the last one: it picks one, or names one and no more.

    What it does not ask itself, the last question does: "and the other one?", "what about SINet?".
    None for any other message.
    """
    titled = any(mention.by_title for mention in question.named)
    pick = None if titled or rank_asked(question.text) else pick_in(question.text)
    paper_id = talk.picked(pick.place) if pick else None
    if pick and paper_id:
        rest, name = pick.rest, question.library.by_id[paper_id].title
    elif question.named and not {m.paper_id for m in question.named} <= set(talk.subject):
        rest = without_names(question.text, question.named)
        name = "; ".join(_name(question, mention) for mention in question.named)
        if not carries_on(rest):
            return None
    else:
        return None
    kept = talk.question_kept() if carries_on(rest) else None
    if kept is not None:
        rest = without_names(kept.text, kept.named)
    elif carries_on(rest) or _asks_nothing(question.library, rest):
        rest = _WHOLE
    return Rewritten(QueryText(question.library, f"{rest} ({name})"), rest)


def rewrite(question: QueryText, talk: Conversation, k: int = _CANDIDATES) -> Rewritten:
    """The question itself or, for a follow-up, one that names the papers that it is about.

    Their titles are appended, or the question that none answered. A search made on the way returns
    at least ``k`` papers.
    """
    if not talk.history:
        return Rewritten(question)
    library = question.library
    one = speaks_of_one(question.text, len(talk.shown))
    subject = talk.best if one else talk.subject
    chosen = _several_meant(question, talk)
    retrieval = None
    if not chosen:
        retrieval = search(question, max(k, _CANDIDATES))
        may_follow = _may_follow if subject else _may_follow_a_refusal
        if not may_follow(question) or not _FOLLOW_UP.accepts(
            follow_up_features(retrieval, subject)
        ):
            return Rewritten(question, "", retrieval)
    titles = [library.by_id[paper_id].title for paper_id in chosen or subject]
    joined = join_with_history(question.text, talk.topic, titles)
    of_nothing = not titles and (one or speaks_of_several(question.text))
    return Rewritten(QueryText(library, joined), question.text, of_nothing=of_nothing)


def _may_follow(question: QueryText) -> bool:
    """Whether a message may go on about papers: it refers back, or most of its words are theirs."""
    # "Whats" is indexed as "what".
    weights = {t: weight for t, weight in question.weights.items() if t not in function_words()}
    known = filter(question.library.lexical.frequency, weights)
    return not weights or coverage(weights, known) > _MOSTLY or refers_back(question.text)


def _may_follow_a_refusal(question: QueryText) -> bool:
    """Whether a message may go on about what no paper has, and has no subject of its own."""
    points = words_before_reference(question.text) is not None or aspects_named(question.text)
    return bool(points) and not question.named and len(question.weights) < _OWN_SUBJECT


def _several_meant(question: QueryText, talk: Conversation) -> tuple[str, ...]:
    """The papers of several that a message speaks of: "the first two", "which of them"."""
    if chooses(question.text):
        return best_of(question, talk.several)
    if (run := run_in(question.text)) and len(talk.shown) > 1:
        return talk.shown[run]
    rest = question.text
    for mention in sorted(question.named, key=lambda mention: -mention.start):
        rest = f"{rest[: mention.start]}-{rest[mention.end :]}"
    if kind_of(question.text) != "compare" or not refers_back(rest):
        return ()
    if {mention.paper_id for mention in question.named} - set(talk.subject):
        return talk.subject  # "compare it with SINet"
    # "Compare them" needs two, though the last answer may have shown one.
    single = len(talk.subject) == 1 and speaks_of_several(question.text)
    return talk.several if single and not question.named else ()


def follow_up_features(retrieval: Retrieval, subject: Sequence[str]) -> Mapping[str, float]:
    """The features by which a follow-up on a conversation about papers ``subject`` is recognised.

    ``retrieval`` is the search for the question as it was asked. All are 0 to 1, cosine and margin
    -1 to 1.

    refers_back: a word refers back ("it").
    early_reference: 1 if the first word refers back, falling to 0 for one ten words later, which
        may well refer to the question itself.
    opens_as_follow_up: the question begins with "and" or the like.
    brevity: 1 for no words, falling to 0 for twenty.
    no_content: the question could be asked of any paper.
    asks_list: it asks which papers there are, of all of them.
    names_other_paper: it names a paper that the conversation is not about.
    no_subject: there are no such papers, as the question before was declined.
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
        "no_subject": float(not subject),
    }


def _asks_nothing(library: Library, rest: str) -> bool:
    """Whether a message about a paper only points to it: "it again, please"."""
    text = QueryText(library, rest)
    return not text.weights and read_intent(text, after_answer=True).act is not None


def _name(question: QueryText, mention: Mention) -> str:
    """The title of a paper, or the name by which its abstract alone is known."""
    if mention.by_title:
        return question.library.by_id[mention.paper_id].title
    return question.text[mention.start : mention.end]


def _content(question: str) -> set[str]:
    """The words of the question that do not apply to every paper."""
    return set(re.findall(r"[a-z][a-z-]+", question.lower())) - _ANY_PAPER


def _best(scored: Sequence[ScoredSentence], paper_ids: Sequence[str]) -> float:
    """The highest probability that a sentence of these papers answers; 0 for no papers."""
    return max((item.score for item in scored if item.paper.paper_id in paper_ids), default=0.0)
