"""Examples of supported claims from SciFact (arXiv:2004.14974), and how good the check is.

A case is a claim and one abstract: every abstract with labelled evidence (SUPPORT or CONTRADICT),
and for a claim without evidence every abstract it cites, which is on its subject and does not
decide it. At run time a claim is checked against the one to three sentences it cites. Here nobody
cites, so it is checked against the three sentences of the abstract with the highest recall of its
tokens, whatever the label. The question is whether they support it.

Cases that share a claim or an abstract, directly or through others, are one group and stay in one
fold: SciFact writes a claim and its opposite about one abstract. See docs/decisions/0005.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import brier_score_loss, roc_auc_score

from eval.fit.fitting import Example, Flags, Numbers, cross_fit
from rag.answering.verify.alignment import quote_similarity
from rag.answering.verify.support import SUPPORTED, UNSUPPORTED, contradicted, features
from rag.decisions.logistic import sigmoid
from rag.models.embedding.embedder import Embedder
from rag.text.sentences.sentences import split_sentences

L2 = 0.01  # nearly none, for three features and hundreds of cases
_SENTENCES = 3
_BINS = 5
_LABELS = ("SUPPORT", "CONTRADICT", "NONE")


@dataclass(frozen=True, slots=True)
class Case:
    """One claim and one abstract with its label: SUPPORT, CONTRADICT or NONE."""

    claim: str
    doc_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A case, its best sentence's cosine, its features, and whether a rule halves its support."""

    case: Case
    cosine: float
    features: dict[str, float]
    contradicted: bool


class Claims:
    """Every case, measured by one pass of the embedder over each abstract and each claim."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        cases = read_cases(folder)
        wanted = {case.doc_id for case in cases}
        self.rows: list[Measured] = []
        for paper in _lines(folder / "corpus.jsonl"):
            if paper["_id"] in wanted:
                about = [case for case in cases if case.doc_id == paper["_id"]]
                self.rows += _measure(about, paper["title"], paper["text"], embedder)
        self.groups = _groups(self.rows)


def read_cases(folder: Path) -> list[Case]:
    """The cases, in the file's order."""
    found = []
    for record in _lines(folder / "evidence_train.jsonl"):
        labels = {str(item["doc_id"]): item["label"] for item in record["evidence"]}
        labels = labels or {str(doc): "NONE" for doc in record["cited_doc_ids"]}
        found += [Case(record["claim"], doc, label) for doc, label in labels.items()]
    return found


def _measure(
    cases: Sequence[Case], title: str, abstract: str, embedder: Embedder
) -> Iterator[Measured]:
    sentences = [s.text.strip() for s in split_sentences(abstract) if s.text.strip()]
    claims = [case.claim for case in cases]
    tokens = embedder.embed_tokens([*claims, *sentences])
    vectors = embedder.embed([*claims, *sentences])
    there = tokens[len(cases) :]
    for i, case in enumerate(cases):
        recalls = [quote_similarity(tokens[i], [sentence]).recall for sentence in there]
        nearest = sorted(np.argsort(recalls)[::-1][:_SENTENCES])
        quotes = [sentences[j] for j in nearest]
        similarity = quote_similarity(tokens[i], [there[j] for j in nearest])
        found = features(case.claim, quotes, similarity, [title])
        cosine = float((vectors[len(cases) :] @ vectors[i]).max())
        yield Measured(case, cosine, found, contradicted(case.claim, quotes))


def _groups(rows: Sequence[Measured]) -> list[str]:
    """A name for each case, the same where claims or abstracts are shared, also by a chain."""
    claims = np.unique([row.case.claim for row in rows], return_inverse=True)[1]
    papers = np.unique([row.case.doc_id for row in rows], return_inverse=True)[1]
    size = int(claims.max() + papers.max() + 2)
    edges = (np.ones(len(rows)), (claims, papers + claims.max() + 1))
    labels = connected_components(coo_matrix(edges, shape=(size, size)), directed=False)[1]
    return [str(label) for label in labels[claims]]


