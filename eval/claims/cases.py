"""Claims with the verdicts that are right, from three sources.

The reader data (data/reader: one supported, one contradicted and one unmentioned claim a paper),
SciFact's training claims (a folder that the user has; the half that nothing is trained on), and
sentences of manuscripts over the delivered papers (eval/manuscripts).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.beir import read_collection
from eval.dataset import read_lines
from eval.reader.data import ReaderPaper
from eval.training.examples import split_claim
from rag.settings import CHECKOUT
from rag.types import ClaimVerdict, Paper

MANUSCRIPTS = CHECKOUT / "eval" / "manuscripts"
_OF_KIND: Mapping[str, ClaimVerdict] = {
    "sup": "supported",
    "con": "contradicted",
    "nei": "not_found",
}
_OF_LABEL: Mapping[str, ClaimVerdict] = {"SUPPORT": "supported", "CONTRADICT": "contradicted"}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage that decides: half-open offsets into the abstract of a paper."""

    paper_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A claim, the papers that it is checked against, and the right verdict.

    Without ``cites`` all papers are searched, and ``papers`` are those that say it. ``by_paper``
    has the right verdict of each cited paper, where it is known. ``quotes`` decide; none are given
    where the verdict needs none.
    """

    id: str
    claim: str
    cites: tuple[str, ...]
    verdict: ClaimVerdict | None
    by_paper: Mapping[str, ClaimVerdict] = field(default_factory=dict)
    quotes: tuple[Quoted, ...] = ()
    papers: tuple[str, ...] = ()


def reader_cases(papers: Sequence[ReaderPaper]) -> list[ClaimCase]:
    """The claims of the reader data's papers."""
    cases = []
    for paper in papers:
        for item in paper.of("sup", "con", "nei"):
            verdict = _OF_KIND[item.kind]
            quotes = tuple(Quoted(paper.paper_id, *paper.spans[n]) for n in item.sentences)
            own = {paper.paper_id: verdict}
            cases.append(ClaimCase(item.id, item.text, (paper.paper_id,), verdict, own, quotes))
    return cases


def scifact_cases(folder: Path) -> tuple[list[Paper], list[ClaimCase]]:
    """The cited abstracts and the claims of SciFact's held-out half; each abstract is a case.

    Sentences are labelled by number, as those who labelled them cut the abstract.
    """
    cases, cited = [], set()
    for line in (folder / "evidence_train.jsonl").read_text("utf-8").splitlines():
        raw = json.loads(line)
        if split_claim(str(raw["_id"])) == "train":
            continue
        told = {str(item["doc_id"]): _OF_LABEL[item["label"]] for item in raw["evidence"]}
        for number in map(str, raw["cited_doc_ids"]):
            verdict = told.get(number, "not_found")
            cited.add(number)
            own = {number: verdict}
            cases.append(ClaimCase(f"{raw['_id']} {number}", raw["claim"], (number,), verdict, own))
    return [paper for paper in _corpus(folder) if paper.paper_id in cited], cases


def _corpus(folder: Path) -> list[Paper]:
    return list(read_collection(folder, "train").papers)


def manuscript_cases(file: Path) -> list[ClaimCase]:
    """The sentences of eval/manuscripts that cite papers of the library, or none."""
    cases = read_lines(file, "sentence of a manuscript", _sentence)
    return [case for case in cases if case is not None]


def _sentence(raw: Any) -> ClaimCase | None:
    if raw["verdict"] == "not_in_library":
        return None
    quotes = tuple(
        Quoted(q["paper_id"], q["start"], q["start"] + len(q["text"])) for q in raw["quotes"]
    )
    verdict = None if raw["verdict"] == "uncited" else raw["verdict"]
    cites = tuple(raw["cites"])
    alone = {cites[0]: verdict} if len(cites) == 1 else {}
    return ClaimCase(
        raw["id"],
        raw["sentence"],
        cites,
        verdict,
        raw.get("papers_verdicts", alone),
        quotes,
        tuple(raw.get("papers", ())),
    )
