"""Which language model answers, in words. Pure."""

from __future__ import annotations

from rag.types import ModelChoice
from ui.render.text import escape, sentence_case

_MODES = {"openai": "Endpoint", "local": "Local model", "quotes": "Quotes only"}


def mode_name(mode: str, model: str) -> str:
    """The mode in words, with the model's name where one is at work; escaped."""
    if mode == "quotes":
        return "Quotes only, no language model"
    return escape(", ".join(part for part in (_MODES.get(mode, mode), model) if part))


def mode_badge(choice: ModelChoice) -> str:
    """The mode in use and the reason for it."""
    detail = "no language model" if choice.mode == "quotes" else choice.model
    named = f'<span class="model">{escape(detail)}</span>' if detail else ""
    return (
        f"<strong>{_MODES[choice.mode]}</strong>{named}"
        f'<span class="why">{escape(sentence_case(choice.why))}</span>'
    )
