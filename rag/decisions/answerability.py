"""Whether to answer at all, and if not, why not: features of the question beside the chosen papers,
weighed by coefficients that were fitted on the development questions. Why: docs/decisions/0006.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.decisions.evidence import Scored
from rag.decisions.fitted import ANSWERABLE
from rag.decisions.logistic import LogisticModel
from rag.index.library import Library
from rag.retrieval.focus import Focus, share, title_terms_of
from rag.retrieval.query.details import (
    asks_definition,
    lacks_detail,
    lacks_number,
    missing_names,
    missing_numbers,
)
from rag.retrieval.search import Retrieval
from rag.text.coined_names import coined_names
from rag.types import Reason

_TITLE_NAMED = 0.4  # of the question's weight: so much of a title names the paper
_NOWHERE = 0.30  # cosine: nothing of the corpus is near
_HELD = 0.5
_LIKELY = 0.5  # even odds that the best sentence answers
_LACKS = ("absent", "detail", "count")  # the features for something asked that the papers lack


def reason_not_to_answer(
    library: Library,
    retrieval: Retrieval,
    focus: Focus,
    scored: Sequence[Scored],
    named: bool,
    decide: LogisticModel = ANSWERABLE,
) -> Reason | None:
    """Why not to answer, or None. ``named``: the question or the reader says which paper."""
    if not scored:
        return "not_in_corpus"
    if named and not focus.weights:
        return None  # a general question ("What is proposed?"), which any abstract answers
    found = features(library, retrieval, focus, scored, named)
    spoken_of = found["sentence"] > 0 or scored[0].score >= _LIKELY
    if named and spoken_of and not any(found[lack] for lack in _LACKS):
        return None  # a rare name may be far from everything in meaning
    if decide.accepts(found):
        return None
    if named or found["title"] >= _TITLE_NAMED:
        return "not_in_abstracts"
    return "not_in_corpus" if found["strange"] or found["near"] < _NOWHERE else "weak_evidence"


def reason_not_to_list(
    library: Library, retrieval: Retrieval, focus: Focus, scored: Sequence[Scored]
) -> Reason | None:
    """The same for a list, whose topic is a few words: it takes both words and cosine to be far."""
    if not scored or any(_unknown(library, name) for name in coined_names(retrieval.query)):
        return "not_in_corpus"
    held = max(item.overlap for item in scored)
    near = max(retrieval.nearest, max(item.cosine for item in scored))
    return "not_in_corpus" if near < _NOWHERE and held < _HELD else None


def features(
    library: Library,
    retrieval: Retrieval,
    focus: Focus,
    scored: Sequence[Scored],
    named: bool,
) -> Mapping[str, float]:
    """What is to be weighed; shares and cosines 0 to 1, the rest 0 or 1 but where it says so."""
    papers = list(dict.fromkeys(item.paper.paper_id for item in scored))
    text = " ".join(f"{library.by_id[i].title}. {library.by_id[i].abstract}" for i in papers)
    question = focus.question
    size = math.log(1 + len(focus.weights))
    best = max(item.cosine for item in scored)
    absent = min(2, len(missing_names(question, text)) + len(missing_numbers(question, text)))
    return {
        "near": _nearest(library, retrieval),  # best cosine of anything in the corpus
        "sentence": max(item.overlap for item in scored),  # of the terms asked, in one sentence
        "title": share(focus.whole, title_terms_of(library, papers)),
        "size": size,  # ln(1 + terms): a long question is told in other words
        "size_cosine": size * best,  # with the best cosine of the chosen papers' sentences
        "strange": float(any(_unknown(library, name) for name in coined_names(question))),
        "absent": float(absent),  # 0 to 2: names and numbers that the papers do not hold
        "named_absent": float(absent * named),
        "detail": float(lacks_detail(question, text)),
        "count": float(lacks_number(question, text)),
        "definition": float(asks_definition(retrieval.query) and not absent),
    }


def _nearest(library: Library, retrieval: Retrieval) -> float:
    """Over the whole corpus also where the reader chose papers: so the coefficient was fitted."""
    vector, dense = retrieval.vector, library.dense
    found = [*dense.search_chunks(vector, 1), *dense.search_sentences(vector, 1)]
    return max((passage.score for _, passage in found), default=0.0)


def _unknown(library: Library, name: str) -> bool:
    """Whether a coined name has a part that no abstract holds."""
    return any(not library.lexical.frequency(term) for term in library.lexical.terms(name))
