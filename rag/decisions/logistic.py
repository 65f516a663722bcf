"""A logistic decision: a few named features, one coefficient each. The fit is in the evaluation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Log odds = bias + the sum of coefficient times signal; yes from ``threshold`` on."""

    bias: float
    coefficients: Mapping[str, float]
    threshold: float = 0.0

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The log odds of yes. Every coefficient's signal must be there."""
        return self.bias + sum(value * features[name] for name, value in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """Of yes, 0 to 1."""
        return 1 / (1 + math.exp(-self.log_odds(features)))

    def accepts(self, features: Mapping[str, float]) -> bool:
        """Whether the log odds reach the threshold."""
        return self.log_odds(features) >= self.threshold
