"""Decides whether to refuse an answer, and why: a fitted decision on question and papers.

`rag.answering.writing.refusal` words the refusal. Why it is decided so: docs/decisions/0006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.decisions.answer_sentences import ScoredSentence
from rag.decisions.logistic import LogisticModel, load, sigmoid
from rag.index.library import Library
from rag.query.intent import task_probability
from rag.query.kinds import is_keywords, kind_of
from rag.query.query import Query, QueryText
from rag.query.terms import coverage, has_numbers, title_terms
from rag.retrieval.search import Retrieval
from rag.text.languages import script_of
from rag.text.names.coined_names import coined_names
from rag.text.words import words_of
from rag.types import Reason

_MODEL, _PLAIN = load("answerable"), load("answerable", plain=True)
_TITLE_NAMED = 0.4  # share of the question's term weight from which on a title counts as named
_UNRELATED = 0.25  # cosine below which nothing in the corpus is related; 3% of what it answers
_SAME_SUBJECT = 0.33  # cosine from which keywords may say in other words what a passage says
_SURE = 1.0  # log-odds that a sentence answers keywords in other words
_SHORTEST = math.log(2)  # length of a question of one term
_LEAST_DOUBT = 0.001  # probabilities are kept this far from 0 and 1
_HOLDERS = 50  # papers in which the parts of a name are looked for side by side
_COVERED = 0.5  # term coverage from which on a list's topic occurs in the corpus


def reason_not_to_answer(
    query: Query,
    retrieval: Retrieval,
    scored: Sequence[ScoredSentence],
    decide: LogisticModel | None = None,
) -> Reason | None:
    """Why not to answer from these sentences, which are best first; None to answer."""
    if not scored:
        return "not_in_corpus"
    known = query.papers_are_known
    if known and (query.asks_in_general or not query.content.weights):
        return None  # a general question ("What is proposed?"), which any abstract answers
    found = features(query, retrieval, scored)
    is_title = not known and found["title_coverage"] == 1 and is_keywords(query.text)
    if is_title and not _asks_of_unknown(query):
        return None  # the paper of that name, whatever its sentences say
    if _is_nowhere(query, found):
        return "not_in_corpus"
    if _compares(query, scored) and (known or found["max_cosine"] >= _UNRELATED):
        return None  # each paper answers a part, and the encoder was asked of each alone
    model = decide or (_MODEL if "judged" in found else _PLAIN)
    # What shares words with a task ("write code that ...") does not do it.
    apt = 1.0 if known else 1 - task_probability(query.asked_alone)
    if apt * model.probability(found) >= sigmoid(model.threshold):
        return None
    if known or found["title_coverage"] >= _TITLE_NAMED:
        return "not_in_abstracts"
    unrelated = found["unknown_name"] or found["max_cosine"] < _UNRELATED
    return "not_in_corpus" if unrelated else "weak_evidence"


def _is_nowhere(query: Query, found: Mapping[str, float]) -> bool:
    """Whether no abstract speaks of what the question names, by its words."""
    if script_of(query.text):
        return not found["term_coverage"]  # what the encoder says of other scripts is too little
    if query.papers_are_known:
        return False
    sure = found.get("sentence", -math.inf)
    return _asks_of_unknown(query) or (
        is_keywords(query.text) and _stands_nowhere(query.search, found["max_cosine"], sure)
    )


def _compares(query: Query, scored: Sequence[ScoredSentence]) -> bool:
    """Whether papers are compared, and sentences of more than one were found."""
    papers = {item.paper.paper_id for item in scored}
    return len(papers) > 1 and "compare" in (query.kind, kind_of(query.text))


def reason_not_to_list(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> Reason | None:
    """Why not to answer a list question; None to answer.

    Its topic is a few words, so both term coverage and cosine must be low for a refusal.
    """
    library, topic = retrieval.query.library, retrieval.query.text
    if any(_is_unknown(library, name) for name in coined_names(topic)):
        return "not_in_corpus"
    if not scored:
        return "not_in_corpus" if retrieval.nearest < _UNRELATED else "weak_evidence"
    covered = max(item.term_coverage for item in scored)
    near = max(retrieval.nearest, max(item.cosine for item in scored))
    whole = retrieval.query.question or topic
    if is_keywords(whole) and _stands_nowhere(retrieval.query, near, _log_odds(scored[0].score)):
        return "not_in_corpus"
    return "not_in_corpus" if near < _UNRELATED and covered < _COVERED else None


def features(
    query: Query, retrieval: Retrieval, scored: Sequence[ScoredSentence]
) -> Mapping[str, float]:
    """The features of the decision; shares and cosines 0 to 1, the rest as noted."""
    library = query.library
    papers = list(dict.fromkeys(item.paper.paper_id for item in scored))
    names = coined_names(query.content.text)
    unknown = float(any(_is_unknown(library, name) for name in names))
    covered = max(item.term_coverage for item in scored)
    length = max(math.log(1 + len(query.content.weights)), _SHORTEST)
    found = {
        # Over the whole corpus even if the reader chose papers, as when the model was fitted; but
        # what others say is not asked of an author.
        "max_cosine": max(
            retrieval.nearest if query.of_authors else retrieval.nearest_anywhere(),
            *(item.cosine for item in scored),
        ),
        "term_coverage": covered,  # by one sentence
        "title_coverage": coverage(query.search.weights, title_terms(library, papers)),
        "log_terms": length,  # ln(1 + terms)
        "unknown_name": unknown,  # 0 or 1
        # In a short question both say more.
        "coverage_per_length": covered / length,
        "unknown_per_length": unknown / length,
    }
    if judged := query.search.judged(papers):
        found["sentence"] = _log_odds(scored[0].score)  # that the best sentence answers
        # Log-odds that the best of the papers answers, read together with the question.
        found["judged"] = max(judgement.answer for judgement in judged.values())
    return found


def _asks_of_unknown(query: Query) -> bool:
    """Whether a question asks for nothing but a name that no paper has: "What is GPT-5?".

    Or what it asks for is of such a name, where papers have it with other numbers.
    """
    library, names = query.library, coined_names(query.content.text)
    terms = {n: library.lexical.terms(n) for n in names if _is_unknown(library, n)}
    frequency = library.lexical.frequency
    if any(all(map(frequency, own)) for own in terms.values()):
        return len(terms) == len(names)
    return bool(terms) and set().union(*terms.values()).issuperset(query.content.weights)


def _stands_nowhere(text: QueryText, cosine: float, sentence: float) -> bool:
    """Whether keywords have a word that no paper has, and the encoder knows no other for it.

    ``cosine`` is that of the nearest passage, ``sentence`` the log-odds of the best sentence. Of
    304 such phrases on other subjects six pass both bounds in a library of 138 papers, where ten
    did without them.
    """
    library = text.library
    names = [w for w in words_of(text.text) if w in library.authors or w in library.given_names]
    elsewhere = library.lexical.terms(" ".join(names))  # in the records
    missing = [t for t in text.weights if not library.lexical.frequency(t) and t not in elsewhere]
    if all(map(str.isdecimal, missing)):
        return False
    return cosine < _SAME_SUBJECT or sentence < _SURE


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST_DOUBT), 1 - _LEAST_DOUBT)
    return math.log(bounded / (1 - bounded))


def _is_unknown(library: Library, name: str) -> bool:
    """Whether a coined name has a part that no paper has, or a number that stands behind no other.

    GPT-5 is unknown where papers have GPT-4 and 5 apart.
    """
    if not all(map(library.lexical.frequency, library.lexical.terms(name))):
        return True
    found = library.lexical.search(name, _HOLDERS)
    return not any(has_numbers(library, paper_id, name) for paper_id, _ in found)
