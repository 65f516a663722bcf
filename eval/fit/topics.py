"""Fits the finder of topics (rag/query/topic.py), and measures it on unseen messages.

    python -m eval.fit.topics [--write]

The examples are data/questions/topics.jsonl: messages with the stretch that is their topic.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.dataset import read_lines
from eval.fit.fitting import Flags, Numbers
from eval.fit.intents import EXAMPLES
from rag.query.topic import WEIGHTS, best_stretch, features, tokens_of

_FOLDS = 5
_KNOWN = 6  # messages that have a word; a rarer one is like any other rare one
_FEWEST = 2  # words that have a feature
_C = 0.5  # inverse of the L2 penalty
_LEAST = 0.02  # a smaller weight is left out
_BONUSES = (0.0, 0.3, 0.6, 0.9, 1.2, 1.6, 2.0)  # log-odds


def main() -> None:
    """Fit, print figures, and perhaps write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit.topics", description=__doc__)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rows = read_lines(EXAMPLES / "topics.jsonl", "message", dict)
    seen_in = Counter(
        w for row in rows for w in {t.group().lower() for t in tokens_of(row["text"])}
    )
    known = {word for word, times in seen_in.items() if times >= _KNOWN}
    found, inside, groups = [], [], []
    for number, row in enumerate(rows):
        tokens = tokens_of(row["text"])
        start = row["text"].index(row["topic"])
        words = [token.group() for token in tokens]
        for place, token in enumerate(tokens):
            found.append(features(words, place, known))
            inside.append(start <= token.start() and token.end() <= start + len(row["topic"]))
            groups.append(number)
    labels, of_message = np.array(inside), np.array(groups)
    count = Counter(name for names in found for name in names)
    columns = {n: i for i, n in enumerate(sorted(n for n, c in count.items() if c >= _FEWEST))}
    at = [(row, columns[n]) for row, names in enumerate(found) for n in names if n in columns]
    ones, places = np.ones(len(at)), tuple(zip(*at, strict=True))
    matrix = csr_matrix((ones, places), (len(found), len(columns)))
    odds = np.zeros(len(labels))
    for seen, unseen in GroupKFold(_FOLDS).split(matrix, labels, of_message):
        odds[unseen] = _fit(matrix[seen], labels[seen]).decision_function(matrix[unseen])
    # A stretch is longer, and seldom broken by "and" or "of", if each word gets a little more.
    bonus, right, exact = max(
        ((bonus, *_agreement(odds + bonus, labels, of_message)) for bonus in _BONUSES),
        key=lambda item: item[1],
    )
    print(f"bonus {bonus}: word F1 {right:.3f}, exactly right {exact:.3f}")
    model = _fit(matrix, labels)
    weights = {
        name: round(float(model.coef_[0][place]), 3)
        for name, place in columns.items()
        if abs(model.coef_[0][place]) >= _LEAST
    }
    if given.write:
        bias = round(float(model.intercept_[0]) + bonus, 3)
        fitted = {"bias": bias, "weights": weights, "known": sorted(known)}
        WEIGHTS.write_text(
            json.dumps(fitted, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
        )


def _agreement(odds: Numbers, labels: Flags, groups: NDArray[np.int64]) -> tuple[float, float]:
    """Mean F1 of the chosen words with the marked ones, and the share of messages where it is 1."""
    shared = []
    for number in range(groups[-1] + 1):
        own = groups == number
        start, end = best_stretch(odds[own].tolist())
        chosen = np.zeros(own.sum(), dtype=bool)
        chosen[start:end] = True
        both = (chosen & labels[own]).sum()
        shared.append(2 * both / max(1, chosen.sum() + labels[own].sum()))
    return float(np.mean(shared)), float(np.mean(np.array(shared) == 1))


def _fit(matrix: csr_matrix, labels: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=_C, max_iter=500).fit(matrix, labels)


if __name__ == "__main__":
    main()
