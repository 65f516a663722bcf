"""Which language model answers, and what is said when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Mode: TypeAlias = Literal["openai", "local", "quotes"]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which language model answers, and why."""

    mode: Mode
    model: str
    why: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """Why quotes stand in for a language model: what happened, and what to do.

    ``fault`` is one word for the cause, as in `EndpointError`.
    """

    fault: str
    what: str
    remedy: str
