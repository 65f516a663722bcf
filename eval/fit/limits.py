"""Fits the reader of limits (rag/query/limits.py), and measures it on unseen messages.

    python -m eval.fit.limits [--write]

The examples are data/questions/limits.jsonl: messages in which the limits are marked. Examples
without limits are the messages with topics, those that ask for a list, a count or the collection,
and the reader data's questions for lists.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.dataset import read_lines
from eval.fit.fitting import Flags, Numbers
from eval.fit.intents import EXAMPLES, messages
from eval.reader.data import load_papers
from rag.query.limits import PARTS, WEIGHTS, Part, Token, features, plain, tokens_of, with_cue
from rag.query.topic import best_stretch

_FOLDS = 5
_KNOWN = 3  # messages that have a word; a rarer one is like any other rare one
_FEWEST = 2  # words that have a feature
_C = 5.0  # inverse of the L2 penalty
_LEAST = 0.02  # a smaller weight is left out
# Added to the log-odds of each word: most messages have no limit, and to miss one is worse than to
# read one that is a word too long.
_BONUS = 1.0
_EVERY = 3  # papers of the reader data from which one question is taken
_SETS = ("list", "count", "collection")
Row = dict[str, Any]


def examples() -> list[Row]:
    """The marked messages, and the others without marks."""
    marked: list[Row] = read_lines(EXAMPLES / "limits.jsonl", "message", dict)
    others = read_lines(EXAMPLES / "topics.jsonl", "message", dict)
    others += [row for row in messages() if row["kind"] in _SETS and "parts" not in row]
    papers = load_papers(split="train")[::_EVERY]
    others += [{"text": item.question} for paper in papers for item in paper.of("topic")[:1]]
    unmarked = {row["text"] for row in others} - {row["text"] for row in marked}
    return sorted([*marked, *({"text": text} for text in unmarked)], key=lambda row: row["text"])


def main() -> None:
    """Fit, print figures, and perhaps write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit.limits", description=__doc__)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rows = examples()
    seen_in = Counter(w for row in rows for w in {plain(t.text) for t in tokens_of(row["text"])})
    known = {word for word, times in seen_in.items() if times >= _KNOWN}
    fitted: Row = {"known": sorted(known)}
    for part in PARTS:
        fitted[part] = _fitted(part, rows, known | {"<cue>"})
    fitted["known"].append("<cue>")
    if given.write:
        text = json.dumps(fitted, ensure_ascii=False, indent=0)
        WEIGHTS.write_text(f"{text}\n", encoding="utf-8")


def _fitted(part: Part, rows: Sequence[Row], known: set[str]) -> Row:
    """Bias and weights for one part; prints how well it is found in unseen messages."""
    if part == "apart":
        rows = [row for row in rows if "cue" in row]
    tokens = [_tokens(row, part) for row in rows]
    inside = [_inside(row, part, own) for row, own in zip(rows, tokens, strict=True)]
    words = [[plain(token.text) for token in own] for own in tokens]
    found = [features(own, place, known) for own in words for place in range(len(own))]
    labels = np.concatenate(inside)
    groups = np.repeat(np.arange(len(rows)), [len(own) for own in words])
    count = Counter(name for names in found for name in names)
    columns = {n: i for i, n in enumerate(sorted(n for n, c in count.items() if c >= _FEWEST))}
    at = [(row, columns[n]) for row, names in enumerate(found) for n in names if n in columns]
    ones, places = np.ones(len(at)), tuple(zip(*at, strict=True))
    matrix = csr_matrix((ones, places), (len(found), len(columns)))
    odds = np.zeros(len(labels))
    for seen, unseen in GroupKFold(_FOLDS).split(matrix, labels, groups):
        odds[unseen] = _fit(matrix[seen], labels[seen]).decision_function(matrix[unseen])
    ends = np.cumsum([len(own) for own in words])[:-1]
    print(f"{part}: {_figures(inside, np.split(odds + _BONUS, ends))}")
    model = _fit(matrix, labels)
    weights = {
        name: round(float(model.coef_[0][place]), 3)
        for name, place in columns.items()
        if abs(model.coef_[0][place]) >= _LEAST
    }
    return {"bias": round(float(model.intercept_[0]) + _BONUS, 3), "weights": weights}


def _tokens(row: Row, part: Part) -> list[Token]:
    """The words of a message; for what is left out with its cue as one of them."""
    tokens = tokens_of(row["text"])
    start = row["text"].index(row.get("cue", ""))
    return with_cue(tokens, start, start + len(row["cue"])) if part == "apart" else tokens


def _inside(row: Row, part: Part, tokens: Sequence[Token]) -> Flags:
    """Whether each word belongs to the part, which follows the cue if it is left out."""
    if part not in row:
        return np.zeros(len(tokens), dtype=bool)
    behind = row["text"].index(row["cue"]) + len(row["cue"]) if part == "apart" else 0
    start = row["text"].index(row[part], behind)
    end = start + len(row[part])
    return np.array([start <= token.start and token.end <= end for token in tokens])


def _figures(inside: Sequence[Flags], odds: Sequence[Numbers]) -> str:
    """How often the stretch is found, exactly or in part, and how often one that is not there."""
    exact, partly, wrongly = 0, 0, 0
    for marked, own in zip(inside, odds, strict=True):
        start, end = best_stretch(own.tolist())
        chosen = np.zeros(len(own), dtype=bool)
        chosen[start:end] = True
        exact += bool(marked.any() and (chosen == marked).all())
        partly += bool((chosen & marked).any())
        wrongly += bool(chosen.any() and not marked.any())
    there = sum(bool(marked.any()) for marked in inside)
    return (
        f"{exact} of {there} exactly right, {partly} at least in part; "
        f"in {wrongly} of the {len(inside) - there} others one is found"
    )


def _fit(matrix: csr_matrix, labels: Flags) -> LogisticRegression:
    return LogisticRegression(C=_C, max_iter=500).fit(matrix, labels)


if __name__ == "__main__":
    main()
