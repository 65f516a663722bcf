"""Losses that the teacher and the student share."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from eval.training.examples import Query


def sentence_targets(queries: Sequence[Query], scores: Tensor) -> Tensor:
    """Which sentences answer, in the shape of ``scores`` (queries, most), of those not cut."""
    wanted = torch.zeros(scores.shape, dtype=torch.bool)
    for row, query in enumerate(queries):
        for number in query.sentences:
            if number < scores.shape[1]:
                wanted[row, number] = True
    return wanted.to(scores.device) & scores.isfinite()


def softmax_loss(scores: Tensor, wanted: Tensor) -> Tensor:
    """-log of the share that the wanted ones of a row have under a softmax; the mean over rows.

    Rows without a wanted one do not count. ``scores`` and ``wanted`` have shape (rows, choices).
    """
    known = wanted.any(-1)
    if not known.any():
        return scores.new_zeros(())
    logs = scores[known].float().log_softmax(-1)
    return -logs.masked_fill(~wanted[known], float("-inf")).logsumexp(-1).mean()


def divergence(scores: Tensor, told: Tensor) -> Tensor:
    """Kullback-Leibler divergence of softmax(scores) from softmax(told); the mean over rows.

    Both have shape (rows, choices); -inf in ``told`` marks what is no choice, and a row of a single
    choice does not count.
    """
    there = told.isfinite() & scores.isfinite()
    rows = there.sum(-1) > 1
    if not rows.any():
        return scores.new_zeros((), dtype=torch.float32)
    there, told = there[rows], told[rows].float()
    logs = scores[rows].float().masked_fill(~there, -1e4).log_softmax(-1)
    wanted = told.masked_fill(~there, -1e4).softmax(-1)
    return nn.functional.kl_div(logs, wanted, reduction="batchmean")
