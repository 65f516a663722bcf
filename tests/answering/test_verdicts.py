"""What the support of a claim is made of, and where its verdict turns."""

from __future__ import annotations

import math

import pytest
from test_support import NEAR, QUOTE

from rag.answering.prompts import READING
from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.verify.support import check_claim, contradicted, features, probability
from rag.decisions.logistic import load, sigmoid

PRUNED = "The method reduces parameters."


def test_quotes_are_read_one_after_the_other() -> None:
    quotes = ["It has 12", "SINet runs"]
    assert check_claim("SINet has 12.", quotes, NEAR).missing == ()
    assert features("Rivers carry silt", ["many rivers", "carry", "silt"], NEAR) == {
        "token_recall": 0.8,
        "term_coverage": 1.0,
        "opposition": 0.0,
    }
    assert contradicted("It does not reduce parameters.", ["It can reduce", "parameters"])


def test_the_words_of_a_title_count() -> None:
    quotes, titles = ["It reduces parameters."], ["Pruning of portraits"]
    claim = "Pruning of portraits reduces parameters."
    with_title = probability(claim, quotes, QuoteSimilarity(0.6), titles)
    assert with_title > probability(claim, quotes, QuoteSimilarity(0.6))
    check = check_claim(claim, quotes, QuoteSimilarity(0.6), titles)
    assert check.support == round(with_title, 3) != with_title


def test_what_is_denied_is_half_as_likely() -> None:
    claim = "The method does not reduce parameters."
    likely = load("claim_support").probability(features(claim, [QUOTE], NEAR))
    assert probability(claim, [QUOTE], NEAR) == likely / 2


@pytest.mark.parametrize(
    ("claim", "quote", "verdict"),
    [
        (PRUNED, PRUNED, "supported"),
        ("FogNet loses objects.", "Old trackers lose objects, whereas FogNet runs.", "unsupported"),
        (PRUNED + " " * 79 + ".", PRUNED, "supported"),
        (PRUNED + " " * 80 + ".", PRUNED, "unsupported"),
        (READING[:120], READING[:120], "unsupported"),
    ],
)
def test_what_no_similarity_makes_right(claim: str, quote: str, verdict: str) -> None:
    check = check_claim(claim, [quote], QuoteSimilarity(1.0))
    assert (check.verdict, check.missing) == (verdict, ())
    assert check.support > 0.5


def odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


@pytest.mark.parametrize(
    ("wanted", "verdict"),
    [(0.5, "supported"), (0.499, "partial"), (0.25, "partial"), (0.249, "unsupported")],
)
def test_two_judges_meet_in_the_middle_of_their_log_odds(wanted: float, verdict: str) -> None:
    alone = probability(PRUNED, [QUOTE], QuoteSimilarity(0.6))
    other = sigmoid(2 * odds(wanted) - odds(alone))
    check = check_claim(PRUNED, [QUOTE], QuoteSimilarity(0.6), entailed=other)
    assert (check.support, check.verdict) == (wanted, verdict)


def test_no_judge_is_ever_quite_sure() -> None:
    def support(entailed: float) -> float:
        return check_claim(PRUNED, [QUOTE], QuoteSimilarity(0.6), entailed=entailed).support

    assert support(1.0) == support(0.98) > support(0.97)
    assert support(0.0) == support(0.02) < support(0.03)
