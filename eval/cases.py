"""A case: one question with what is expected of its answer, checked against the corpus.

A case is one JSON object on one line of a file (see `eval.dataset`). All fields are required:

    id          unique in the set
    kind        fact, paraphrase, acronym, compare, list, follow_up, far, near, or feedback
    split       dev or test: tune on dev alone
    question    what is asked
    history     earlier turns, [{"role", "content"}]; empty but for follow_up and feedback
    answerable  false for far, near and feedback
    must_cite   ids of the papers that a right answer cites
    may_cite    ids of papers that it may cite too
    evidence    [{"paper_id", "start", "end"}]: the sentences with the answer, by offsets
    facts       [[alternative, ...], ...]: what it must say; one alternative of each is enough
    terms       list: patterns that match every paper of the complete answer and no other;
                near: patterns of the detail that is asked for, which match no abstract
    note        free

A case of kind feedback comes from a reader who rated an answer in the window (ui/feedback.py).
Nobody has said what the right answer is, so nothing is expected. The question is asked again and
its answer shown; it is scored only for what needs no right answer: verbatim quotes and supported
sentences. Whoever knows the right answer gives the case another kind and fills in the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from rag.types import Paper, Turn

CaseKind: TypeAlias = Literal[
    "fact", "paraphrase", "acronym", "compare", "list", "follow_up", "far", "near", "feedback"
]
Split: TypeAlias = Literal["dev", "test"]
KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
_UNANSWERABLE = ("far", "near", "feedback")

_WORDS = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoldSpan(_Strict):
    """One stretch of evidence, by offsets into the paper's abstract."""

    paper_id: str
    start: int
    end: int


class GoldTurn(_Strict):
    """One earlier message."""

    role: Literal["user", "assistant"]
    content: str


class Case(_Strict):
    """One question with what is expected of its answer."""

    id: str
    kind: CaseKind
    split: Split
    question: str
    history: tuple[GoldTurn, ...]
    answerable: bool
    must_cite: tuple[str, ...]
    may_cite: tuple[str, ...]
    evidence: tuple[GoldSpan, ...]
    facts: tuple[tuple[str, ...], ...]
    terms: tuple[str, ...]
    note: str

    @property
    def turns(self) -> list[Turn]:
        """The history as the engine takes it."""
        return [Turn(turn.role, turn.content) for turn in self.history]


def complaints(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    """What the case says about the corpus that is not true; empty if all is true."""
    cited = (*case.must_cite, *case.may_cite, *(span.paper_id for span in case.evidence))
    unknown = [f"no paper has the id {i!r}" for i in cited if i not in papers]
    if unknown:
        return unknown
    found = _shape(case) + _offsets(case, papers) + _facts(case, papers)
    if case.kind == "list":
        found += _complete(case, papers)
    if case.kind == "near":
        found += _absent(case, papers)
    return found


def says(text: str, alternatives: Sequence[str]) -> bool:
    """Whether ``text`` has one of the alternatives as whole words, without case or punctuation.

    Thousands separators do not count: 86,900 is 86900.
    """
    words = f" {' '.join(_normal(text))} "
    return any(f" {' '.join(_normal(alternative))} " in words for alternative in alternatives)


def _normal(text: str) -> list[str]:
    return _WORDS.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()))


def _shape(case: Case) -> list[str]:
    """What is wrong for a case of its kind, whatever the corpus."""
    found = []
    if case.answerable == (case.kind in _UNANSWERABLE):
        found.append(f"a question of kind {case.kind} has answerable {case.answerable}")
    if case.answerable and not case.must_cite:
        found.append("an answerable question cites no paper")
    if not case.answerable and (case.must_cite or case.facts or case.evidence):
        found.append("an unanswerable question expects an answer")
    if case.kind != "feedback" and bool(case.history) != (case.kind == "follow_up"):
        found.append("follow-ups, and they alone, have a history")
    if case.kind in ("list", "near") and not case.terms and not _is_false_premise(case):
        found.append(f"a question of kind {case.kind} states no terms")
    return found


def _is_false_premise(case: Case) -> bool:
    return case.note.startswith("false premise")


def _offsets(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    found = []
    for span in case.evidence:
        abstract = papers[span.paper_id].abstract
        if not 0 <= span.start < span.end <= len(abstract):
            found.append(f"evidence {span.start}-{span.end} is outside of {span.paper_id}")
        elif abstract[span.start : span.end] != abstract[span.start : span.end].strip():
            found.append(f"evidence {span.start}-{span.end} of {span.paper_id} has loose ends")
    bare = set(case.must_cite) - {span.paper_id for span in case.evidence}
    return found + [f"{paper_id} must be cited and has no evidence" for paper_id in sorted(bare)]


def _facts(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    evidence = " ".join(papers[s.paper_id].abstract[s.start : s.end] for s in case.evidence)
    return [
        f"no alternative of {list(fact)} occurs in the evidence"
        for fact in case.facts
        if not says(evidence, fact)
    ]


def _matching(patterns: Sequence[str], papers: Mapping[str, Paper]) -> set[str]:
    compiled = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    return {
        paper_id
        for paper_id, paper in papers.items()
        if any(pattern.search(f"{paper.title}\n{paper.abstract}") for pattern in compiled)
    }


def _complete(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    held = _matching(case.terms, papers)
    missed = sorted(held - {*case.must_cite, *case.may_cite})
    bare = sorted(set(case.must_cite) - held)
    return [f"{i} has a term and is not in the answer" for i in missed] + [
        f"{i} is in the answer and has no term" for i in bare
    ]


def _absent(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    among = {i: papers[i] for i in case.may_cite} or papers
    return [f"{i} has what should be absent" for i in sorted(_matching(case.terms, among))]


def as_line(case: Case) -> str:
    """The case as a line of a file, as JSON."""
    plain: dict[str, Any] = case.model_dump(mode="json")
    return json.dumps(plain, ensure_ascii=False)
