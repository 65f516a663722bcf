"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/choose.py and rag/abstain.py; what the fit is worth, in
docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.logit import Logit

ANSWERS = Logit(
    bias=-0.272,
    coefficients={
        "cosine": 0.2,
        "overlap": 1.957,
        "pieces": 0.226,
        "with_title": 2.219,
        "with_before": -0.733,
        "covered": -3.249,
        "number": 1.826,
        "link": -3.108,
        "cosine_behind": -0.519,
        "overlap_behind": -1.923,
        "pieces_behind": -3.097,
        "with_title_behind": -12.066,
        "with_before_behind": -10.485,
        "covered_behind": -0.439,
        "first": -4.025,
        "last": -0.99,
    },
    threshold=0.0,
)

ANOTHER_PAPER = Logit(
    bias=-11.475,
    coefficients={
        "score": 8.162,
        "lead": 11.293,
        "title": 10.481,
        "text": 7.843,
        "wanted": 1.968,
        "joined": 1.451,
    },
    threshold=0.0,
)

ANSWERABLE = Logit(
    bias=-4.804,
    coefficients={
        "near": 8.324,
        "sentence": 1.139,
        "title": 2.211,
        "size": 1.317,
        "size_cosine": 0.996,
        "strange": -1.101,
        "absent": -2.062,
        "named_absent": -0.652,
        "detail": -5.992,
        "count": -4.773,
        "definition": 3.533,
    },
    threshold=1.274,
)

LISTED = Logit(
    bias=-14.05,
    coefficients={
        "score": 8.986,
        "of_best": 11.177,
        "held": 0.115,
        "of_most": 0.422,
    },
    threshold=-1.5,
)
