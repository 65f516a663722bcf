"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/choose.py and rag/abstain.py; what the fit is worth, in
docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.logit import Logit

ANOTHER_PAPER = Logit(
    bias=-8.18,
    coefficients={
        "score": 4.647,
        "lead": 8.126,
        "title": 8.004,
        "text": 4.771,
        "wanted": 2.072,
        "joined": 1.698,
    },
    threshold=0.0,
)

ANSWERABLE = Logit(
    bias=-3.938,
    coefficients={
        "near": 7.298,
        "title": 2.874,
        "size": 0.972,
        "size_cosine": 1.498,
        "strange": -1.424,
        "absent": -1.743,
        "named_absent": -0.42,
        "detail": -5.969,
        "count": -4.681,
        "definition": 3.828,
    },
    threshold=0.882,
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
