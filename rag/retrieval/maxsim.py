"""MaxSim, the score of late interaction (ColBERT)."""

from __future__ import annotations

import numpy as np

from rag.models.tokens import States


def maxsim(cosines: States, weights: States | None = None) -> float:
    """The mean, over a question's tokens, of the cosine with the most similar token of the paper.

    ``cosines`` has shape (question tokens, paper tokens), ``weights`` (question tokens,). Returns
    -1 to 1; 0 if either side has no token. It is eq. 3 of ColBERT (Khattab and Zaharia 2020,
    arXiv:2004.12832), with a mean instead of a sum.
    """
    if not cosines.size:
        return 0.0
    return float(np.average(cosines.max(axis=1), weights=weights))
