"""The evidence that was selected for an answer, in the groups that become its sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.decisions.answer_sentences import ScoredSentence
from rag.types import Coverage, Evidence, PaperRef, Reason


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the evidence, by number, to be one section of the answer.

    ``heading`` and ``text`` are as in `Section`; a group without evidence says only its text, or
    names its papers. ``named``: the heading is the name of its paper.
    """

    heading: str = ""
    evidence: tuple[int, ...] = ()
    text: str = ""
    papers: tuple[PaperRef, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences to answer with, numbered from 1, or the reason why there are none.

    ``about`` are the ids of the papers that the question is about, as far as known. ``nearest`` are
    papers with the sentences that come nearest, for a refusal. ``lead`` opens the answer, or says
    why there is none, in Markdown. Without ``groups`` all evidence is one group. ``named``: each
    line begins with the name of its paper.
    """

    evidence: tuple[Evidence, ...]
    reason: Reason | None
    coverage: Coverage | None = None
    about: tuple[str, ...] = ()
    nearest: tuple[PaperRef, ...] = ()
    lead: str = ""
    groups: tuple[Group, ...] = ()
    named: bool = False

    @property
    def sections(self) -> tuple[Group, ...]:
        """The groups; one with all evidence if there are none."""
        return self.groups or (Group(evidence=tuple(item.number for item in self.evidence)),)

    def section_of(self, sources: Sequence[int]) -> int:
        """The place of the first group that has one of these sentences; else of the first one."""
        for place, group in enumerate(self.sections):
            if set(sources) & set(group.evidence):
                return place
        return 0


def numbered(sentences: Sequence[ScoredSentence], papers: Sequence[str]) -> tuple[Evidence, ...]:
    """As evidence, in the order of ``papers``, and of each paper in the order given."""
    place = {paper_id: at for at, paper_id in enumerate(papers)}
    ordered = sorted(sentences, key=lambda item: place[item.paper.paper_id])
    return tuple(
        Evidence(number, item.paper, item.span, round(item.score, 4))
        for number, item in enumerate(ordered, start=1)
    )


def joined(selections: Sequence[Selection], asked: Sequence[str]) -> Selection:
    """One selection for the parts of a question; a part that is not answered says so.

    A sentence that answers two parts is quoted once.
    """
    evidence: list[Evidence] = []
    groups: list[Group] = []
    about: dict[str, None] = {}
    known: dict[tuple[str, int], int] = {}
    for selection, part in zip(selections, asked, strict=True):
        about |= dict.fromkeys(selection.about)
        if selection.reason:
            groups.append(Group(text=f"Nothing here answers “{part.strip(' ?.!,;')}”."))
            continue
        numbers = {}
        for item in selection.evidence:
            key = (item.paper.paper_id, item.span.start)
            if key not in known:
                known[key] = len(evidence) + 1
                evidence.append(replace(item, number=known[key]))
            numbers[item.number] = known[key]
        groups += [
            replace(group, evidence=tuple(numbers[n] for n in group.evidence))
            for group in selection.sections
        ]
    lead = next((selection.lead for selection in selections if selection.lead), "")
    coverage = next((selection.coverage for selection in selections if selection.coverage), None)
    return Selection(tuple(evidence), None, coverage, tuple(about), (), lead, tuple(groups))
