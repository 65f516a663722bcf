"""Acts on the papers that the last answer showed: summarise them, the second one, shorter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.selecting.by_aspect import quote_aspects, quote_gists
from rag.answering.selecting.groups import Group, Selection
from rag.answering.selecting.selection import select_evidence
from rag.answering.understanding.understanding import Understood
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import APPROACH, DATA, GIST, LIMITATION, NOVELTY, PROBLEM, RESULT
from rag.query.intent import Act
from rag.query.query import Query
from rag.retrieval.search import Retrieval, retrieve_query
from rag.text.sentences.reporting import reports
from rag.text.sentences.sentences import split_sentences, trim
from rag.text.sentences.third_person import place_of
from rag.types import Evidence, Paper

_SUMMARY = (GIST, APPROACH, PROBLEM, RESULT)
_PLAIN = (GIST, PROBLEM, RESULT)
_MORE = (PROBLEM, APPROACH, NOVELTY, DATA, RESULT, LIMITATION)
_MOST_MORE = 4  # further sentences of one paper
_MOST_SHOWN = 10
_PAPERS = 10  # that a search among the shown ones returns
_WORD_FOR_WORD = "This is what stands there, word for word:"
_NO_MODEL = (
    "There is no language model here that could put this into other words. "
    "The abstract's own sentences, which say most in few words:"
)
_NO_TRANSLATOR = "Without a language model nothing can be translated. The abstracts say in English:"


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act came to: the question that it stands for, and its evidence."""

    query: Query
    retrieval: Retrieval
    selection: Selection


def act_on(understood: Understood, aspect_ranker: AspectRanker) -> Acted:
    """Carry out the act of an understood message on the papers that were shown."""
    query, by_id = understood.query, understood.query.library.by_id
    papers = [by_id[paper_id] for paper_id in understood.shown[:_MOST_SHOWN]]
    retrieval = retrieve_query(query, _PAPERS)
    if understood.act in ("rank", "pick", None):
        selection = select_evidence(query, retrieval, aspect_ranker)
    else:
        answer = understood.said if understood.act == "more" else understood.last_answer
        selection = _ACTS[understood.act](papers, answer, aspect_ranker)
    if selection.named:
        query = replace(query, intent="overview")
    return Acted(query, retrieval, selection)


def _summarise(papers: Sequence[Paper], _: str, ranker: AspectRanker) -> Selection:
    if len(papers) > 1:
        return _one_line_each(quote_gists(ranker, papers))
    return _selection(quote_aspects(ranker, papers, _SUMMARY))


def _shorter(papers: Sequence[Paper], answer: str, ranker: AspectRanker) -> Selection:
    """The first sentence that was quoted of each paper; its gist if none was."""
    quoted = _quoted(papers, answer)
    leads = [quoted[paper.paper_id][:1] for paper in papers if paper.paper_id in quoted]
    evidence = _renumbered(item for lead in leads for item in lead)
    return _one_line_each(evidence or quote_gists(ranker, papers))


def _simpler(papers: Sequence[Paper], _: str, ranker: AspectRanker) -> Selection:
    if len(papers) > 1:
        return replace(_one_line_each(quote_gists(ranker, papers)), lead=_NO_MODEL)
    return replace(_selection(quote_aspects(ranker, papers, _PLAIN)), lead=_NO_MODEL)


def _more(papers: Sequence[Paper], answer: str, ranker: AspectRanker) -> Selection:
    """Of each paper what was not yet quoted, what states an aspect first."""
    stated = quote_aspects(ranker, papers, _MORE)
    known = {(item.paper.paper_id, item.span) for item in stated}
    spans = ((paper, trim(span)) for paper in papers for span in split_sentences(paper.abstract))
    rest = [Evidence(0, p, span, 0.0) for p, span in spans if (p.paper_id, span) not in known]
    kept: list[Evidence] = []
    for paper in papers:
        own = [
            item
            for item in (*stated, *rest)
            if item.paper == paper
            and place_of(item.span.text, answer) < 0
            and reports(item.span.text, paper.abstract)
        ]
        most = _MOST_MORE if len(papers) == 1 else 1
        best = sorted(own, key=lambda item: -item.score)[:most]
        kept += sorted(best, key=lambda item: item.span.start)
    return _selection(_renumbered(kept)) if len(papers) == 1 else _one_line_each(_renumbered(kept))


def _sure(papers: Sequence[Paper], answer: str, ranker: AspectRanker) -> Selection:
    quoted = _quoted(papers, answer)
    evidence = _renumbered(item for items in quoted.values() for item in items)
    if not evidence:
        return _summarise(papers, answer, ranker)
    return replace(_by_paper(evidence), lead=_WORD_FOR_WORD)


def _translate(papers: Sequence[Paper], answer: str, ranker: AspectRanker) -> Selection:
    return replace(_sure(papers, answer, ranker), lead=_NO_TRANSLATOR)


_ACTS: Mapping[Act, Callable[[Sequence[Paper], str, AspectRanker], Selection]] = {
    "summarise": _summarise,
    "shorter": _shorter,
    "simpler": _simpler,
    "more": _more,
    "sure": _sure,
    "translate": _translate,
}


def _quoted(papers: Sequence[Paper], answer: str) -> dict[str, list[Evidence]]:
    """The sentences of each paper that an answer quotes, in the answer's order."""
    found: dict[str, list[Evidence]] = {}
    for paper in papers:
        spans = [trim(span) for span in split_sentences(paper.abstract)]
        said = [(place_of(span.text, answer), span) for span in spans]
        for _, span in sorted((s for s in said if s[0] >= 0), key=lambda item: item[0]):
            found.setdefault(paper.paper_id, []).append(Evidence(0, paper, span, 1.0))
    return found


def _renumbered(evidence: Iterable[Evidence]) -> list[Evidence]:
    return [replace(item, number=number) for number, item in enumerate(evidence, start=1)]


def _selection(evidence: Sequence[Evidence]) -> Selection:
    papers = tuple(dict.fromkeys(item.paper.paper_id for item in evidence))
    return Selection(tuple(evidence), None if evidence else "not_in_abstracts", about=papers)


def _one_line_each(evidence: Sequence[Evidence]) -> Selection:
    """One line for each paper, which begins with its name."""
    return replace(_selection(evidence), named=len(evidence) > 1)


def _by_paper(evidence: Sequence[Evidence]) -> Selection:
    groups: dict[str, list[int]] = {}
    for item in evidence:
        groups.setdefault(item.paper.paper_id, []).append(item.number)
    made = tuple(Group(evidence=tuple(numbers)) for numbers in groups.values())
    return replace(_selection(evidence), groups=made)
