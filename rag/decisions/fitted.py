"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/decisions/papers.py, rag/decisions/answerability.py and
rag/answering/rewriting.py; what the fit is worth, in docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.decisions.logistic import LogisticModel

ANSWERS = LogisticModel(
    bias=-0.262,
    coefficients={
        "cosine": 0.286,
        "overlap": 1.97,
        "pieces": 0.239,
        "with_title": 1.978,
        "with_before": -0.555,
        "covered": -3.329,
        "number": 1.836,
        "link": -3.101,
        "cosine_behind": -0.543,
        "overlap_behind": -1.916,
        "pieces_behind": -2.994,
        "with_title_behind": -12.431,
        "with_before_behind": -10.514,
        "covered_behind": -0.281,
        "first": -4.029,
        "last": -0.996,
    },
    threshold=0.0,
)

ANOTHER_PAPER = LogisticModel(
    bias=-11.431,
    coefficients={
        "score": 8.057,
        "lead": 11.905,
        "title": 10.743,
        "text": 7.688,
        "wanted": 1.972,
        "joined": 1.449,
    },
    threshold=0.0,
)

ANSWERABLE = LogisticModel(
    bias=-4.756,
    coefficients={
        "near": 8.182,
        "sentence": 1.154,
        "title": 2.371,
        "size": 1.303,
        "size_cosine": 1.028,
        "strange": -1.089,
        "absent": -2.071,
        "named_absent": -0.666,
        "detail": -6.034,
        "count": -4.803,
        "definition": 3.525,
    },
    threshold=1.246,
)

LISTED = LogisticModel(
    bias=-14.096,
    coefficients={
        "score": 9.007,
        "of_best": 11.235,
        "held": 0.09,
        "of_most": 0.423,
    },
    threshold=-1.5,
)

FOLLOW_UP = LogisticModel(
    bias=-4.749,
    coefficients={
        "soon": 4.671,
        "points": 1.997,
        "opens": -0.913,
        "bare": 5.446,
        "brief": 5.063,
        "own": -2.39,
        "elsewhere": -3.141,
        "better": 6.821,
    },
    threshold=-1.544,
)
