"""Logistic models: a few named features, one coefficient each, and a threshold.

Their weights are JSON files in `weights/`. Each file says what it decides, which command fitted it,
and on which data. `python -m eval.fit` fits them. Those in `weights/plain/` do without what only
the heads of this project's encoder say, and serve every other embedder.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"


def sigmoid(log_odds: float) -> float:
    """The probability, 0 to 1, for log-odds."""
    return 1 / (1 + math.exp(-log_odds))


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Log-odds = bias + the sum of coefficient times feature; yes from ``threshold`` on.

    ``threshold`` and ``rejects_below`` are log-odds. A no is sure only up to ``rejects_below``, if
    the model has one; between the two the model cannot tell.
    """

    bias: float
    coefficients: Mapping[str, float]
    threshold: float = 0.0
    rejects_below: float | None = None

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The log-odds of yes. Raises KeyError if a feature is missing; ignores further ones."""
        return self.bias + sum(value * features[name] for name, value in self.coefficients.items())

    def some_log_odds(self, features: Mapping[str, float]) -> float:
        """The log-odds of yes where a missing feature is 0: of many, as words, few are there."""
        known = self.coefficients
        return self.bias + sum(known.get(name, 0.0) * value for name, value in features.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability of yes, 0 to 1."""
        return sigmoid(self.log_odds(features))

    def accepts(self, features: Mapping[str, float]) -> bool:
        """Whether the log-odds reach the threshold."""
        return self.log_odds(features) >= self.threshold

    def rejects(self, features: Mapping[str, float]) -> bool:
        """Whether the log-odds are low enough for a sure no; never without ``rejects_below``."""
        return self.rejects_below is not None and self.log_odds(features) <= self.rejects_below


def weights_file(name: str, *, plain: bool) -> Path:
    """The file with the weights of a model."""
    return (WEIGHTS / "plain" if plain else WEIGHTS) / f"{name}.json"


@cache
def load(name: str, *, plain: bool = False) -> LogisticModel:
    """The model whose weights are in ``weights/NAME.json``, or in ``weights/plain/``, read once."""
    raw = json.loads(weights_file(name, plain=plain).read_text(encoding="utf-8"))
    return LogisticModel(
        raw["bias"], raw["coefficients"], raw["threshold"], raw.get("rejects_below")
    )
