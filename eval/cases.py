"""A case: one question with what is expected of its answer, checked against the corpus.

A case is one JSON object on one line of a file (see `eval.dataset`). These fields are required:

    id          unique in the set
    kind        see below
    split       dev or test: tune on dev alone
    question    what is asked
    history     earlier turns, [{"role", "content"}]; only follow_up, chain and feedback have any
    answerable  whether the papers answer it
    must_cite   ids of the papers that a right answer cites
    may_cite    ids of papers that it may cite too; ["*"] is any paper
    evidence    [{"paper_id", "start", "end"}]: the sentences with the answer, by offsets
    facts       [[alternative, ...], ...]: what it must say; one alternative of each is enough
    terms       list: patterns that match every paper of the complete answer and no other;
                near: patterns of the detail that is asked for, which match no abstract
    note        free

and these may be left out:

    never       [[alternative, ...], ...]: what it must not say
    least       this many of must_cite are enough; without it all must be cited
    corpus      whose papers are asked: "delivered" (the default), or "library", the invented
                records with authors, years and venues in eval/library

Single questions, one clear fact or set of papers each: fact, paraphrase, acronym, compare, list,
follow_up, far and near (the last two have no answer). What else people type:

    small_talk     greetings, moods, questions about the program: nothing is cited
    unknown        without sense, or of words that stand nowhere: nothing is cited
    collection     how many papers, which topics, the newest: known from the index
    records        who wrote it, when, where: known from the metadata
    count          how many papers do or mention something; `facts` has every acceptable number
    overview       a whole topic; `least` papers at least
    synthesis      across papers: agreement, trends, limits; `least` papers at least
    superlative    the highest, smallest, fastest; the incomparable is shown side by side
    everyday       a layman's words
    yes_no         to be answered by yes or no
    two_part       two things at once; `facts` has one for each part that is answered
    false_premise  presumes what an abstract denies or does not say; has no answer
    chain          a turn of a conversation: its history has the earlier questions alone, which are
                   asked first (`eval.engines.paperchat`)
    typo           with typing errors
    limited        a set of papers: so many of them, those that are not about something, with code
    language       not in English; without a name or number to match it has no answer

    own            a reader's own (`eval.own`): papers that must be cited, without evidence; other
                   papers do no harm

`eval.scoring.judging` has what is right for each. A case of kind feedback comes from a reader who
rated an answer in the window (ui/feedback.py). Nobody has said what the right answer is, so nothing
is expected. The question is asked again and its answer shown; it is scored only for what needs no
right answer: verbatim quotes and supported sentences. Whoever knows the right answer gives the case
another kind and fills in the rest.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from rag.types import Paper, Turn

SingleKind: TypeAlias = Literal[
    "fact", "paraphrase", "acronym", "compare", "list", "follow_up", "far", "near"
]
OtherKind: TypeAlias = Literal[
    "small_talk", "unknown", "collection", "records", "count", "overview", "synthesis",
    "superlative", "everyday", "yes_no", "two_part", "false_premise", "chain", "typo", "language",
    "limited", "own", "feedback",
]  # fmt: skip
CaseKind: TypeAlias = Literal[SingleKind, OtherKind]
Split: TypeAlias = Literal["dev", "test"]
CorpusName: TypeAlias = Literal["delivered", "library"]
SINGLE: tuple[CaseKind, ...] = get_args(SingleKind)
KINDS: tuple[CaseKind, ...] = (*SINGLE, *get_args(OtherKind))
BROAD: tuple[CaseKind, ...] = ("overview", "synthesis")
ANY_PAPER = "*"

_UNANSWERABLE = ("far", "near", "unknown", "false_premise", "feedback")
_EITHER = ("records", "count", "superlative", "yes_no", "language", "chain", "own")
_UNCITED = (
    "small_talk",
    "collection",
    "records",
    "chain",
    "own",
)  # a right answer may cite nothing
# Their facts are numbers of papers, or stand in metadata, not in abstracts.
_UNPROVEN = ("small_talk", "collection", "records", "count", "own")
_FREE = ("collection", "records")  # they may cite any paper

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
    never: tuple[tuple[str, ...], ...] = ()
    least: int | None = None
    corpus: CorpusName = "delivered"

    @property
    def turns(self) -> list[Turn]:
        """The history as the engine takes it."""
        return [Turn(turn.role, turn.content) for turn in self.history]

    @property
    def is_conversation(self) -> bool:
        """Whether the history has questions alone, to be asked before this one."""
        return bool(self.history) and all(turn.role == "user" for turn in self.history)

    @property
    def enough(self) -> int:
        """How many of ``must_cite`` a right answer cites."""
        return len(set(self.must_cite)) if self.least is None else self.least

    def allows(self, paper_id: str) -> bool:
        """Whether a right answer may cite this paper."""
        return paper_id in self.must_cite or not {paper_id, ANY_PAPER}.isdisjoint(self.may_cite)


def complaints(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    """What the case says about its corpus that is not true; empty if all is true."""
    cited = (*case.must_cite, *case.may_cite, *(span.paper_id for span in case.evidence))
    known = {*papers, *([ANY_PAPER] if case.kind in _FREE and case.may_cite == ("*",) else [])}
    unknown = [f"no paper has the id {i!r}" for i in cited if i not in known]
    if unknown:
        return unknown
    found = [*_shape(case), *_cites(case), *_offsets(case, papers), *_facts(case, papers)]
    if case.kind == "list":
        found += _complete(case, papers)
    if case.kind == "near":
        found += _absent(case, papers)
    return found


def says(text: str, alternatives: Sequence[str]) -> bool:
    """Whether ``text`` has one of the alternatives as whole words.

    Case, punctuation, accents and thousands separators do not count: 86,900 is 86900.
    """
    words = f" {' '.join(_normal(text))} "
    return any(f" {' '.join(_normal(alternative))} " in words for alternative in alternatives)


def _normal(text: str) -> list[str]:
    if not text.isascii():
        text = "".join(
            c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
        )
    return _WORDS.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()))


def _shape(case: Case) -> Iterator[str]:
    """What is wrong for a case of its kind, whatever the corpus."""
    if case.kind not in _EITHER and case.answerable == (case.kind in _UNANSWERABLE):
        yield f"a question of kind {case.kind} has answerable {case.answerable}"
    if not case.answerable and (case.must_cite or case.facts or case.evidence):
        yield "an unanswerable question expects an answer"
    if case.kind != "feedback" and bool(case.history) != (case.kind in ("follow_up", "chain")):
        yield "follow-ups and chains, and they alone, have a history"
    if case.kind == "chain" and not case.is_conversation:
        yield "the history of a chain has its questions alone"
    if case.kind in ("list", "near") and not case.terms and not _is_false_premise(case):
        yield f"a question of kind {case.kind} states no terms"
    for alternatives in (*case.facts, *case.never):
        if not alternatives or not all(map(_normal, alternatives)):
            yield f"{list(alternatives)} has an alternative without letters and digits"


def _cites(case: Case) -> Iterator[str]:
    """What is wrong with the papers to be cited, whatever the corpus."""
    if case.answerable and not case.must_cite and case.kind not in _UNCITED:
        yield "an answerable question cites no paper"
    if case.kind in ("small_talk", "unknown") and (case.must_cite or case.may_cite):
        yield f"a question of kind {case.kind} cites a paper"
    if set(case.must_cite) & set(case.may_cite):
        yield "a paper is in must_cite and in may_cite"
    fewest, most = len(case.must_cite), len(case.must_cite) + len(case.may_cite)
    for number in (int(a) for fact in case.facts for a in fact if a.isdecimal()):
        if case.kind == "count" and not fewest <= number <= most:
            yield f"it counts {number} papers, and cites {fewest} to {most}"
    if case.kind in BROAD and case.least is None:
        yield f"a question of kind {case.kind} states no least"
    if case.least is not None and not 1 <= case.least <= len(set(case.must_cite)):
        yield f"least is {case.least}, of {len(set(case.must_cite))} papers"


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
    proven = {span.paper_id for span in case.evidence}
    bare = set() if case.kind in ("records", "own") else set(case.must_cite) - proven
    return found + [f"{paper_id} must be cited and has no evidence" for paper_id in sorted(bare)]


def _facts(case: Case, papers: Mapping[str, Paper]) -> list[str]:
    """Facts that the evidence does not state, and what may not be said although it does.

    A single question's facts stand in the sentences, others' may be names in titles.
    """
    quoted = [papers[s.paper_id].abstract[s.start : s.end] for s in case.evidence]
    titles = [] if case.kind in SINGLE else [papers[s.paper_id].title for s in case.evidence]
    stated = " ".join([*quoted, *titles])
    # In a conversation, "who wrote it?" has no evidence either.
    proven = case.kind not in _UNPROVEN and not (case.kind == "chain" and not case.evidence)
    return [
        f"no alternative of {list(fact)} occurs in the evidence"
        for fact in case.facts
        if proven and not says(stated, fact)
    ] + [
        f"{list(wrong)} must not be said, and the evidence says it"
        for wrong in case.never
        if says(" ".join(quoted), wrong)
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
    """The case as a line of a file, as JSON; optional fields are left out at their defaults."""
    plain: dict[str, Any] = case.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(plain, ensure_ascii=False)
