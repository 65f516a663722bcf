"""Fits the classifier of joints (rag/query/parts.py), and measures it on unseen messages.

    python -m eval.fit.parts [--write]

The examples are in data/questions: messages with ``parts`` are split there and nowhere else, all
others nowhere.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.fit.intents import messages
from rag.query.parts import WEIGHTS, features, joints_in

_FOLDS = 5
_FEWEST = 3  # joints that have a feature
_C = 0.3  # inverse of the L2 penalty
_LEAST = 0.02  # a smaller weight is left out
_SLACK = 8  # characters between a joint and the part after it: "and also, "


def starts_of(message: str, parts: list[str]) -> list[int]:
    """Where the second and each later part starts."""
    starts, at = [], 0
    for part in parts:
        start = message.index(part, at)
        starts.append(start)
        at = start + len(part)
    return starts[1:]


def main() -> None:
    """Fit, print figures, and perhaps write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit.parts", description=__doc__)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found, yes, groups = [], [], []
    for number, row in enumerate(messages()):
        text, parts = row["text"], row.get("parts", [])
        starts = starts_of(text, parts) if len(parts) > 1 else []
        for joint in joints_in(text):
            found.append(features(text, joint))
            yes.append(any(joint.start() <= at <= joint.end() + _SLACK for at in starts))
            groups.append(number)
    labels, of_message = np.array(yes), np.array(groups)
    count = Counter(name for names in found for name in names)
    columns = {n: i for i, n in enumerate(sorted(n for n, c in count.items() if c >= _FEWEST))}
    at = [(row, columns[n]) for row, names in enumerate(found) for n in names if n in columns]
    matrix = csr_matrix(
        (np.ones(len(at)), tuple(zip(*at, strict=True))), (len(found), len(columns))
    )
    split = np.zeros(len(labels), dtype=bool)
    for seen, unseen in GroupKFold(_FOLDS).split(matrix, labels, of_message):
        split[unseen] = _fit(matrix[seen], labels[seen]).predict(matrix[unseen])
    two = np.unique(of_message[labels])
    right = [bool((split == labels)[of_message == n].all()) for n in two]
    wrongly = set(of_message[split]) - set(two)
    print(f"{np.mean(right):.3f} of {len(two)} messages of several parts are split rightly")
    print(f"{len(wrongly)} of {number + 1 - len(two)} other messages are split")
    model = _fit(matrix, labels)
    weights = {
        name: round(float(model.coef_[0][place]), 3)
        for name, place in columns.items()
        if abs(model.coef_[0][place]) >= _LEAST
    }
    if given.write:
        known = {"bias": round(float(model.intercept_[0]), 3), "weights": weights}
        WEIGHTS.write_text(json.dumps(known, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _fit(matrix: csr_matrix, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=_C, max_iter=500).fit(matrix, labels)


if __name__ == "__main__":
    main()
