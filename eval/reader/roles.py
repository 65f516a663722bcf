"""Scores predicted roles of sentences against the labelled ones. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.reader.data import ROLES, ReaderPaper
from eval.scoring.stats import Counts, Figure, Numbers, pooled, pooled_share


def role_figures(
    papers: Sequence[ReaderPaper], log_odds: Mapping[str, NDArray[np.floating]]
) -> dict[str, Figure]:
    """F1 of each role over all sentences, their mean ("macro F1"), and how often the gist is right.

    ``log_odds`` are by paper id, shape (sentences, roles + 1): the roles in the order of `ROLES`,
    and last the gist. A sentence has a role from 0 on; the gist is the sentence with the highest.
    Papers without labels are left out, and so are papers without predictions.
    """
    labelled = [paper for paper in papers if paper.roles and paper.paper_id in log_odds]
    if not labelled:
        return {}
    counts = np.array([_counts(paper, log_odds[paper.paper_id]) for paper in labelled])
    found: dict[str, Figure] = {
        role: pooled(counts[:, at : at + 1], _mean_f1, int(counts[:, at, 1].sum()))
        for at, role in enumerate(ROLES)
        if counts[:, at, 1].any()
    }
    gist = pooled_share([(_gist_right(p, log_odds[p.paper_id]), 1) for p in labelled])
    assert gist is not None
    return {**found, "macro F1": pooled(counts, _mean_f1, len(labelled)), "gist": gist}


def _counts(paper: ReaderPaper, log_odds: NDArray[np.floating]) -> Counts:
    """For each role (both labelled and predicted, labelled + predicted); shape (roles, 2)."""
    assert paper.roles is not None
    labelled = np.zeros((len(paper.sentences), len(ROLES)), dtype=bool)
    for at, role in enumerate(ROLES):
        labelled[list(paper.roles.numbers[role]), at] = True
    predicted = log_odds[:, : len(ROLES)] >= 0
    both = (labelled & predicted).sum(axis=0)
    return np.stack([both, labelled.sum(axis=0) + predicted.sum(axis=0)], axis=1)


def _mean_f1(sums: Counts) -> Numbers:
    """(draws, roles, 2) to (draws,); a role that is neither labelled nor predicted has no F1."""
    both, total = sums[..., 0], sums[..., 1]
    known = np.maximum(1, (total > 0).sum(axis=1))
    return np.asarray((2 * both / np.maximum(1, total)).sum(axis=1) / known)


def _gist_right(paper: ReaderPaper, log_odds: NDArray[np.floating]) -> int:
    assert paper.roles is not None
    return int(np.argmax(log_odds[:, -1]) == paper.roles.gist)
