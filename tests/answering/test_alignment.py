"""How similar a claim is to its quotes, token by token, with token states made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hashing_embedder import HashingEmbedder

from rag.answering.verify.alignment import QuoteSimilarity, quote_similarity, similarity_by
from rag.models.embedding.tokens import TokenStates


def tokens(text: str, *degrees: float) -> TokenStates:
    """A token for each word, as an angle: the cosine of two words is that of their difference."""
    ends = [sum(len(word) + 1 for word in text.split()[: n + 1]) - 1 for n in range(len(degrees))]
    starts = [end - len(word) for end, word in zip(ends, text.split(), strict=False)]
    angles = np.radians(np.array(degrees, dtype=np.float32))
    states = np.stack([np.cos(angles), np.sin(angles)], axis=1).reshape(-1, 2)
    return TokenStates(text, states, tuple(zip(starts, ends, strict=True)))


def cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def test_the_recall_is_the_mean_of_each_tokens_best_cosine_in_any_quote() -> None:
    claim, one, other = tokens("a b", 0, 90), tokens("c d", 30, 200), tokens("e", 100)
    found = quote_similarity(claim, [one, tokens(""), other])
    assert found.recall == pytest.approx((cosine(30) + cosine(10)) / 2)
    assert found.against == 0.0
    assert quote_similarity(claim, [other]).recall == pytest.approx((cosine(100) + cosine(10)) / 2)


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        (tokens(""), [tokens("a", 0)]),
        (tokens("a", 0), []),
        (tokens("a", 0), [tokens(""), tokens("")]),
        (tokens("a", 0), [tokens("b", 180)]),
    ],
)
def test_without_anything_alike_the_recall_is_zero(
    claim: TokenStates, quotes: list[TokenStates]
) -> None:
    assert quote_similarity(claim, quotes) == QuoteSimilarity(0.0, 0.0)


UP, DOWN = "improves", "reduces"


@pytest.mark.parametrize(
    ("claim", "quotes", "against"),
    [
        # Of two words of direction the nearer one counts, and only if it is the opposite one.
        (tokens(UP, 0), [tokens(DOWN, 20)], cosine(20)),
        (tokens(UP, 0), [tokens(UP, 20)], 0.0),
        (tokens(UP, 0), [tokens(f"{DOWN} {UP}", 20, 40)], cosine(20)),
        (tokens(UP, 0), [tokens(f"{DOWN} {UP}", 40, 20)], 0.0),
        (tokens(UP, 0), [tokens(f"{DOWN} {UP}", 20, 20)], 0.0),
        (tokens(UP, 0), [tokens(UP, 40), tokens(DOWN, 30)], cosine(30)),
        (tokens(UP, 0), [tokens(DOWN, 100)], 0.0),
        (tokens(UP, 0), [tokens("does not improve", 90, 90, 10)], cosine(10)),
        (tokens(UP, 0), [tokens("the method", 0, 0)], 0.0),
        # The worst of the claim's words counts.
        (tokens(f"{UP} {DOWN}", 0, 180), [tokens(f"{DOWN} {UP}", 30, 160)], cosine(20)),
        (tokens(f"{UP} {DOWN}", 0, 180), [tokens(f"{DOWN} {UP}", 20, 150)], cosine(20)),
        (tokens(UP, 0), [tokens(DOWN, 0)], 1.0),
    ],
)
def test_what_opposes_is_the_nearest_word_of_the_other_direction(
    claim: TokenStates, quotes: list[TokenStates], against: float
) -> None:
    assert quote_similarity(claim, quotes).against == pytest.approx(against, abs=1e-6)
    assert quote_similarity(claim, quotes).against <= 1.0


def test_rounding_makes_nothing_more_than_the_same() -> None:
    claim, quote = (
        TokenStates(word, np.full((1, 2), 0.72, np.float32), ((0, len(word)),))
        for word in (UP, DOWN)
    )
    assert quote_similarity(claim, [quote]).recall == 1.0
    assert quote_similarity(tokens(UP, 0), [tokens(DOWN, 0)]).against == 1.0


def test_an_embedder_compares_a_claim_with_all_quotes() -> None:
    similarity = similarity_by(HashingEmbedder())
    assert similarity("Rivers carry silt", ["silt and", "rivers carry"]).recall == pytest.approx(1)
    assert similarity("Rivers carry silt", ["silt and"]).recall < 0.5