def support_examples(data: Claims, without: str = "") -> list[Example]:
    """Every case: whether the sentences support the claim."""
    return [
        Example(
            group,
            {name: value for name, value in row.features.items() if name != without},
            row.case.label == "SUPPORT",
        )
        for row, group in zip(data.rows, data.groups, strict=True)
    ]


def measure(data: Claims) -> str:
    """Markdown: counts, ablation, reliability and verdicts on unseen cases."""
    support = _support(data)
    labels = np.array([row.case.label for row in data.rows])
    counts = ", ".join(f"{name} {int((labels == name).sum())}" for name in _LABELS)
    parts = [[f"{len(labels)} cases: {counts}"], _ablation(data, support, labels)]
    parts += [_reliability(support, labels == "SUPPORT"), _verdicts(support, labels)]
    return "\n\n".join("\n".join(part) for part in parts)


def _support(data: Claims, without: str = "") -> Numbers:
    """The support of each case by the model that has not seen its group, rules applied."""
    examples = support_examples(data, without)
    log_odds = cross_fit(examples, L2).log_odds(examples)
    halved = np.array([0.5 if row.contradicted else 1.0 for row in data.rows])
    support: Numbers = np.array([sigmoid(value) for value in log_odds]) * halved
    return support


def _ablation(data: Claims, support: Numbers, labels: NDArray[np.str_]) -> list[str]:
    scores = {
        "best sentence's cosine, alone": np.array([row.cosine for row in data.rows]),
        "as shipped": support,
        **{f"without {name}": _support(data, name) for name in data.rows[0].features},
    }
    examples = support_examples(data)
    scores["without halving"] = cross_fit(examples, L2).log_odds(examples)
    lines = [
        "| AUROC of SUPPORT against | the rest | no evidence | CONTRADICT |",
        "|---|---|---|---|",
    ]
    right = labels == "SUPPORT"
    for title, values in scores.items():
        wrong = (~right, labels == "NONE", labels == "CONTRADICT")
        areas = [roc_auc_score(right[right | w], values[right | w]) for w in wrong]
        lines.append(f"| {title} | {' | '.join(f'{area:.3f}' for area in areas)} |")
    return lines


def _reliability(support: Numbers, right: Flags) -> list[str]:
    """Predicted against true shares; the error as in Guo et al. 2017 (arXiv:1706.04599)."""
    bins = np.minimum((support * _BINS).astype(int), _BINS - 1)
    lines, error = ["| support | cases | mean | supported |", "|---|---|---|---|"], 0.0
    for i in sorted(set(bins.tolist())):
        inside = bins == i
        predicted, true = support[inside].mean(), right[inside].mean()
        error += inside.mean() * abs(predicted - true)
        span = f"{i / _BINS:.1f} to {(i + 1) / _BINS:.1f}"
        lines.append(f"| {span} | {inside.sum()} | {predicted:.2f} | {true:.2f} |")
    brier, base = brier_score_loss(right, support), float(right.mean() * (1 - right.mean()))
    note = f"Calibration error {error:.3f}; Brier {brier:.3f} (always the base rate: {base:.3f})."
    return [*lines, "", note]


def _verdicts(support: Numbers, labels: NDArray[np.str_]) -> list[str]:
    verdicts = {
        "supported": support >= SUPPORTED,
        "partial": (support >= UNSUPPORTED) & (support < SUPPORTED),
        "unsupported": support < UNSUPPORTED,
    }
    lines = [f"| verdict | {' | '.join(_LABELS)} |", "|---|---|---|---|"]
    for verdict, inside in verdicts.items():
        counts = " | ".join(str(int((inside & (labels == name)).sum())) for name in _LABELS)
        lines.append(f"| {verdict} | {counts} |")
    return lines


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
