"""Endpoints of language models, and their failures as one sentence with a remedy."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from rag.errors import EndpointError
from rag.models.allowance import Allowance

if TYPE_CHECKING:
    import openai

# In the words of servers: "maximum context length", "the available context size", "n_ctx" ...
_TOO_LONG = re.compile(r"context.?(?:length|size|window)|n_ctx|prompt is too long", re.IGNORECASE)

_PAUSE_S = 0.5  # before a request is sent again
_LONGEST_PAUSE_S = 20.0  # that an endpoint may ask for; a reader waits


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served. ``model`` None means the first that it lists; hides the key.

    In seconds: ``timeout_s`` is how long the endpoint may send nothing, ``deadline_s`` how long a
    reply may take in all, whatever it sends.
    """

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    timeout_s: float = 60.0
    deadline_s: float = 300.0


class RedirectedError(Exception):
    """The endpoint sends to another host, whose name this is."""


def translated(
    exc: Exception, endpoint: Endpoint, allowance: Allowance | None = None
) -> EndpointError:
    """The EndpointError for an exception of the client or its HTTP library, without the key.

    ``allowance`` is what the reply could take, and has taken.
    """
    import httpx
    import openai

    url = shown(endpoint.base_url)
    if allowance is not None and allowance.spent:
        sent = allowance.bytes_left <= 0
        return EndpointError(
            f"The endpoint {url} {'sends without end' if sent else 'took too long to reply'}.",
            "Choose another model, or raise PAPERCHAT_LLM_DEADLINE if it is only slow.",
            "endless",
        )
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
    if isinstance(exc, RecursionError):
        exc = ValueError("its JSON is nested too deeply")
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
    import httpx

    found = ("", "unreachable")
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, RedirectedError):
            return f": it sends to another host, {cause}, which is not followed", "redirect"
        if isinstance(cause, httpx.TooManyRedirects):
            return ": it redirects to itself", "redirect"
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


def pause_before_retry(exc: openai.OpenAIError) -> float | None:
    """Seconds after which the same request may succeed; None if it would fail again."""
    import openai

    if isinstance(exc, openai.APIConnectionError):
        lasting = isinstance(exc, openai.APITimeoutError) or _unreached(exc)[1] != "unreachable"
        return None if lasting else _PAUSE_S
    if not isinstance(exc, openai.APIStatusError):
        return None
    if exc.status_code not in (408, 409, 429) and exc.status_code < 500:
        return None
    asked = _retry_after(exc.response.headers)
    return _PAUSE_S if asked is None else asked if asked <= _LONGEST_PAUSE_S else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a reply asks to wait; None if it does not say."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        said = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", said):
            return float(said) / unit
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, until.timestamp() - time.time())


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
