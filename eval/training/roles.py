"""The head of sentence roles, fitted once more to the finished encoder.

The encoder's own head is trained beside six other losses, sees only the mean of a sentence, and at
even odds it seldom says a rare role. Here the head is trained alone, on the finished states: what
is linear in the mean, and for each role four vectors, whose MaxSim with the sentence's tokens says
whether a few of its words tell the role. Each bias is such that log-odds from 0 on, which mean that
a sentence has the role, give the best F1 on the split `fit`. The gist's head stays: trained in this
way it is no better.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from eval.reader.data import ROLES, Split
from eval.training.encoder import Encoder, Read, sentences_there
from eval.training.examples import Examples
from eval.training.texts import Texts

_EPOCHS, _BATCH = 6, 8  # papers
_RATE, _MEAN_RATE = 0.02, 0.002  # a mean, whose scale is 20 times a state's, needs smaller steps
_DROPPED = 0.3  # of the dimensions; with .2 and .4 the F1 on the split `fit` is the same
_THRESHOLDS = np.linspace(0.5, 0.999, 300)  # quantiles of the log-odds


@dataclass(frozen=True, slots=True)
class _Papers:
    """A batch of papers, read; ``there`` (papers, most sentences), ``roles`` (sentences, roles)."""

    read: Read
    there: Tensor
    roles: Tensor


def refit_roles(folder: Path, examples: Examples) -> float:
    """Replace the roles' head in ``folder``; the mean F1 on the split `fit`."""
    torch.manual_seed(0)
    encoder = Encoder.load(folder).eval()
    texts = Texts(encoder.tokenizer, examples, encoder.device)
    _train(encoder, _papers(encoder, texts, examples, "train"))
    unseen = _papers(encoder, texts, examples, "fit")
    with torch.no_grad():
        log_odds = torch.cat([_log_odds(encoder, papers, papers.read) for papers in unseen])
        roles = torch.cat([papers.roles for papers in unseen])
        scores = []
        for at in range(len(ROLES)):
            threshold, score = _best(log_odds[:, at].numpy(), roles[:, at].numpy() > 0)
            encoder.roles.bias[at] -= threshold
            scores.append(score)
    encoder.save_heads(folder)
    return float(np.mean(scores))


def _train(encoder: Encoder, batches: list[_Papers]) -> None:
    """Train all of the head but the gist's row, which has no part in the loss."""
    vectors, (weight, bias) = encoder.role_tokens.requires_grad_(), encoder.roles.parameters()
    with torch.no_grad():
        vectors[:-1].normal_(0, 0.2)  # not alike, or all would learn the same
        weight[:-1] = 0
        bias[:-1] = -4  # near the sum of the vectors' MaxSim, at first, times -1
    groups = [{"params": [vectors, bias], "lr": _RATE}, {"params": [weight], "lr": _MEAN_RATE}]
    optimizer = torch.optim.Adam(groups)
    steps = _EPOCHS * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(_EPOCHS):
        for at in torch.randperm(len(batches)).tolist():
            papers = batches[at]
            found = _log_odds(encoder, papers, _without_some_dimensions(papers.read))
            loss = nn.functional.binary_cross_entropy_with_logits(found, papers.roles)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()


def _without_some_dimensions(read: Read) -> Read:
    """Dropout; in a paper the same dimensions of all tokens, or the mean would hardly change."""
    kept = torch.ones_like(read.states[:, :1])
    return Read(
        read.pooled,
        read.states * nn.functional.dropout(kept, _DROPPED),
        read.inside,
        read.sentence,
    )


def _log_odds(encoder: Encoder, papers: _Papers, read: Read) -> Tensor:
    """The log-odds of all roles but the gist; shape (sentences, roles)."""
    return encoder.role_logits(read)[papers.there][:, :-1]


def _papers(encoder: Encoder, texts: Texts, examples: Examples, split: Split) -> list[_Papers]:
    """The labelled papers of a split, those of about the same length together."""
    places = [i for i, d in enumerate(examples.documents) if d.split == split and d.roles]
    places.sort(key=lambda place: len(texts.documents[place].ids))
    found = []
    for start in range(0, len(places), _BATCH):
        part = places[start : start + _BATCH]
        with torch.no_grad():
            read = encoder.read(texts.document_batch(part))
        there = sentences_there(read.sentence)
        roles = torch.zeros(*there.shape, len(ROLES))
        for row, place in enumerate(part):
            for at, numbers in enumerate(examples.documents[place].roles or ()):
                roles[row, [n for n in numbers if n < there.shape[1]], at] = 1
        found.append(_Papers(read, there, roles[there]))
    return found


def _best(log_odds: NDArray[np.float32], wanted: NDArray[np.bool_]) -> tuple[float, float]:
    """The threshold with the best F1, and that F1."""

    def f1(threshold: float) -> float:
        said = log_odds >= threshold
        return float(2 * (said & wanted).sum() / max(1, said.sum() + wanted.sum()))

    threshold = max(np.quantile(log_odds, _THRESHOLDS).tolist(), key=f1)
    return threshold, f1(threshold)
