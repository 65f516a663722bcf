"""The verdict on a claim: probabilities from what the claim reader says and from exact checks.

A multinomial logistic model, fitted by `python -m eval.training claims-verdict`, once for papers
that were named for the claim and once for papers that a search found. Figures:
docs/decisions/0024.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias, get_args

from rag.decisions.logistic import LogisticModel, weights_file
from rag.types import ClaimVerdict

VERDICTS: tuple[ClaimVerdict, ...] = get_args(ClaimVerdict)
WEIGHTS_NAME = "claim_verdict"
VETO = "far_number"  # the feature that rules support out; it is not fitted
_LEAST_AGAINST = 0.5
_OTHERS: tuple[ClaimVerdict, ...] = ("supported", "partly", "not_found")
# How the papers came to be read with the claim.
Setting: TypeAlias = Literal["named", "found"]


def verdict_probabilities(
    features: Mapping[str, float], setting: Setting
) -> dict[ClaimVerdict, float]:
    """The probability of each verdict; they add up to 1.

    A claim with a number that is far from all of the paper's is not supported.
    """
    odds = {verdict: model.log_odds(features) for verdict, model in _models()[setting].items()}
    if features[VETO]:
        odds["supported"] = -math.inf
    highest = max(odds.values())
    weights = {verdict: math.exp(value - highest) for verdict, value in odds.items()}
    total = sum(weights.values())
    return {verdict: weight / total for verdict, weight in weights.items()}


def verdict_of(odds: Mapping[ClaimVerdict, float]) -> ClaimVerdict:
    """The likeliest verdict; "contradicted" only where that is likelier than all else together.

    A false contradiction accuses someone, and is worse than a quote that the reader must judge.
    """
    if odds["contradicted"] >= _LEAST_AGAINST:
        return "contradicted"
    return max(_OTHERS, key=lambda verdict: odds[verdict])


@cache
def _models() -> Mapping[str, Mapping[ClaimVerdict, LogisticModel]]:
    raw = json.loads(weights_file(WEIGHTS_NAME, plain=False).read_text("utf-8"))
    return {
        setting: {
            verdict: LogisticModel(
                raw[setting][verdict]["bias"], raw[setting][verdict]["coefficients"]
            )
            for verdict in VERDICTS
        }
        for setting in ("named", "found")
    }
