"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/choose.py and rag/abstain.py; what the fit is worth, in
docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.logit import Logit

ANOTHER_PAPER = Logit(
    bias=-8.181,
    coefficients={
        "score": 4.648,
        "lead": 8.125,
        "title": 8.005,
        "text": 4.772,
        "wanted": 2.072,
        "joined": 1.698,
    },
    threshold=0.0,
)

ANSWERABLE = Logit(
    bias=-4.751,
    coefficients={
        "near": 7.44,
        "sentence": 0.868,
        "title": 2.802,
        "size": 1.276,
        "size_cosine": 1.306,
        "strange": -1.383,
        "absent": -1.709,
        "named_absent": -0.42,
        "detail": -5.976,
        "count": -4.529,
        "definition": 3.783,
    },
    threshold=0.961,
)

LISTED = Logit(
    bias=-10.105,
    coefficients={
        "score": 7.729,
        "of_best": 8.226,
        "held": 1.261,
        "of_most": 0.285,
    },
    threshold=-1.5,
)
