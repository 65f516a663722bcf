"""HTTP connections to an endpoint: within an `Allowance`, to no other host, past no wrong proxy."""

from __future__ import annotations

import base64
import logging
import ssl
import time
from collections.abc import Iterable

import httpcore
import httpx
import openai

from rag.errors import EndpointError
from rag.models.endpoints.replies.allowance import current, is_stopped
from rag.models.endpoints.sending.address import API_VERSION, Address, address_of, shown
from rag.models.endpoints.sending.endpoint import Endpoint, RedirectedError
from rag.models.endpoints.sending.proxies import proxy_for, trusted


class _Secretive(logging.Filter):
    """Keeps what is secret in a URL out of the log of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None, userinfo=b"") if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_Secretive())

_CONNECT_S = 5.0
_MOST_REDIRECTS = 3
_LOOK_S = 0.2  # seconds between two looks, while it reads, at whether somebody stopped it


def connect(endpoint: Endpoint) -> openai.OpenAI:
    """A client that tries once.

    Raises EndpointError if the URL, the key, the proxy or the certificates cannot be such.
    """
    address = address_of(endpoint.base_url)
    if address is None:
        raise EndpointError(
            f"The endpoint's base URL is not one: {endpoint.shown}.",
            "Give PAPERCHAT_LLM_BASE_URL as http://host:port/v1.",
            "url",
        )
    key = (endpoint.api_key or "").strip()
    if not (key.isascii() and key.isprintable()):
        what = "The endpoint's API key is not one."
        raise EndpointError(what, "Correct PAPERCHAT_LLM_API_KEY.", "key")
    return openai.OpenAI(
        base_url=address.base,
        api_key=key or "none",  # the client needs one even if the server does not
        timeout=openai.Timeout(endpoint.timeout_s, connect=min(_CONNECT_S, endpoint.timeout_s)),
        max_retries=0,  # `ChatModel` decides that
        default_query=dict(address.query),
        default_headers=_headers(address, key),
        http_client=_bound(_client(address)),
    )


def _client(address: Address) -> httpx.Client:
    proxy = proxy_for(address)
    try:
        return openai.DefaultHttpxClient(
            # Proxies and certificates are our own business: httpx reads no ranges in NO_PROXY.
            trust_env=False,
            proxy=proxy,
            verify=trusted(),
            event_hooks={
                "request": [_unauthorized] if _is_azure(address) else [],
                "response": [_stay],
            },
            max_redirects=_MOST_REDIRECTS,
        )
    except (ValueError, httpx.InvalidURL) as exc:
        raise EndpointError(
            f"The proxy {shown(proxy or '')} cannot be used.",
            "Give HTTPS_PROXY as http://host:port or socks5://host:port, or unset it.",
            "proxy",
        ) from exc


def _headers(address: Address, key: str) -> dict[str, str]:
    """Azure's older addresses take the key under another name; a URL may have a password."""
    if key and _is_azure(address):
        return {"api-key": key}
    coded = base64.b64encode(address.user.encode()).decode()
    return {"Authorization": f"Basic {coded}"} if address.user else {}


def _is_azure(address: Address) -> bool:
    return API_VERSION in dict(address.query)


def _unauthorized(request: httpx.Request) -> None:
    """Without the header in which Azure expects something else than a key."""
    request.headers.pop("Authorization", None)


def _stay(response: httpx.Response) -> None:
    """Raise RedirectedError before the prompt is sent to another host, or no longer by https."""
    if response.has_redirect_location:
        here, there = response.url, response.url.join(response.headers["location"])
        bare = (here.scheme, there.scheme) == ("https", "http")
        if bare or (there.host, there.port) != (here.host, here.port):
            raise RedirectedError(f"{there.scheme}://{there.netloc.decode()}")


def _bound(client: httpx.Client) -> httpx.Client:
    """The client, with every connection bound to the `Allowance` that is applied."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool  # httpx has no other way to give its pool a backend
            pool._network_backend = _Backend(pool._network_backend)
    return client


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._wait(max_bytes, _within(timeout, httpcore.ReadTimeout))
        allowance = current()
        if allowance is not None:
            allowance.bytes_left -= len(data)
        return data

    def _wait(self, max_bytes: int, timeout: float | None) -> bytes:
        """Read in short steps, because a model may be silent for long."""
        due = time.monotonic() + timeout if timeout is not None else float("inf")
        while True:
            left = due - time.monotonic()
            try:
                return self._inner.read(max_bytes, min(_LOOK_S, max(0.001, left)))
            except httpcore.ReadTimeout:
                if left <= _LOOK_S or is_stopped():
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _within(timeout: float | None, over: type[httpcore.TimeoutException]) -> float | None:
    """The timeout, or what is left of the allowance if that is less; raises ``over`` at its end.

    It is over, too, once somebody stopped it.
    """
    if is_stopped():
        raise over
    allowance = current()
    if allowance is None:
        return timeout
    if allowance.spent:
        raise over
    left = allowance.seconds_left
    return left if timeout is None else min(timeout, left)
