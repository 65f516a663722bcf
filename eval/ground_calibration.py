"""How good the check of claims is, and the table it rests on: ``python -m eval.ground_calibration
DIR``, where DIR holds SciFact's corpus.jsonl and evidence_train.jsonl (arXiv:2004.14974).

The task. A case is a claim and one abstract: every abstract with labelled evidence (SUPPORT or
CONTRADICT), and for a claim without evidence every abstract it cites, which is on its subject and
does not decide it. At run time a claim is checked against the one to three sentences it cites; here
nobody cites, so it is checked against the three sentences of the abstract with the highest recall
of its word-pieces, whatever the label. The labelled sentences are not used: claims without evidence
have none. The question is SUPPORT or not.

Every figure is cross-validated: the weights that judge a case were fitted without any case that
shares, directly or by way of others, its claim or its abstract (SciFact writes a claim and its
opposite about one abstract).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.stats import mannwhitneyu

from rag.answering.verify.alignment import quote_similarity
from rag.answering.verify.support import features, turned
from rag.decisions.fitted_support import SUPPORTED, UNSUPPORTED, WEIGHTS
from rag.models.embedder import Embedder
from rag.text.sentences import split_sentences

Numbers: TypeAlias = NDArray[np.float64]

_SENTENCES = 3
_FOLDS = 10
_REPEATS = 5  # cross-validations with other folds, whose probabilities are averaged
_SEED = 7
_RIDGE = 0.01  # a little, so that a part that never varies in a fold gets no weight
_BINS = 5
NAMES = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Case:
    """One claim and one abstract with its label: SUPPORT, CONTRADICT or NONE."""

    claim: str
    doc_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A case, its best sentence's cosine, the parts of its score, and whether a rule halves it."""

    case: Case
    cosine: float
    parts: dict[str, float]
    turned: bool


def main() -> None:
    """Print the ablation, the reliability and the table for `rag.decisions.fitted_support`."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(
            "usage: python -m eval.ground_calibration DIR (corpus.jsonl, evidence_train.jsonl)"
        )
    print(report(measure(Path(sys.argv[1]), Embedder())))


def read_cases(folder: Path) -> list[Case]:
    """The cases, in the file's order."""
    found = []
    for record in _lines(folder / "evidence_train.jsonl"):
        labels = {str(item["doc_id"]): item["label"] for item in record["evidence"]}
        labels = labels or {str(doc): "NONE" for doc in record["cited_doc_ids"]}
        found += [Case(record["claim"], doc, label) for doc, label in labels.items()]
    return found


def measure(folder: Path, embedder: Embedder) -> list[Measured]:
    """Every case measured; one pass of the embedder over each abstract and each claim."""
    cases = read_cases(folder)
    wanted = {case.doc_id for case in cases}
    measured: list[Measured] = []
    for paper in _lines(folder / "corpus.jsonl"):
        if paper["_id"] in wanted:
            about = [case for case in cases if case.doc_id == paper["_id"]]
            measured += _measure(about, paper["title"], paper["text"], embedder)
    return measured


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
        like = quote_similarity(tokens[i], [there[j] for j in nearest])
        parts = features(case.claim, quotes, like, [title])
        cosine = float((vectors[len(cases) :] @ vectors[i]).max())
        yield Measured(case, cosine, parts, turned(case.claim, quotes))


def fit(parts: Numbers, supported: NDArray[np.bool_]) -> Numbers:
    """The bias and weights of a logistic regression, by the least penalised log-loss."""
    x = np.column_stack([np.ones(len(parts)), parts])
    sign = np.where(supported, 1.0, -1.0)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margin = sign * (x @ weights)
        pull = -sign / (1 + np.exp(margin))
        penalty = _RIDGE * weights * np.r_[0, np.ones(parts.shape[1])]
        value = float(np.logaddexp(0, -margin).sum() + weights @ penalty / 2)
        return value, np.asarray(x.T @ pull + penalty)

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, method="BFGS").x)


def cross_validated(rows: Sequence[Measured], names: Sequence[str], *, halve: bool) -> Numbers:
    """The probability of SUPPORT of every case, from weights fitted without its group."""
    parts = np.array([[row.parts[name] for name in names] for row in rows])
    supported = np.array([row.case.label == "SUPPORT" for row in rows])
    groups, total = _groups(rows), np.zeros(len(rows))
    for repeat in range(_REPEATS):
        order = np.random.default_rng(_SEED + repeat).permutation(groups.max() + 1)
        folds = order[groups] % _FOLDS
        for fold in range(_FOLDS):
            unseen = folds == fold
            weights = fit(parts[~unseen], supported[~unseen])
            total[unseen] += 1 / (1 + np.exp(-(weights[0] + parts[unseen] @ weights[1:])))
    halved = np.array([halve and row.turned for row in rows])
    return np.where(halved, total / 2, total) / _REPEATS


