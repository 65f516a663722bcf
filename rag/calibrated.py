"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/choose.py and rag/abstain.py; what the fit is worth, in
docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.logit import Logit

ANSWERS = Logit(bias=0.0, coefficients={"pieces": 1.0, "with_title": 1.0})

ANOTHER_PAPER = Logit(
    bias=-10.089,
    coefficients={
        "score": 7.502,
        "lead": 7.044,
        "title": 9.908,
        "text": 4.493,
        "wanted": 2.436,
        "joined": 1.624,
    },
    threshold=0.0,
)

ANSWERABLE = Logit(
    bias=-4.927,
    coefficients={
        "near": 9.05,
        "sentence": 1.117,
        "title": 2.188,
        "size": 1.158,
        "size_cosine": 1.288,
        "strange": -1.2,
        "absent": -2.03,
        "named_absent": -0.751,
        "detail": -6.068,
        "count": -5.399,
        "definition": 3.541,
    },
    threshold=1.258,
)

LISTED = Logit(
    bias=-10.634,
    coefficients={
        "score": 8.32,
        "of_best": 9.496,
        "held": 1.361,
        "of_most": -0.597,
    },
    threshold=-0.5,
)
