"""Endpoints of language models, and their failures as one sentence with a remedy."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import EndpointError

if TYPE_CHECKING:
    import openai

# In the words of servers: "maximum context length", "the available context size", "n_ctx" ...
_TOO_LONG = re.compile(r"context.?(?:length|size|window)|n_ctx|prompt is too long", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served. ``model`` None means the first that it lists; hides the key.

    ``timeout_s`` is how long the endpoint may send nothing, in seconds.
    """

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    timeout_s: float = 60.0


def translated(exc: Exception, endpoint: Endpoint) -> EndpointError:
    """The EndpointError for an exception of the client or its HTTP library, without the key."""
    import httpx
    import openai

    url = shown(endpoint.base_url)
    if isinstance(exc, openai.APITimeoutError | httpx.TimeoutException):
        return EndpointError(
            f"The endpoint {url} sent nothing for {endpoint.timeout_s:g} s.",
            "See whether it is running, raise PAPERCHAT_LLM_TIMEOUT, or use --llm quotes.",
            "silent",
        )
    if isinstance(exc, openai.APIConnectionError):
        why, fault = _unreached(exc)
        return EndpointError(
            f"The endpoint {url} cannot be reached{why}.",
            "Start its server, correct PAPERCHAT_LLM_BASE_URL, or use --llm quotes.",
            fault,
        )
    if _TOO_LONG.search(_detail(exc, endpoint)):
        return EndpointError(
            f"The endpoint {url} takes no prompt so long{_detail(exc, endpoint)}.",
            "Lower PAPERCHAT_LLM_BUDGET, or give the model a larger context.",
            "context",
        )
    if isinstance(exc, openai.APIStatusError):
        return _refusal(exc, endpoint)
    return EndpointError(
        f"The endpoint {url} broke off in the middle of its reply{_detail(exc, endpoint)}.",
        "Ask again, or use --llm quotes.",
        "broken",
    )


def _unreached(exc: BaseException) -> tuple[str, str]:
    """Why a connection failed, and the fault, by the innermost exception: the most specific."""
    found = ("", "unreachable")
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            found = ": there is no host of that name", "host"
        elif isinstance(cause, ConnectionRefusedError):
            found = ": nothing listens on that port", "refused"
        elif isinstance(cause, ssl.SSLCertVerificationError):
            found = f": its certificate is not trusted ({cause.verify_message})", "unreachable"
        elif isinstance(cause, ssl.SSLError):
            found = ": it does not speak https", "url"
        cause = cause.__cause__ or cause.__context__
    return found


def _refusal(exc: openai.APIStatusError, endpoint: Endpoint) -> EndpointError:
    url, status = shown(endpoint.base_url), exc.status_code
    if status in (401, 403):  # the message may repeat part of the key
        return EndpointError(
            f"The endpoint {url} refused the key (status {status}).",
            "Set PAPERCHAT_LLM_API_KEY or OPENAI_API_KEY to a key that it takes.",
            "key",
        )
    if status == 404:
        named = "" if endpoint.model is None else f" no model {endpoint.model!r}, or"
        return EndpointError(
            f"The endpoint {url} has{named} no such address (status 404){_detail(exc, endpoint)}.",
            "Set PAPERCHAT_LLM_MODEL to a model it serves, or correct PAPERCHAT_LLM_BASE_URL.",
            "address",
        )
    if status == 429:
        return EndpointError(
            f"The endpoint {url} takes no more requests now{_detail(exc, endpoint)}.",
            "Wait a little, see to the account's quota, or use --llm quotes.",
            "busy",
        )
    return EndpointError(
        f"The endpoint {url} failed with status {status}{_detail(exc, endpoint)}.",
        "Ask again, see the server's own log, or use --llm quotes.",
        "failed",
    )


def _detail(exc: Exception, endpoint: Endpoint) -> str:
    """``: `` and the endpoint's message, shortened and without the key."""
    import openai

    body = exc.body if isinstance(exc, openai.APIError) else None
    words = str(body.get("message", "")) if isinstance(body, dict) else str(exc)
    if endpoint.api_key:
        words = words.replace(endpoint.api_key, "***")
    words = " ".join(words.split())[:200].rstrip(". ")
    return f": {words}" if words else ""


def shown(url: str) -> str:
    """The URL without the user name and password that it may contain."""
    scheme, mark, rest = url.rpartition("://")
    authority, slash, path = rest.partition("/")
    return scheme + mark + authority.rpartition("@")[2] + slash + path
