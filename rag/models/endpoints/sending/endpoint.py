"""Endpoints of language models, and their failures as one sentence with a remedy."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias

from rag.errors import EndpointError
from rag.models.endpoints.replies.allowance import Allowance
from rag.models.endpoints.replies.pieces import ToldError, status_in
from rag.models.endpoints.sending.address import address_of, shown
from rag.models.endpoints.sending.words import words_of

# In the words of servers: "maximum context length", "the available context size", "n_ctx" ...
_TOO_LONG = re.compile(
    r"context.?(?:length|size|window)|context the overflows|n_ctx|prompt is too (?:long|large)"
    r"|too many (?:input )?tokens|input token count|max_new_tokens|reduce your (?:message|prompt)",
    re.IGNORECASE,
)

# Statuses that say nothing of the request's form: keys, payment, time, quotas, overload.
_NO_REFUSAL = frozenset({401, 402, 403, 407, 408, 409, 413, 425, 429, 451, 502, 503, 504})
Refusal: TypeAlias = Literal["form", "model", ""]

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

    @property
    def shown(self) -> str:
        """The base URL without anything secret."""
        return shown(self.base_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may have: the key, and the secret parts of the URL."""
        address = address_of(self.base_url)
        return tuple(filter(None, (self.api_key, *(address.secrets if address else ()))))


class RedirectedError(Exception):
    """The endpoint sends elsewhere: the URL, without its path."""


def translated(
    exc: Exception, endpoint: Endpoint, allowance: Allowance | None = None
) -> EndpointError:
    """The EndpointError for an exception of the client or its HTTP library, without the key.

    ``allowance`` is what the reply could take, and has taken.
    """
    import httpx
    import openai

    url = endpoint.shown
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
        return _unreachable(exc, endpoint)
    if isinstance(exc, RecursionError):
        exc = ValueError("its JSON is nested too deeply")
    words = words_of(_body(exc), endpoint.secrets)
    said = f": {words}" if words else ""
    status = _status(exc)
    if status == 413 or _TOO_LONG.search(words_of(_body(exc))):
        return EndpointError(
            f"The endpoint {url} takes no prompt so long{said}.",
            "Lower PAPERCHAT_LLM_BUDGET, or give the model a larger context.",
            "context",
        )
    if status is not None:
        return _refusal(status, said, endpoint)
    if isinstance(exc, ToldError):
        return EndpointError(
            f"The endpoint {url} failed in its reply{said}.",
            "Ask again, see the server's own log, or use --llm quotes.",
            "broken",
        )
    return EndpointError(
        f"The endpoint {url} broke off in the middle of its reply{said}.",
        "Ask again, or use --llm quotes.",
        "broken",
    )


def refusal_of(exc: Exception, model: str) -> Refusal:
    """What an endpoint may refuse: the form of the request, or the model; "" for neither.

    Neither are keys, quotas, overload and prompts that are too long.
    """
    status, words = _status(exc), words_of(_body(exc))
    strange = status is not None and not 400 <= status <= 504
    passing = {status, status_in(_body(exc))} & _NO_REFUSAL
    if strange or passing or _TOO_LONG.search(words):
        return ""
    named = re.search(rf"(?<![\w-]){re.escape(model)}(?![\w-])", words)
    return "model" if status == 404 and named else "form"


def _status(exc: Exception) -> int | None:
    status = getattr(exc, "status_code", None)
    return exc.status if isinstance(exc, ToldError) else status if isinstance(status, int) else None


def _body(exc: Exception) -> object:
    import openai

    if isinstance(exc, openai.APIStatusError | ToldError):
        return exc.body
    return str(exc)


def _unreachable(exc: Exception, endpoint: Endpoint) -> EndpointError:
    from rag.models.endpoints.sending.proxies import proxy_for

    why, fault = _unreached(exc)
    address = address_of(endpoint.base_url)
    proxy = proxy_for(address) if address else None
    through, remedy = "", "Start its server, correct PAPERCHAT_LLM_BASE_URL, or use --llm quotes."
    if proxy is not None and fault not in ("redirect", "certificate"):
        through = f" through the proxy {shown(proxy)}"
        remedy = "See to the proxy, name the endpoint's host in NO_PROXY, or use --llm quotes."
        fault = "proxy"
    if fault == "certificate":
        remedy = "Name its certificate in SSL_CERT_FILE, or use --llm quotes."
    return EndpointError(
        f"The endpoint {endpoint.shown} cannot be reached{through}{why}.", remedy, fault
    )


def _unreached(exc: BaseException) -> tuple[str, str]:
    """Why a connection failed, and the fault, by the innermost exception: the most specific."""
    import httpx

    found = ("", "unreachable")
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, RedirectedError):
            return f": it sends elsewhere, to {cause}, which is not followed", "redirect"
        if isinstance(cause, httpx.TooManyRedirects):
            return ": it redirects to itself", "redirect"
        if isinstance(cause, socket.gaierror):
            found = ": there is no host of that name", "host"
        elif isinstance(cause, ConnectionRefusedError):
            found = ": nothing listens on that port", "refused"
        elif isinstance(cause, ssl.SSLCertVerificationError):
            found = f": its certificate is not trusted ({cause.verify_message})", "certificate"
        elif isinstance(cause, httpx.ProxyError):
            found = f": {cause}" if str(cause) else "", "unreachable"
        elif isinstance(cause, ssl.SSLError):
            found = ": it does not speak https", "url"
        cause = cause.__cause__ or cause.__context__
    return found


def pause_before_retry(exc: Exception) -> float | None:
    """Seconds after which the same request may succeed; None if it would fail again."""
    import openai

    if isinstance(exc, ToldError):
        return _PAUSE_S if exc.status is None or _may_pass(exc.status) else None
    if isinstance(exc, openai.APIConnectionError):
        lasting = isinstance(exc, openai.APITimeoutError) or _unreached(exc)[1] != "unreachable"
        return None if lasting else _PAUSE_S
    if not isinstance(exc, openai.APIStatusError):
        return None
    if not _may_pass(exc.status_code):
        return None
    asked = _retry_after(exc.response.headers)
    return _PAUSE_S if asked is None else asked if asked <= _LONGEST_PAUSE_S else None


def _may_pass(status: int) -> bool:
    return status in (408, 409, 429) or status >= 500


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


def _refusal(status: int, said: str, endpoint: Endpoint) -> EndpointError:
    url = endpoint.shown
    if status in (401, 403):
        return EndpointError(
            f"The endpoint {url} refused the key (status {status}){said if status == 403 else ''}.",
            "Set PAPERCHAT_LLM_API_KEY or OPENAI_API_KEY to a key that it takes.",
            "key",
        )
    if status == 404:
        named = "" if endpoint.model is None else f" no model {endpoint.model!r}, or"
        return EndpointError(
            f"The endpoint {url} has{named} no such address (status 404){said}.",
            "Set PAPERCHAT_LLM_MODEL to a model it serves, or correct PAPERCHAT_LLM_BASE_URL; most "
            "servers want it to end in /v1.",
            "address",
        )
    if status == 429:
        return EndpointError(
            f"The endpoint {url} takes no more requests now{said}.",
            "Wait a little, see to the account's quota, or use --llm quotes.",
            "busy",
        )
    return EndpointError(
        f"The endpoint {url} failed with status {status}{said}.",
        "Ask again, see the server's own log, or use --llm quotes.",
        "failed",
        status,
    )
