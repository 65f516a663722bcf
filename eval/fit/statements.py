"""Examples from SciFact's claims (arXiv:2004.14974), for stances: see docs/decisions/0010.

The decisions are which papers decide a statement, and which of those contradict it. The corpus is
every abstract that a claim cites and one in five of the others. An abstract with labelled evidence
supports or contradicts its claim; silent are those that it cites without evidence (on its subject,
undecided) and those of the ten that retrieval finds that have no label. One half of the claims, by
a hash of their ids, is for fitting, the other for measuring.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from eval.beir import read_collection
from eval.comparing.stances import Prediction, report
from eval.fit.fitting import Example, Flags, Numbers, fit, labels_of
from rag.comparing.stances.opposition import opposition
from rag.comparing.stances.stance import NEAREST, stance_evidence
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.logistic import LogisticModel
from rag.engine import Engine
from rag.index.library import Library
from rag.query.query import QueryText
from rag.retrieval.search import retrieve

_FEATURES = ("cosine", "term_coverage", "maxsim")  # of a sentence with the statement
_STEP = 1000  # papers indexed in one go
_FOUND = 10
_SLACK = 0.01  # F1 that is given up to find more of the papers that decide
_PRECISION = 0.8  # the least share of right stances
_STANCES = {"SUPPORT": "supports", "CONTRADICT": "contradicts"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its labels by paper id; ``cited`` are those it cites, labelled or not."""

    number: str
    text: str
    labels: dict[str, str]
    cited: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        """Whether it is for measuring, not for fitting."""
        return zlib.crc32(self.number.encode()) % 2 == 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the sentences of one paper; the label is None if the paper is silent."""

    claim: Claim
    items: tuple[ScoredSentence, ...]
    label: str | None


class Statements:
    """SciFact's claims and an index of its abstracts, which is built if it is not there."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.claims = read_claims(folder)
        _build(engine, folder, self.claims)
        self.library = engine.library
        fitted = [claim for claim in self.claims if not claim.held_out]
        self.pairs = [pair for claim in fitted for pair in _pairs(self.library, claim)]


def read_claims(folder: Path) -> list[Claim]:
    """The claims in the file's order."""
    claims = []
    for line in (folder / "evidence_train.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        labels = {str(e["doc_id"]): _STANCES[e["label"]] for e in raw["evidence"]}
        cited = tuple(str(doc) for doc in raw["cited_doc_ids"])
        claims.append(Claim(raw["_id"], raw["claim"], labels, cited))
    return claims


def _build(engine: Engine, folder: Path, claims: Sequence[Claim]) -> None:
    cited = {doc for claim in claims for doc in claim.cited}
    papers = read_collection(folder, "train").papers
    there = {paper.paper_id for paper in engine.folder.papers()}
    wanted = [p for p in papers if p.paper_id in cited or zlib.crc32(p.paper_id.encode()) % 5 == 0]
    todo = [paper for paper in wanted if paper.paper_id not in there]
    for start in range(0, len(todo), _STEP):
        engine.add(todo[start : start + _STEP])


def _papers_of(library: Library, claim: Claim) -> list[str]:
    """Those that the claim cites, then those that retrieval finds."""
    found = [ranked.paper.paper_id for ranked in retrieve(library, claim.text, _FOUND).ranked]
    return [i for i in dict.fromkeys([*claim.cited, *found]) if i in library.by_id]


def _pairs(library: Library, claim: Claim) -> list[Pair]:
    found: dict[str, list[ScoredSentence]] = {}
    for item in score_sentences(QueryText(library, claim.text), _papers_of(library, claim)):
        found.setdefault(item.paper.paper_id, []).append(item)
    return [Pair(claim, tuple(items), claim.labels.get(i)) for i, items in found.items()]


def _nearest(items: Sequence[ScoredSentence], model: LogisticModel) -> list[ScoredSentence]:
    return sorted(items, key=lambda item: -model.log_odds(item.features))


def address_examples(data: Statements) -> list[Example]:
    """The nearest sentence of each paper: whether the paper decides the claim."""
    # Which sentence is the nearest is fitted too; the sum of two cosines is the start.
    start = LogisticModel(0.0, {"cosine": 1.0, "maxsim": 1.0})
    first = fit([_addresses(pair, start) for pair in data.pairs])
    return [_addresses(pair, first) for pair in data.pairs]


def _addresses(pair: Pair, model: LogisticModel) -> Example:
    best = _nearest(pair.items, model)[0]
    features = {name: best.features[name] for name in _FEATURES}
    return Example(pair.claim.number, features, pair.label is not None)


def contradiction_examples(data: Statements) -> list[Example]:
    """The three nearest sentences of each paper that decides the claim: whether they contradict."""
    addresses = fit(address_examples(data))
    examples = []
    for pair in data.pairs:
        if pair.label:
            texts = [item.span.text for item in _nearest(pair.items, addresses)[:NEAREST]]
            claim, *sentences = data.library.embedder.embed_tokens([pair.claim.text, *texts])
            features = {"opposition": opposition(claim, sentences).opposed}
            examples.append(Example(pair.claim.number, features, pair.label == "contradicts"))
    return examples


def address_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The lowest threshold whose F1 is close to the best: a silent row costs only a glance."""
    yes = labels_of(examples)
    grid = np.arange(-4.0, 4.0, 0.1)
    scores = np.array([_f1(log_odds >= threshold, yes) for threshold in grid])
    return round(float(grid[scores >= scores.max() - _SLACK].min()), 2)


def _f1(predicted: Flags, yes: Flags) -> float:
    return float(2 * (predicted & yes).sum() / (predicted.sum() + yes.sum()))


def contradiction_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The lowest log-odds above which at least `_PRECISION` of the papers contradict."""
    return -_furthest(-log_odds, labels_of(examples))


def support_bound(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The highest log-odds up to which at least `_PRECISION` of the papers support."""
    return _furthest(log_odds, ~labels_of(examples))


def _furthest(log_odds: Numbers, right: Flags) -> float:
    """The highest log-odds up to which at least `_PRECISION` of the cases are right."""
    order = np.argsort(log_odds, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    return round(float(log_odds[order][np.flatnonzero(shares >= _PRECISION).max()]), 2)


def held_out_stances(data: Statements) -> str:
    """Markdown: what the shipped models say about the claims of the other half."""
    predictions, margins = [], []
    for claim in (claim for claim in data.claims if claim.held_out):
        papers = [data.library.by_id[i] for i in _papers_of(data.library, claim)]
        for paper_id, found in stance_evidence(data.library, papers, claim.text).items():
            label = claim.labels.get(paper_id, "silent")
            predictions.append(Prediction(label, found.stance or "silent", False, found.is_sure))
            margins.append(found.relevance)
    area = roc_auc_score([p.label != "silent" for p in predictions], margins)
    return f"{report(predictions, quotes=False)}\nAUROC of deciding: {area:.3f}."
