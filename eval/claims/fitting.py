"""Fits the verdict on a claim: `python -m eval.claims.fitting [--write]`.

A multinomial logistic model (rag/decisions/claim_verdict.py) over what the claim reader says and
the exact checks, fitted twice:

- ``named``: claims of the reader data's split `fit` with their own papers, composed ones of the
  same papers, and the manuscripts' split `dev`.
- ``found``: some of the same claims with the papers that a search finds among all of the reader
  data. What the others than its own say of a claim is taken as nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.claims.cases import MANUSCRIPTS, ClaimCase, manuscript_cases, reader_cases
from eval.reader.asking import open_indexed
from eval.reader.data import READER, ReaderPaper, load_papers
from eval.training.claims.composing import Shares, compose
from eval.training.claims.examples import ClaimExample, Claims
from eval.training.examples import Document
from rag.checking.reading import excerpts_of, read_apart
from rag.decisions.claim_verdict import VERDICTS, VETO, WEIGHTS_NAME, Setting
from rag.decisions.logistic import weights_file
from rag.engine import Engine
from rag.index.library import Library
from rag.retrieval.search import retrieve
from rag.settings import load_settings
from rag.types import ClaimVerdict

_READ = 8  # papers that a search finds for a claim
_STEP = 3  # of the papers one in so many, whose claims are searched for
_NEAR = 4  # papers whose claims are joined to a paper's own
_MANUSCRIPT = 6.0  # weight of a sentence of a manuscript beside a claim of the reader data
_STRENGTH = 0.1  # inverse of the regularisation
# How far rare verdicts count for more: 1 makes all count the same, 0 leaves them as they are. Of
# the papers that a search finds seven of eight say nothing; with 0.5 the one that does is told in
# 73% of cases, and 0.4 others are for each claim.
_BALANCE: dict[Setting, float] = {"named": 1.0, "found": 0.5}

# Features, the right verdict, and the weight.
Row = tuple[dict[str, float], ClaimVerdict, float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The coefficients of each verdict, and the log loss on the examples, of five folds."""

    models: Mapping[str, Mapping[str, Any]]
    loss: float
    accuracy: float
    rows: int


def named_rows(library: Library, cases: Sequence[ClaimCase], weight: float = 1.0) -> Iterator[Row]:
    """Claims with the papers that they cite."""
    for case in cases:
        papers = [library.by_id[i] for i in case.by_paper]
        for reading in read_apart(library, case.claim, excerpts_of(library, case.claim, papers)):
            yield reading.features, case.by_paper[reading.papers[0].paper_id], weight


def found_rows(library: Library, cases: Sequence[ClaimCase]) -> Iterator[Row]:
    """Claims with the papers that a search finds."""
    for case in cases:
        papers = [item.paper for item in retrieve(library, case.claim, _READ).ranked]
        for reading in read_apart(library, case.claim, excerpts_of(library, case.claim, papers)):
            own = case.by_paper.get(reading.papers[0].paper_id, "not_found")
            yield reading.features, own, 1.0


def composed_cases(papers: Sequence[ReaderPaper], seed: int = 0) -> list[ClaimCase]:
    """Claims that are composed as for training, of papers that nothing is trained on."""
    documents = tuple(Document(p.paper_id, p.title, p.sentences, "train") for p in papers)
    kinds: dict[str, ClaimVerdict] = {
        "sup": "supported", "con": "contradicted", "nei": "not_found",
    }  # fmt: skip
    written = tuple(
        ClaimExample(item.text, place, kinds[item.kind], item.sentences)
        for place, paper in enumerate(papers)
        for item in paper.of("sup", "con", "nei")
    )
    count = len(papers)
    near = {
        place: [(place + step) % count for step in range(1, _NEAR + 1)] for place in range(count)
    }
    made = compose(Claims(documents, written), near, Shares(elsewhere=0.0), random.Random(seed))
    return [
        ClaimCase(str(at), one.text, (own,), one.verdict, {own: one.verdict})
        for at, one in enumerate(made)
        for own in [documents[one.document].id]
    ]


def fit(rows: Sequence[Row], balance: float) -> Fitted:
    """The multinomial logistic model of the rows; ``balance`` as in `_BALANCE`."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss
    from sklearn.model_selection import cross_val_predict

    names = sorted({*rows[0][0]} - {VETO})
    matrix = np.array([[features[name] for name in names] for features, _, _ in rows])
    labels = np.array([VERDICTS.index(verdict) for _, verdict, _ in rows])
    weights = np.array([weight for _, _, weight in rows])
    sizes = np.array([weights[labels == n].sum() for n in range(len(VERDICTS))])
    weights = weights * (weights.sum() / len(VERDICTS) / sizes)[labels] ** balance
    model = LogisticRegression(C=_STRENGTH, max_iter=5000)
    told = cross_val_predict(
        model, matrix, labels, cv=5, method="predict_proba", params={"sample_weight": weights}
    )
    model.fit(matrix, labels, sample_weight=weights)
    models: dict[str, Mapping[str, Any]] = {
        verdict: {
            "bias": round(float(model.intercept_[row]), 4),
            "coefficients": {
                name: round(float(value), 4)
                for name, value in zip(names, model.coef_[row], strict=True)
            },
        }
        for row, verdict in enumerate(VERDICTS)
    }
    return Fitted(
        models,
        round(float(log_loss(labels, told, sample_weight=weights)), 4),
        round(float(((told.argmax(1) == labels) * weights).sum() / weights.sum()), 4),
        len(rows),
    )


def main() -> None:
    """Fit both, print what they are worth, and with --write keep them."""
    parser = argparse.ArgumentParser(prog="python -m eval.claims.fitting", description=__doc__)
    parser.add_argument("--index", type=Path, metavar="DIR", help="keep the index here")
    parser.add_argument("--write", action="store_true", help="write the weights' file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="paperchat-") as apart:
        made = _fit_both(given.index or Path(apart))
    for setting, fitted in made.items():
        print(f"{setting}: {fitted.rows} rows, loss {fitted.loss}, accuracy {fitted.accuracy}")
    if given.write:
        said: dict[str, Any] = {
            "decides": "the verdict of a paper on a claim: the highest of four log-odds",
            "fitted_by": "python -m eval.claims.fitting --write",
            "fitted_on": "the reader data's split fit, and eval/manuscripts/dev.jsonl",
        }
        said |= {setting: fitted.models for setting, fitted in made.items()}
        file = weights_file(WEIGHTS_NAME, plain=False)
        file.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def _fit_both(folder: Path) -> dict[Setting, Fitted]:
    settings = load_settings(llm="quotes")
    written = [paper for paper in load_papers(READER) if paper.roles is not None]
    held = [paper for paper in load_papers(READER, "fit") if paper.of("sup")]
    everything = [paper.as_paper(order) for order, paper in enumerate(written)]
    cases = reader_cases(held)
    with open_indexed(settings, folder, everything) as engine:
        library = engine.library
        composed = composed_cases(held)
        named = [*named_rows(library, cases), *named_rows(library, composed)]
        partly = [case for case in composed if case.verdict == "partly"]
        found = list(found_rows(library, [*reader_cases(held[::_STEP]), *partly[::_STEP]]))
    with Engine(settings) as engine:
        dev = [c for c in manuscript_cases(MANUSCRIPTS / "dev.jsonl") if c.by_paper]
        named += named_rows(engine.library, dev, _MANUSCRIPT)
    rows: dict[Setting, list[Row]] = {"named": named, "found": found}
    return {setting: fit(some, _BALANCE[setting]) for setting, some in rows.items()}


if __name__ == "__main__":
    main()
