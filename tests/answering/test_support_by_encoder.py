"""The checks of a claim with the encoder's own similarities."""

from __future__ import annotations

import pytest

from eval.pairs.__main__ import checked, read_pairs
from rag.answering.verify.alignment import similarity_by
from rag.answering.verify.support import check_claim
from rag.models.embedding.embedder import Embedder


@pytest.mark.parametrize(
    ("quote", "true", "false"),
    [
        (
            "Our method reduces the error.",
            "The method lowers the error.",
            "The method raises the error.",
        ),
        (
            "Pruning improves the speed of the model.",
            "Pruning increases model speed.",
            "Pruning decreases model speed.",
        ),
        (
            "The new loss leads to higher accuracy.",
            "The loss gives higher accuracy.",
            "The loss gives lower accuracy.",
        ),
        (
            "Dropout does not improve accuracy.",
            "Dropout fails to improve accuracy.",
            "Dropout improves accuracy.",
        ),
    ],
)
def test_direction_is_read_in_context(
    embedder: Embedder, quote: str, true: str, false: str
) -> None:
    right, wrong = (_support(embedder, claim, quote) for claim in (true, false))
    assert wrong < 0.5 <= right


def _support(embedder: Embedder, claim: str, quote: str) -> float:
    return check_claim(claim, [quote], similarity_by(embedder)(claim, [quote])).support


def test_the_check_catches_the_written_pairs() -> None:
    outcomes = [(pair, check.verdict) for pair, check in checked(read_pairs("dev"))]
    wrong = [verdict == "unsupported" for pair, verdict in outcomes if not pair.right]
    right = [verdict == "unsupported" for pair, verdict in outcomes if pair.right]
    assert sum(wrong) >= 0.9 * len(wrong)
    assert sum(right) <= 0.05 * len(right)
