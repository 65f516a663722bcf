"""The sentences that the embedded model reads: those that would be quoted, and the next best.

With a few more sentences than are quoted the model can find an answer that the choice of quotes
missed, and leave out a quote that does not answer. Few, because on two cores 100 tokens of them
take over a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.selecting.groups import Group, Selection
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.query.query import Query
from rag.types import Evidence, RankedPaper

_OF_SELECTED = 4  # sentences, if fewer are quoted
_OF_RUNNER_UP = 2
_RUNNERS_UP = 1  # papers that were read and not selected
_COMPARED = 2  # papers at least, in a comparison
_UNSELECTED = 2  # papers of a search that are shown where fewer were selected
_NOT_FAR_BEHIND = 2.0  # log-odds that the paper answers, below the best one's
_MOST_CHARACTERS = 1_000  # of sentences; what is quoted is never left out


@dataclass(frozen=True, slots=True)
class Context:
    """What the model reads.

    ``selection`` has further sentences; all are numbered from 1, paper by paper in reading order.
    Those of a selected paper belong to its group, those of another paper to a group of their own at
    the end. ``quotes`` are the numbers of the sentences that would be quoted, in that order.
    """

    selection: Selection
    quotes: tuple[int, ...]


def context_of(query: Query, selection: Selection, ranked: Sequence[RankedPaper] = ()) -> Context:
    """The selection with further sentences; an answer with one line a paper gets none.

    ``ranked`` are the papers of the search, best first.
    """
    quoted = selection.evidence
    papers = list(dict.fromkeys(item.paper.paper_id for item in quoted))
    more = [] if selection.named else _further(query, papers, quoted, ranked)
    ids = list(dict.fromkeys([*papers, *(item.paper.paper_id for item in more)]))
    ordered = sorted(
        [*quoted, *more], key=lambda item: (ids.index(item.paper.paper_id), item.span.start)
    )
    evidence = tuple(replace(item, number=n) for n, item in enumerate(ordered, start=1))
    new = {(item.paper.paper_id, item.span): item.number for item in evidence}
    old = {item.number: new[item.paper.paper_id, item.span] for item in quoted}
    groups = [
        replace(group, evidence=tuple(old[number] for number in group.evidence))
        for group in selection.sections
    ]
    wider = replace(selection, evidence=evidence, groups=tuple(_with_rest(groups, evidence)))
    return Context(wider, tuple(old[item.number] for item in quoted))


def _with_rest(groups: Sequence[Group], evidence: Sequence[Evidence]) -> list[Group]:
    """The groups with the rest of the evidence: each sentence goes where its paper is."""
    paper_of = {item.number: item.paper.paper_id for item in evidence}
    known = {number for group in groups for number in group.evidence}
    rest = [number for number in paper_of if number not in known]
    found = []
    for group in groups:
        own = {paper_of[number] for number in group.evidence}
        added = tuple(number for number in rest if paper_of[number] in own)
        rest = [number for number in rest if number not in added]
        found.append(replace(group, evidence=(*group.evidence, *added)))
    return [*found, Group(evidence=tuple(rest))] if rest else found


def _further(
    query: Query,
    papers: Sequence[str],
    quoted: Sequence[Evidence],
    ranked: Sequence[RankedPaper],
) -> list[Evidence]:
    """The next best sentences of these papers, then the best ones of papers that come near."""
    known = {(item.paper.paper_id, item.span) for item in quoted}
    near = _runners_up(query, papers)
    if query.kind == "compare" and len(papers) < _COMPARED:
        # Something else is compared, and no paper was found for it.
        others = [r.paper for r in ranked if r.paper.paper_id not in papers and r.paper.abstract]
        near = [paper.paper_id for paper in others[:_UNSELECTED]]
    scored = score_sentences(query.content, [*papers, *near], query.search.judged([*papers, *near]))
    rest = [item for item in scored if (item.paper.paper_id, item.span) not in known]
    own = [item for item in rest if item.paper.paper_id in papers]
    chosen = own[: max(0, _OF_SELECTED - len(quoted))]
    for paper_id in near:
        chosen += [item for item in rest if item.paper.paper_id == paper_id][:_OF_RUNNER_UP]
    return _fitting(chosen, sum(len(item.span.text) for item in quoted))


def _runners_up(query: Query, papers: Sequence[str]) -> list[str]:
    """The papers that were read together with the question, not selected, and come nearest."""
    read = query.search.judged_so_far
    best = max((read[i].answer for i in papers if i in read), default=None)
    others = sorted((i for i in read if i not in papers), key=lambda i: -read[i].answer)
    if best is None:
        return []
    return [i for i in others if read[i].answer >= best - _NOT_FAR_BEHIND][:_RUNNERS_UP]


def _fitting(chosen: Sequence[ScoredSentence], taken: int) -> list[Evidence]:
    found = []
    for item in chosen:
        taken += len(item.span.text)
        if taken <= _MOST_CHARACTERS:
            found.append(Evidence(0, item.paper, item.span, round(item.score, 4)))
    return found
