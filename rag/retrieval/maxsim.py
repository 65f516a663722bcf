"""MaxSim, the score of late interaction."""

from __future__ import annotations

import numpy as np

from rag.models.tokens import States


def maxsim(cosines: States, weights: States | None = None) -> float:
    """The mean over a question's pieces of the nearest piece of the paper, by ``weights``.

    MaxSim of ColBERT (Khattab and Zaharia 2020, arXiv:2004.12832, eq. 3), as a mean. 0 of nothing.
    """
    if not cosines.size:
        return 0.0
    return float(np.average(cosines.max(axis=1), weights=weights))
