"""Coefficients, fitted on SciFact's claims by `python -m eval.calibrate_stance`.

What each signal is stands in rag/stance.py; what the fit is worth, in docs/decisions/0010. Do not
tune by hand.
"""

from __future__ import annotations

from rag.logit import Logit

SPEAKS = Logit(
    bias=-14.411,
    coefficients={
        "cosine": 6.94,
        "overlap": 2.697,
        "pieces": 12.671,
    },
    threshold=-1.5,
)
CONTRADICTS = Logit(
    bias=-0.4,
    coefficients={
        "opposed": 1.5,
    },
    threshold=0.0,
)
SUPPORTS_BELOW = -1.0
