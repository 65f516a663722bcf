"""The head of sentence roles, fitted once more to the finished encoder.

The encoder's own head is trained beside six other losses, and at even odds it seldom says a rare
role. Here each role is a logistic regression on the finished states. Its bias is such that log-odds
from 0 on, which mean that a sentence has the role, give the best F1 on the split `fit`. The gist's
head stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from eval.reader.data import ROLES, Split
from eval.training.encoder import Encoder, sentence_means, sentences_there
from eval.training.examples import Examples
from eval.training.texts import Texts

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
_C = 0.03  # inverse of the L2 penalty; of six tried, the best on the split `fit`
_BATCH = 32
_THRESHOLDS = np.linspace(0.5, 0.999, 300)  # quantiles of the log-odds


def refit_roles(folder: Path, examples: Examples) -> float:
    """Replace the roles' head in ``folder``; the mean F1 on the split `fit`."""
    encoder = Encoder.load(folder).eval()
    texts = Texts(encoder.tokenizer, examples, encoder.device)
    states, labels = _sentences(encoder, texts, examples, "train")
    unseen, wanted = _sentences(encoder, texts, examples, "fit")
    scores = []
    for at in range(len(ROLES)):
        fitted = LogisticRegression(C=_C, max_iter=500).fit(states, labels[:, at])
        log_odds = fitted.decision_function(unseen)
        threshold, score = _best(log_odds, wanted[:, at])
        scores.append(score)
        with torch.no_grad():
            encoder.roles.weight[at] = torch.from_numpy(fitted.coef_[0])
            encoder.roles.bias[at] = float(fitted.intercept_[0] - threshold)
    encoder.save_heads(folder)
    return float(np.mean(scores))


def _sentences(
    encoder: Encoder, texts: Texts, examples: Examples, split: Split
) -> tuple[Numbers, Flags]:
    """What the head sees of each labelled sentence, and its roles; shape (sentences, ...)."""
    papers = [i for i, d in enumerate(examples.documents) if d.split == split and d.roles]
    states, labels = [], []
    for start in range(0, len(papers), _BATCH):
        part = papers[start : start + _BATCH]
        with torch.no_grad():
            read = encoder.read(texts.document_batch(part))
        means = sentence_means(read.states, read.sentence).numpy()
        counts = sentences_there(read.sentence).sum(-1).tolist()
        for row, (place, count) in enumerate(zip(part, counts, strict=True)):
            states.append(means[row, :count])
            labels.append(_labels(examples.documents[place].roles or (), count))
    return np.concatenate(states), np.concatenate(labels)


def _labels(roles: Sequence[Sequence[int]], count: int) -> Flags:
    return np.array([[number in of_role for of_role in roles] for number in range(count)])


def _best(log_odds: Numbers, wanted: Flags) -> tuple[float, float]:
    """The threshold with the best F1, and that F1."""

    def f1(threshold: float) -> float:
        said = log_odds >= threshold
        return float(2 * (said & wanted).sum() / max(1, said.sum() + wanted.sum()))

    threshold = max(np.quantile(log_odds, _THRESHOLDS).tolist(), key=f1)
    return threshold, f1(threshold)
