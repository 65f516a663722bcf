"""Tests an endpoint: which models it lists, whether it replies, and how long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from rag.errors import EndpointError
from rag.models.chat import ChatModel
from rag.models.endpoint import Endpoint, shown

_ASKED = ({"role": "user", "content": "Reply with the one word: ready"},)
# Enough for models that think before their first word; others stop earlier.
_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Probe:
    """The result: ``model`` replied within ``seconds``, or ``trouble`` says why it did not.

    ``models`` are those that the endpoint lists, even if it failed afterwards.
    """

    models: tuple[str, ...] = ()
    model: str = ""
    seconds: float = 0.0
    trouble: EndpointError | None = None


def probe(endpoint: Endpoint, clock: Callable[[], float] = time.monotonic) -> Probe:
    """Ask the endpoint for its models, then its model for one word. Neither raises nor retries."""
    models: tuple[str, ...] = ()
    with closing(ChatModel(endpoint, retries=0)) as chat:
        try:
            models = _listed(chat)
            if endpoint.model and models and endpoint.model not in models:
                raise _not_listed(endpoint, models)
            model = endpoint.model or chat.name
            began = clock()
            chat.complete(_ASKED, max_tokens=_TOKENS)
            return Probe(models, model, clock() - began)
        except EndpointError as exc:
            return Probe(models, trouble=exc)


def _listed(chat: ChatModel) -> tuple[str, ...]:
    """The listed models; empty if the server has no list and the endpoint names a model."""
    try:
        return tuple(chat.models())
    except EndpointError as exc:
        if exc.fault == "address" and chat.endpoint.model is not None:
            return ()
        raise


def _not_listed(endpoint: Endpoint, models: tuple[str, ...]) -> EndpointError:
    some = ", ".join(models[:4]) + (f" and {len(models) - 4} more" if len(models) > 4 else "")
    return EndpointError(
        f"The endpoint {shown(endpoint.base_url)} has no model {endpoint.model!r}.",
        f"It has {some}.",
        "model",
    )
