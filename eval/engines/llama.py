"""An OpenAI-compatible endpoint as llama-index's `LLM`, for its query engine and its evaluators.

The product itself speaks to every model through `rag.models.endpoints.chat`; its adapter to
llama-index lives here because only the evaluation needs one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import openai
from llama_index.core.callbacks import CallbackManager
from llama_index.llms.openai_like import OpenAILike

from rag.models.endpoints.sending.endpoint import Endpoint, translated

MAX_TOKENS = 400
CONTEXT = 4096
_RETRIES = 2
# Nothing arrives before the whole reply is written, which takes a small machine a minute or more.
_SHORTEST_TIMEOUT_S = 300.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@contextmanager
def llama_llm(endpoint: Endpoint, model: str, callbacks: CallbackManager) -> Iterator[OpenAILike]:
    """``model`` at ``endpoint`` at temperature 0; its connections end with the context.

    Failures of the endpoint inside the context are raised as EndpointError.
    """
    with (
        _translating_errors(endpoint),
        openai.DefaultHttpxClient(trust_env=_uses_proxy(endpoint)) as http,
    ):
        yield _made(endpoint, model, callbacks, http_client=http)


@asynccontextmanager
async def async_llama_llm(
    endpoint: Endpoint, model: str, callbacks: CallbackManager
) -> AsyncIterator[OpenAILike]:
    """The same for asynchronous calls; it lives in one event loop."""
    with _translating_errors(endpoint):
        async with openai.DefaultAsyncHttpxClient(trust_env=_uses_proxy(endpoint)) as http:
            yield _made(endpoint, model, callbacks, async_http_client=http)


def _made(
    endpoint: Endpoint, model: str, callbacks: CallbackManager, **client: Any
) -> OpenAILike:  # its constructor takes the clients, which its type does not say
    return OpenAILike(
        model=model,
        api_base=endpoint.base_url,
        api_key=endpoint.api_key or "none",  # an empty one makes it look in the environment
        is_chat_model=True,
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        context_window=CONTEXT,
        timeout=max(endpoint.timeout_s, _SHORTEST_TIMEOUT_S),
        max_retries=_RETRIES,
        callback_manager=callbacks,
        **client,
    )


@contextmanager
def _translating_errors(endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except openai.OpenAIError as exc:
        raise translated(exc, endpoint) from exc


def _uses_proxy(endpoint: Endpoint) -> bool:
    """Whether to use a proxy from the environment: not for an endpoint on this machine."""
    return urlsplit(endpoint.base_url).hostname not in _LOOPBACK
