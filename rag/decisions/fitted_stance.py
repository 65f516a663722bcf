"""Coefficients, fitted on SciFact's claims by `python -m eval.calibrate_stance`.

What each signal is stands in rag/comparing/stances/stance.py; what the fit is worth, in
docs/decisions/0010. Do not tune by hand.
"""

from __future__ import annotations

from rag.decisions.logistic import LogisticModel

SPEAKS = LogisticModel(
    bias=-14.848,
    coefficients={
        "cosine": 6.782,
        "overlap": 3.448,
        "pieces": 13.055,
    },
    threshold=-1.5,
)
CONTRADICTS = LogisticModel(
    bias=-0.539,
    coefficients={
        "opposed": 2.604,
    },
    threshold=-0.17,
)
SUPPORTS_BELOW = -1.01
