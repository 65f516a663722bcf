"""Fits the classifier of intents (rag/query/intent.py), and measures it on unseen messages.

    python -m eval.fit.intents [--index DIR] [--write]

The examples are in data/questions, and questions of data/reader that one paper answers. A message of two parts counts as one of the kind of its first
part, and each of its parts as an example of its own.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from eval.dataset import read_lines
from eval.reader.data import load_papers
from rag.engine import Engine
from rag.query.intent import WEIGHTS, dense_features, word_runs
from rag.query.query import QueryText
from rag.settings import CHECKOUT, load_settings

EXAMPLES = CHECKOUT / "data" / "questions"
_FOLDS = 5
_FEWEST = 2  # examples that have a run of words
_C = 3.0  # inverse of the L2 penalty; 1 to 10 give the same within .005
_YES_NO = re.compile(r"(?:is|are|was|were|does|do|did|can|could|has|have|will|would)\b", re.I)
Labels = NDArray[np.str_]


def messages() -> list[dict[str, Any]]:
    """The written messages, as they are in their files."""
    files = sorted(EXAMPLES.glob("kinds_*.jsonl"))
    return [row for path in files for row in read_lines(path, "message", dict)]


def examples() -> Iterator[tuple[str, str, int]]:
    """(text, label, number of its message)."""
    number = 0
    for number, row in enumerate(messages()):
        yield row["text"], row["kind"], number
        if len(row.get("parts", ())) > 1:
            for part, kind in zip(row["parts"], row["kinds"], strict=True):
                yield part, kind, number
    for text in _of_one_paper():
        number += 1
        yield text, "yes_no" if _YES_NO.match(text) else "lookup", number


def _of_one_paper() -> Iterator[str]:
    """Questions of the reader data that one paper answers: what such questions are like at length.

    One for every second paper that the encoder was trained on.
    """
    for place, paper in enumerate(load_papers(split="train")[::2]):
        asked = paper.of("fact", "para")
        if asked:
            yield asked[place % len(asked)].text


class Features:
    """The features of texts; those of words are the runs that the training texts share."""

    def __init__(self, texts: Sequence[str], dense: NDArray[np.float32]) -> None:
        self.runs = [word_runs(text) for text in texts]
        self.dense = dense

    def vocabulary(self, among: NDArray[np.int64]) -> list[str]:
        """The runs of words that at least two of the texts have."""
        count = Counter(run for place in among for run in self.runs[place])
        return sorted(run for run, times in count.items() if times >= _FEWEST)

    def matrix(
        self, among: NDArray[np.int64], vocabulary: Sequence[str], *, plain: bool
    ) -> csr_matrix:
        """Shape (texts, runs [+ dense])."""
        rows = {run: place for place, run in enumerate(vocabulary)}
        places = [
            (at, rows[run], len(self.runs[i]))
            for at, i in enumerate(among)
            for run in self.runs[i]
            if run in rows
        ]
        at, run, length = np.array(places).T
        words = csr_matrix((1 / np.sqrt(length), (at, run)), (len(among), len(rows)))
        if plain:
            return words * _WORDS
        return hstack([words * _WORDS, csr_matrix(self.dense[among])]).tocsr()


_WORDS = 3.0  # words are weighed so against the vector, whose squares sum to about ten


def fit(features: csr_matrix, labels: Labels) -> LogisticRegression:
    """The regression."""
    return LogisticRegression(C=_C, max_iter=2000).fit(features, labels)


def main() -> None:
    """Fit, print figures, and perhaps write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit.intents", description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with Engine(load_settings(index=given.index, llm="quotes")) as engine:
        texts, kinds, groups = (list(column) for column in zip(*examples(), strict=True))
        dense = np.stack([dense_features(QueryText(engine.library, text)) for text in texts])
    labels = np.array(["unknown" if kind == "gibberish" else kind for kind in kinds])
    features = Features(texts, dense)
    everything = np.arange(len(labels))
    saved: dict[str, NDArray[np.float16]] = {}
    vocabulary = features.vocabulary(everything)
    for name, plain in (("encoder", False), ("plain", True)):
        predicted = np.empty_like(labels)
        for seen, unseen in StratifiedGroupKFold(_FOLDS).split(texts, labels, groups):
            runs = features.vocabulary(seen)
            model = fit(features.matrix(seen, runs, plain=plain), labels[seen])
            predicted[unseen] = model.predict(features.matrix(unseen, runs, plain=plain))
        print(
            f"\n{name}: {np.mean(predicted == labels):.3f} right of {len(labels)} unseen messages"
        )
        _print_confusions(labels, predicted)
        model = fit(features.matrix(everything, vocabulary, plain=plain), labels)
        weights = model.coef_.T
        saved[f"{name}.words"] = _WORDS * weights[: len(vocabulary)]
        saved[f"{name}.dense"] = weights[len(vocabulary) :]
        saved[f"{name}.bias"] = model.intercept_
    if given.write:
        from safetensors.numpy import save_file

        known = json.dumps({"labels": model.classes_.tolist(), "runs": vocabulary})
        tensors = {
            key: np.ascontiguousarray(value.astype(np.float16)) for key, value in saved.items()
        }
        save_file(tensors, WEIGHTS, {"paperchat": known})


def _print_confusions(labels: Labels, predicted: Labels) -> None:
    print("| label | right | of | mostly taken for |\n|---|---:|---:|---|")
    for label in sorted(set(labels)):
        own = labels == label
        others = Counter(predicted[own & (predicted != label)]).most_common(3)
        wrong = ", ".join(f"{name} {times}" for name, times in others)
        print(f"| {label} | {np.mean(predicted[own] == label):.2f} | {own.sum()} | {wrong} |")


if __name__ == "__main__":
    main()
