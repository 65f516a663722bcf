"""Tests an endpoint: which models it lists, whether it replies, and how long that takes.

It is asked as a question asks it: for JSON by a schema, with instructions, in a stream.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self

from pydantic import OnErrorOmit

from rag.errors import EndpointError
from rag.models.endpoints.chat import ANSWERED, ChatModel, Message
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.models.endpoints.sending.served import same_model_name
from rag.models.endpoints.structured import Exchange, Reply, complete
from rag.text.sentences.markers import cited_sentences

_ASKED: Sequence[Message] = (
    {
        "role": "system",
        "content": 'Answer from the numbered sentences. Reply in JSON alone: {"claims": '
        '[{"sources": [numbers], "sentence": "..."}]}.',
    },
    {"role": "user", "content": "[1] The well is nine metres deep.\n\nHow deep is the well?"},
)
_TOKENS = 400


class _Claims(Reply):
    claims: tuple[OnErrorOmit[dict[str, Any]], ...] = ()

    @classmethod
    def of_prose(cls, text: str) -> Self | None:
        """As answers are read: prose will do if it cites."""
        return cls() if any(cited_sentences(text)) else None


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
    """Ask the endpoint for its models, and its model for a word in JSON. Retries nothing.

    A list that is missing, or lacks the model, is no trouble if the model replies.
    """
    models: tuple[str, ...] = ()
    with closing(ChatModel(endpoint, retries=0)) as chat:
        try:
            models = _listed(chat)
            chat.name  # noqa: B018 - without a name the list is asked for it, before the clock runs
            began, exchange = clock(), Exchange()
            if complete(chat, _ASKED, _Claims, _TOKENS, exchange=exchange) is None:
                return Probe(models, trouble=_unreadable(endpoint, exchange))
            return Probe(models, chat.name, clock() - began)
        except EndpointError as exc:
            missing = exc.fault in ("address", "failed") and not _has(endpoint, models)
            return Probe(models, trouble=_not_listed(endpoint, models) if missing else exc)


def _listed(chat: ChatModel) -> tuple[str, ...]:
    """The listed models; empty if the server shows no list and the endpoint names a model."""
    try:
        return tuple(chat.models())
    except EndpointError as exc:
        if chat.endpoint.model is not None and exc.fault in ANSWERED:
            return ()
        raise


def _has(endpoint: Endpoint, models: Sequence[str]) -> bool:
    """Whether the model is listed, as far as there are a list and a name."""
    named = endpoint.model
    return not (named and models) or any(same_model_name(named, model) for model in models)


def _not_listed(endpoint: Endpoint, models: tuple[str, ...]) -> EndpointError:
    some = ", ".join(models[:4]) + (f" and {len(models) - 4} more" if len(models) > 4 else "")
    return EndpointError(
        f"The endpoint {endpoint.shown} has no model {endpoint.model!r}.",
        f"It has {some}.",
        "model",
    )


def _unreadable(endpoint: Endpoint, exchange: Exchange) -> EndpointError:
    cut = ": its tokens were used up before" if exchange.cut else ""
    return EndpointError(
        f"The endpoint {endpoint.shown} replies, but not with the JSON that it is asked for{cut}.",
        "Choose another model in PAPERCHAT_LLM_MODEL; this one's answers would be quotes.",
        "unreadable",
    )
