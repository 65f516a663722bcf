"""The reader data as cases of the question set, for the fit of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.cases import Case, CaseKind, GoldSpan
from eval.reader.data import CLAIMS, Item, ItemKind, ReaderPaper

_KINDS: Mapping[ItemKind, CaseKind] = {
    "fact": "fact",
    "para": "paraphrase",
    "search": "fact",
    "near": "near",
    "topic": "list",
    "nottopic": "list",
}


def cases_of(papers: Sequence[ReaderPaper]) -> tuple[Case, ...]:
    """Every question and topic, with its paper and sentences; claims are left out.

    Nobody has said which other papers a topic is true of, so a list may cite them all.
    """
    ids = [paper.paper_id for paper in papers]
    return tuple(
        _case(paper, item, ids)
        for paper in papers
        for item in paper.items
        if item.kind not in CLAIMS
    )


def _case(paper: ReaderPaper, item: Item, ids: Sequence[str]) -> Case:
    kind, own = _KINDS[item.kind], paper.paper_id
    others = tuple(i for i in ids if i != own) if kind == "list" else ()
    answered = item.kind not in ("near", "nottopic")
    spans = paper.spans
    return Case(
        id=item.id,
        kind=kind,
        split="dev",
        question=item.question,
        history=(),
        answerable=answered,
        must_cite=(own,) if answered else (),
        may_cite=(own,) if item.kind == "near" else others,
        evidence=tuple(
            GoldSpan(paper_id=own, start=spans[n][0], end=spans[n][1]) for n in item.sentences
        ),
        facts=(),
        terms=(),
        note="",
    )
