"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/choose.py and rag/abstain.py; what the fit is worth, in
docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.logit import Logit

ANOTHER_PAPER = Logit(
    bias=-8.968,
    coefficients={
        "score": 5.288,
        "lead": 7.489,
        "title": 9.086,
        "text": 7.647,
        "wanted": 2.477,
        "joined": 1.74,
    },
    threshold=0.0,
)

ANSWERABLE = Logit(
    bias=-4.971,
    coefficients={
        "near": 9.857,
        "sentence": 1.122,
        "title": 1.737,
        "size": 1.071,
        "size_cosine": 1.494,
        "strange": -1.483,
        "absent": -2.001,
        "named_absent": -0.621,
        "detail": -6.155,
        "count": -5.717,
        "definition": 3.425,
    },
    threshold=1.346,
)

LISTED = Logit(
    bias=-10.819,
    coefficients={
        "score": 7.405,
        "of_best": 9.781,
        "held": 1.76,
        "of_most": -0.361,
    },
    threshold=-1.0,
)
