"""Lists and counts of papers: those that are certainly on the topic, and those that may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.selecting.by_aspect import quote_gists
from rag.answering.selecting.groups import Group, Selection
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.answerability import reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.papers import Members, papers_for_list
from rag.query.query import Query
from rag.query.terms import coverage, paper_terms, together
from rag.retrieval.search import Retrieval
from rag.text.names.coined_names import coined_names, has_name
from rag.types import Coverage, Evidence, Paper, PaperRef

MOST_LISTED = 60
_MOSTLY_NAMES = 0.5  # share of the topic's term weight
_MOST_DOUBTFUL = 5


def list_of_scope(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    """A list of all papers that pass the filter, each with the sentence that says what it does."""
    papers = [r.paper for r in retrieval.ranked if r.paper.abstract][:MOST_LISTED]
    selection = _listed(query, retrieval, quote_gists(aspect_ranker, papers), ())
    within = query.library.lexical.count(query.scope)
    return selection if within <= MOST_LISTED else _part_of(selection, within, examined=within)


def list_on_topic(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    """A list of the papers on a topic, each with the sentence that says what it does."""
    by_id = query.library.by_id
    # A name that is an everyday word (WHO) leaves the topic without a term.
    named = () if query.search.weights else query.asked_alone.named
    own = list(dict.fromkeys(mention.paper_id for mention in named))
    found = Members(own, [], len(retrieval.ranked)) if named else members_of(query, retrieval)
    papers = found.certain[:MOST_LISTED]
    scored = score_sentences(query.content, papers, query.search.judged(papers))
    maybe = maybe_of(aspect_ranker, [by_id[i] for i in found.doubtful])
    reason = None if named else reason_not_to_list(retrieval, scored)
    if reason:
        return Selection((), reason, nearest=() if reason == "not_in_corpus" else maybe)
    gists = quote_gists(aspect_ranker, [by_id[i] for i in papers])
    selection = _listed(query, retrieval, gists, maybe)
    if found.whole and len(found.certain) <= MOST_LISTED:
        return selection
    return _part_of(selection, len(found.certain), examined=found.examined, whole=found.whole)


def of_any_year(query: Query, lead: str) -> str:
    """The first line of a list; it says so if years are asked for and no record has any."""
    return f"{lead} The records here have no years, so these are of any." if query.dated else lead


def maybe_of(
    aspect_ranker: AspectRanker, papers: Sequence[Paper], most: int = _MOST_DOUBTFUL
) -> tuple[PaperRef, ...]:
    """The first of the papers that may belong to a list, with what they do; five at most."""
    found = quote_gists(aspect_ranker, papers[: min(most, _MOST_DOUBTFUL)])
    return tuple(PaperRef(e.paper.paper_id, e.paper.title, (e.span,)) for e in found)


def members_of(query: Query, retrieval: Retrieval) -> Members:
    """The papers on the topic of a list: those with its name, or else those that are about it.

    On "both radar and sonar" those are in doubt that lack the words of one.
    """
    found, library = _by_name(query) or papers_for_list(retrieval), query.library
    parts = [set(library.lexical.terms(part)) for part in together(query.search.text)]
    own = {i: paper_terms(library, [i]) for i in found.certain} if parts else {}
    lacking = [i for i, terms in own.items() if not all(part <= terms for part in parts)]
    certain = [i for i in found.certain if i not in lacking]
    return replace(found, certain=certain, doubtful=[*lacking, *found.doubtful])


def _by_name(query: Query) -> Members | None:
    """The papers that have the names in a topic that is little else: "papers on COCO".

    None if the topic has no such name, or no paper has them all.
    """
    library, topic = query.library, query.search
    names = coined_names(topic.text)
    weights = {term: w for term, w in topic.weights.items() if library.lexical.frequency(term)}
    own = {term for name in names for term in library.lexical.terms(name)}
    if not names or coverage(weights, own) < _MOSTLY_NAMES:
        return None
    rarest = min((library.lexical.may_hold(name, query.scope) for name in names), key=len)
    texts = {i: f"{library.by_id[i].title}\n{library.by_id[i].abstract}" for i in rarest}
    holders = [i for i, text in texts.items() if all(has_name(text, name) for name in names)]
    holders.sort(key=lambda i: library.by_id[i].order)
    return Members(holders, [], library.lexical.count(query.scope)) if holders else None


def _listed(
    query: Query, retrieval: Retrieval, evidence: Sequence[Evidence], maybe: Sequence[PaperRef]
) -> Selection:
    if not evidence:
        return Selection((), "not_in_corpus")
    corpus = query.library.lexical.count(query.scope)
    coverage = Coverage(len(retrieval.ranked), len(evidence), corpus)
    groups = [Group(evidence=tuple(item.number for item in evidence))]
    if maybe:
        groups.append(Group("Maybe", papers=tuple(maybe)))
    return Selection(
        tuple(evidence),
        None,
        coverage,
        tuple(item.paper.paper_id for item in evidence),
        lead=of_any_year(query, _lead(len(evidence), len(maybe))),
        groups=tuple(groups),
        named=True,
    )


def _part_of(selection: Selection, papers: int, *, examined: int, whole: bool = True) -> Selection:
    """A list that says of how many ``papers`` it is a part.

    Without ``whole`` there may be more, which were not looked at.
    """
    if selection.coverage is None:
        return selection
    shown, maybe = len(selection.evidence), sum(len(group.papers) for group in selection.groups)
    lead = f"{papers:,} papers" if whole else f"At least {papers:,} papers"
    lead += f", of which {shown} are shown" if shown < papers else ""
    lead += f", and {maybe} more that may belong here." if maybe else "."
    return replace(
        selection,
        coverage=replace(selection.coverage, examined=examined, matched=papers),
        lead=lead,
    )


def _lead(certain: int, maybe: int) -> str:
    papers = "1 paper" if certain == 1 else f"{certain} papers"
    return f"{papers}, and {maybe} more that may belong here." if maybe else f"{papers}."
