"""MaxSim, the score of late interaction."""

from __future__ import annotations

import numpy as np

from rag.models.tokens import States


def maxsim(cosines: States, weights: States | None = None) -> float:
    """The mean over a question's tokens of the cosine with the paper's most similar token.

    ``cosines`` has shape (question tokens, paper tokens), ``weights`` (question tokens,). 0 where
    either has no token. MaxSim of ColBERT (Khattab and Zaharia 2020, arXiv:2004.12832, eq. 3), as
    a mean.
    """
    if not cosines.size:
        return 0.0
    return float(np.average(cosines.max(axis=1), weights=weights))