def _groups(rows: Sequence[Measured]) -> NDArray[np.int64]:
    """A number for each case, the same where claims or abstracts are shared, also by a chain."""
    claims = np.unique([row.case.claim for row in rows], return_inverse=True)[1]
    papers = np.unique([row.case.doc_id for row in rows], return_inverse=True)[1]
    size = int(claims.max() + papers.max() + 2)
    edges = (np.ones(len(rows)), (claims, papers + claims.max() + 1))
    labels = connected_components(coo_matrix(edges, shape=(size, size)), directed=False)[1]
    return np.asarray(labels[claims], dtype=np.int64)


def auroc(scores: Numbers, right: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> float:
    """The chance that a right case scores above a wrong one: Mann-Whitney's U / (n m)."""
    statistic = mannwhitneyu(scores[right], scores[wrong]).statistic
    return float(statistic) / float(right.sum() * wrong.sum())


def report(rows: Sequence[Measured]) -> str:
    """Markdown: counts, ablation, reliability, verdicts, and the fitted table."""
    full = cross_validated(rows, NAMES, halve=True)
    counts = {name: sum(row.case.label == name for row in rows) for name in _LABELS}
    lines = [
        f"{len(rows)} cases: {counts}",
        "",
        *_ablation(rows, full),
        "",
        *_reliability(rows, full),
    ]
    lines += ["", *_verdicts(rows, full), ""]
    weights = fit(
        np.array([[row.parts[name] for name in NAMES] for row in rows]),
        np.array([row.case.label == "SUPPORT" for row in rows]),
    )
    lines.append(f"BIAS = {weights[0]:.2f}")
    table = ", ".join(f'"{n}": {w:.2f}' for n, w in zip(NAMES, weights[1:], strict=True))
    return "\n".join([*lines, f"WEIGHTS = {{{table}}}"])


_LABELS = ("SUPPORT", "CONTRADICT", "NONE")


def _ablation(rows: Sequence[Measured], full: Numbers) -> list[str]:
    scores = {"best sentence's cosine, alone": np.array([row.cosine for row in rows])}
    for count in range(1, len(NAMES) + 1):
        title = NAMES[0] if count == 1 else f"+ {NAMES[count - 1]}"
        scores[title] = cross_validated(rows, NAMES[:count], halve=False)
    scores["+ halving (as shipped)"] = full
    for name in NAMES:
        others = [other for other in NAMES if other != name]
        scores[f"shipped without {name}"] = cross_validated(rows, others, halve=True)
    labels = np.array([row.case.label for row in rows])
    right = labels == "SUPPORT"
    lines = [
        "| AUROC of SUPPORT against | the rest | no evidence | CONTRADICT |",
        "|---|---|---|---|",
    ]
    for title, score in scores.items():
        wrongs = (~right, labels == "NONE", labels == "CONTRADICT")
        figures = " | ".join(f"{auroc(score, right, wrong):.3f}" for wrong in wrongs)
        lines.append(f"| {title} | {figures} |")
    return lines


def _reliability(rows: Sequence[Measured], full: Numbers) -> list[str]:
    """What was said against what was so; the errors as in Guo et al. 2017 (arXiv:1706.04599)."""
    right = np.array([row.case.label == "SUPPORT" for row in rows])
    bins = np.minimum((full * _BINS).astype(int), _BINS - 1)
    lines, error = ["| said | cases | mean said | supported |", "|---|---|---|---|"], 0.0
    for i in sorted(set(bins.tolist())):
        inside = bins == i
        said, so = full[inside].mean(), right[inside].mean()
        error += inside.mean() * abs(said - so)
        span = f"{i / _BINS:.1f} to {(i + 1) / _BINS:.1f}"
        lines.append(f"| {span} | {inside.sum()} | {said:.2f} | {so:.2f} |")
    brier = float(((full - right) ** 2).mean())
    base = float(right.mean() * (1 - right.mean()))
    note = f"Calibration error {error:.3f}; Brier {brier:.3f} (always the base rate: {base:.3f})."
    return [*lines, "", note]


def _verdicts(rows: Sequence[Measured], full: Numbers) -> list[str]:
    labels = np.array([row.case.label for row in rows])
    partial = (full >= UNSUPPORTED) & (full < SUPPORTED)
    chosen = {"supported": full >= SUPPORTED, "partial": partial, "unsupported": full < UNSUPPORTED}
    lines = [f"| verdict | {' | '.join(_LABELS)} |", "|---|---|---|---|"]
    for verdict, inside in chosen.items():
        counts = " | ".join(str(int((inside & (labels == name)).sum())) for name in _LABELS)
        lines.append(f"| {verdict} | {counts} |")
    return lines


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


if __name__ == "__main__":
    main()
