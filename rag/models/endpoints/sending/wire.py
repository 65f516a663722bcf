"""Sends requests to an endpoint, each in the simplest form that it needs.

What an endpoint refuses is found out by asking, and remembered until paperchat is started again:
parts of requests, a base URL without /v1, a listed model that cannot chat. The order is in
docs/endpoints.md.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from rag.errors import EndpointError
from rag.models.endpoints.replies.allowance import Allowance
from rag.models.endpoints.replies.pieces import Piece, ToldError, pieces_of
from rag.models.endpoints.sending.address import address_of
from rag.models.endpoints.sending.endpoint import Endpoint, Refusal, pause_before_retry, refusal_of
from rag.models.endpoints.sending.request import request_for, simpler
from rag.models.endpoints.sending.served import chat_models, same_model_name

if TYPE_CHECKING:
    import httpx
    import openai

Message: TypeAlias = Mapping[str, str]  # keys "role" (system, user or assistant) and "content"
Schema: TypeAlias = Mapping[str, Any]

T = TypeVar("T")

_MOST_MODELS = 4  # of those that an endpoint lists, to try where none is named


@dataclass(frozen=True, slots=True)
class Begun:
    """A reply that has begun; ``close`` stops the server."""

    pieces: Iterator[Piece]
    close: Callable[[], None]


class Wire:
    """The way to one endpoint. Thread-safe. What its client raises is not translated here."""

    def __init__(self, endpoint: Endpoint, retries: int) -> None:
        self._endpoint = endpoint
        self._retries = retries
        address = address_of(endpoint.base_url)
        versioned = address.with_version if address else None
        # The one in use, and another to try; always set together.
        self._bases = address.base if address else "", versioned.base if versioned else ""
        self._names = [endpoint.model] if endpoint.model else []  # to try, the one in use first
        self._omitted: frozenset[str] = frozenset()
        self._client: openai.OpenAI | None = None
        self._lock = threading.Lock()

    @property
    def known_name(self) -> str:
        """The model's name; empty as long as the endpoint has not been asked for it."""
        return self._names[0] if self._names else ""

    def name(self, allowance: Allowance) -> str:
        """The model's name; without one, asks the endpoint once."""
        if not self._names:
            self._names = self.served(allowance)[:_MOST_MODELS]
        if not self._names:
            raise EndpointError(
                f"The endpoint {self._endpoint.shown} serves no model that can chat.",
                "Load a model there, or name one in PAPERCHAT_LLM_MODEL.",
                "empty",
            )
        return self._names[0]

    def served(self, allowance: Allowance) -> list[str]:
        """The names of the models that may chat, as the endpoint lists them."""

        def listed(base: str) -> list[str]:
            # Not `models.list()`, which raises various errors if the answer is not such a list.
            found = chat_models(
                self._send(partial(_got, f"{base}/models"), allowance, self._retries)
            )
            if found is None:
                raise self._no_endpoint()
            return found

        return self._at(listed)

    def open(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        allowance: Allowance,
        *,
        simplify: bool = True,
    ) -> Begun:
        """A reply that has begun. What is refused is asked again in the next simpler form.

        Raises the first refusal if no form is taken.
        """
        import openai

        omitted, first, tried = self._omitted, None, list[str]()
        while True:  # it ends, because every round omits one more part, or one more model
            request = request_for(self.name(allowance), messages, schema, max_tokens, omitted)
            try:
                begun = self._at(partial(self._begun, request, allowance, first is None))
            except (openai.APIStatusError, ToldError) as exc:
                refused = refusal_of(exc, request["model"])
                if not refused:
                    raise
                first = first or exc
                if refused == "form" and not simplify:
                    raise
                further = simpler(request, omitted, str(exc)) if refused == "form" else omitted
                if further != omitted:
                    omitted = further
                    continue
                tried.append(request["model"])
                if self._another_model(tried, refused, allowance):
                    omitted, first = self._omitted, None
                else:
                    raise first from None
            else:
                self._omitted |= omitted
                return begun

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _begun(
        self, request: Mapping[str, Any], allowance: Allowance, again: bool, base: str
    ) -> Begun:
        """Send a request, ``again`` if it fails in passing, and wait for the first words."""

        def post(client: openai.OpenAI) -> Begun:
            return self._read(_posted(f"{base}/chat/completions", request, client), allowance)

        return self._send(post, allowance, self._retries if again else 0)

    def _read(self, body: httpx.Response, allowance: Allowance) -> Begun:
        try:
            pieces, read = pieces_of(body.iter_bytes(), allowance), list[Piece]()
            for piece in pieces:
                read.append(piece)
                if piece.begins:
                    break
            else:
                if "html" in body.headers.get("content-type", ""):
                    raise self._no_endpoint()
        except BaseException:
            body.close()
            raise
        return Begun(chain(read, pieces), body.close)

    def _at(self, ask: Callable[[str], T]) -> T:
        """What is found at the base URL or, where nothing is, with /v1 after it."""
        import openai

        bases = self._bases  # another thread may change them meanwhile
        base, versioned = bases
        try:
            return ask(base)
        except (openai.APIStatusError, ToldError, EndpointError) as exc:
            if not versioned or not _is_elsewhere(exc):
                raise
            try:
                found = ask(versioned)
            except (openai.APIStatusError, ToldError, EndpointError) as again:
                if not _is_elsewhere(again):
                    self._bases = versioned, ""
                elif self._bases == bases:
                    raise exc from None
                raise
        self._bases = versioned, ""
        return found

    def _another_model(self, tried: Sequence[str], refused: Refusal, allowance: Allowance) -> bool:
        """Go on with another name, after models were refused: whether there is one.

        Without a named model that is the next one listed; the list is asked for anew when all were
        refused, as the server may have loaded another. For a named one, as the list spells it.
        """
        import openai

        name, named = tried[-1], self._endpoint.model
        if self._names[:1] != [name]:
            return True  # another thread has gone on
        others = self._names[1:]
        again = len(tried) <= _MOST_MODELS and (refused == "model" or not named)
        if not others and again:
            try:
                listed = self.served(allowance)
            except (openai.OpenAIError, ToldError, EndpointError):
                return False
            alike = [other for other in listed if not named or same_model_name(other, named)]
            others = [other for other in alike if other not in tried][:_MOST_MODELS]
        if others or not named:
            self._names = others  # without any, the next request asks for the list
        return bool(others)

    def _no_endpoint(self) -> EndpointError:
        return EndpointError(
            f"{self._endpoint.shown} is not an OpenAI-compatible endpoint.",
            "Correct PAPERCHAT_LLM_BASE_URL; most servers want it to end in /v1.",
            "page",
        )

    def _send(self, request: Callable[[openai.OpenAI], T], allowance: Allowance, retries: int) -> T:
        """Send a request, again after a pause if that may help and there is time for it."""
        import openai

        while True:
            try:
                with allowance.applied():
                    return request(self._connected())
            except (openai.OpenAIError, ToldError) as exc:
                pause = pause_before_retry(exc)
                if not retries or pause is None or pause >= allowance.seconds_left:
                    raise
            retries -= 1
            time.sleep(pause)

    def _connected(self) -> openai.OpenAI:
        from rag.models.endpoints.sending.connection import connect

        with self._lock:
            if self._client is None:
                self._client = connect(self._endpoint)
            return self._client


def _got(url: str, client: openai.OpenAI) -> object:
    """The JSON there, whatever its header calls it; a text that is none as it is."""
    found = client.get(url, cast_to=object)
    with suppress(ValueError):
        return json.loads(found) if isinstance(found, str) else found
    return found


def _posted(url: str, request: Mapping[str, Any], client: openai.OpenAI) -> httpx.Response:
    """The response, its body unread: the client's own reader knows fewer shapes."""
    import openai

    form = openai.Stream[object]
    return client.post(url, body=request, cast_to=object, stream=True, stream_cls=form).response


def _is_elsewhere(exc: Exception) -> bool:
    """Whether a failure may mean that the endpoint has no such address."""
    if isinstance(exc, EndpointError):
        return exc.fault == "page"
    if isinstance(exc, ToldError):
        return exc.status in (None, 404, 405)
    return getattr(exc, "status_code", None) in (404, 405)
