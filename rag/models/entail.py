"""Whether quotes entail a claim, by a model that the user has: an opinion beside `rag.ground`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelUnavailableError
from rag.prompts import ENTAILMENT_TOKENS, entailment_messages, parse_entailment

if TYPE_CHECKING:
    from rag.models.chat import ChatModel

# (claim, quotes) -> the probability that the quotes entail the claim, 0 to 1.
Entails = Callable[[str, Sequence[str]], float]


def by_chat(chat: ChatModel) -> Entails:
    """Ask a language model; raises EndpointError as `ChatModel.complete` does."""

    def entails(claim: str, quotes: Sequence[str]) -> float:
        messages = entailment_messages(claim, quotes)
        return parse_entailment(chat.complete(messages, max_tokens=ENTAILMENT_TOKENS))

    return entails


def by_cross_encoder(name: str) -> Entails:
    """A cross-encoder for natural language inference: a folder, or a hub name.

    Its labels must name entailment, or it must have one output, read as log odds. Raises
    ModelUnavailableError where it cannot be loaded or judges something else.
    """
    from sentence_transformers import CrossEncoder

    try:
        model: Any = CrossEncoder(name, device="cpu")
    except (OSError, ValueError) as exc:
        raise ModelUnavailableError(
            f"The cross-encoder {name!r} cannot be loaded: {exc}", _MEND
        ) from exc
    labels = {index: str(label).lower() for index, label in model.config.id2label.items()}
    entailed = [index for index, label in labels.items() if label.startswith("entail")]
    if not entailed and len(labels) > 1:
        has = ", ".join(labels.values())
        raise ModelUnavailableError(
            f"The cross-encoder {name!r} has no label for entailment: {has}.", _MEND
        )

    def entails(claim: str, quotes: Sequence[str]) -> float:
        scores = model.predict([(" ".join(quotes), claim)], activation_fn=_as_they_are())
        odds = np.asarray(scores, dtype=np.float64).reshape(-1)
        if len(odds) == 1:
            return float(1 / (1 + np.exp(-odds[0])))
        shares = np.exp(odds - odds.max())
        return float(shares[entailed[0]] / shares.sum())

    return entails


_MEND = "Give a folder or a hub name of an entailment model in PAPERCHAT_JUDGE, or unset it."


def _as_they_are() -> Any:
    """Its own outputs, whatever function the model's files would put over them."""
    import torch

    return torch.nn.Identity()
