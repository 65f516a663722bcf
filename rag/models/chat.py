"""The client of every language model: the OpenAI protocol over HTTP.

A hosted model, a server on the user's machine and the embedded model are all called through this
module, so a test with one of them is valid for the others. Every failure is an EndpointError.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from rag.errors import EndpointError
from rag.models.endpoint import Endpoint, shown, translated

if TYPE_CHECKING:  # its import takes a second or more, so it waits for the first question
    import openai
    from openai.types.chat import ChatCompletionChunk

Message: TypeAlias = Mapping[str, str]  # keys "role" (system, user or assistant) and "content"
Schema: TypeAlias = Mapping[str, Any]

_CONNECT_S = 5.0
_RETRIES = 2
_ABOUT_SCHEMA = ("response_format", "json_schema", "structured", "guided", "grammar")


class SchemaRefusedError(EndpointError):
    """The endpoint does not support JSON schemas; ask again without one."""


class EmptyReplyError(EndpointError):
    """The model ended its reply before the first word."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How a reply ended: "stop", "length" ..., and its token counts if they are reported."""

    reason: str
    prompt_tokens: int | None = None
    generated_tokens: int | None = None


class ChatModel:
    """One model at one endpoint. Thread-safe; remembers only which parameters it refuses."""

    def __init__(self, endpoint: Endpoint, retries: int = _RETRIES) -> None:
        self._endpoint = endpoint
        self._retries = retries
        self._name = endpoint.model
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None
        self._schema_refused = False
        self._omitted: frozenset[str] = frozenset()

    @property
    def endpoint(self) -> Endpoint:
        """Where it is served."""
        return self._endpoint

    @property
    def name(self) -> str:
        """The model's name; without one, asks the endpoint once. Raises EndpointError."""
        if self._name is None:
            with self._translating():
                served = self._served()
            if not served:
                raise EndpointError(
                    f"The endpoint {shown(self._endpoint.base_url)} serves no model.",
                    "Load a model there, or name one in PAPERCHAT_LLM_MODEL.",
                    "empty",
                )
            self._name = served[0]
        return self._name

    @property
    def supports_schema(self) -> bool:
        """False once the endpoint has refused a JSON schema."""
        return not self._schema_refused

    def stream(
        self, messages: Sequence[Message], *, schema: Schema | None = None, max_tokens: int
    ) -> Generator[str, None, Finish]:
        """The fragments of the reply, at temperature 0. Returns how the reply ended.

        Closing the generator closes the connection, which stops the server. Raises
        SchemaRefusedError if ``schema`` is given and the endpoint supports none, EmptyReplyError
        for an empty reply, and EndpointError for every other failure, also amid a reply.
        """
        if schema is not None and self._schema_refused:
            raise self._no_schema()
        ending, seen = Finish(""), False
        with self._translating(), closing(self._open(messages, schema, max_tokens)) as chunks:
            for chunk in chunks:
                ending = _ending(chunk, ending)
                text = chunk.choices[0].delta.content if chunk.choices else None
                if text:
                    seen = True
                    yield text
        self._require_whole(ending, seen)
        return ending

    def complete(
        self, messages: Sequence[Message], *, schema: Schema | None = None, max_tokens: int
    ) -> str:
        """The whole reply; raises as ``stream`` does."""
        return "".join(self.stream(messages, schema=schema, max_tokens=max_tokens))

    def models(self) -> list[str]:
        """The names of the models that the endpoint lists. Raises EndpointError."""
        with self._translating():
            return self._served()

    def check(self) -> None:
        """Ask for the list of models; raises EndpointError if that fails or the key is refused.

        A server without such a list passes if the endpoint names a model.
        """
        import openai

        with self._translating():
            try:
                self._served()
            except openai.NotFoundError:
                if self._endpoint.model is None:
                    raise

    def close(self) -> None:
        """Close every connection; a reply still being read elsewhere ends in an EndpointError."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(
        self, messages: Sequence[Message], schema: Schema | None, max_tokens: int
    ) -> openai.Stream[ChatCompletionChunk]:
        import openai

        while True:  # it ends, because every round omits one more parameter
            request = self._request(messages, schema, max_tokens)
            try:
                stream: openai.Stream[ChatCompletionChunk] = (
                    self._connected().chat.completions.create(**request, stream=True)
                )
                return stream
            except (openai.BadRequestError, openai.UnprocessableEntityError) as exc:
                refused = _refused(exc, request)
                if refused is None:
                    raise
                if refused == "response_format":
                    self._schema_refused = True
                    raise self._no_schema() from exc
                self._omitted |= {refused}

    def _request(
        self, messages: Sequence[Message], schema: Schema | None, max_tokens: int
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.name,
            "messages": [dict(message) for message in messages],
            "temperature": 0,
            "max_tokens": max_tokens,
            "stream_options": {"include_usage": True},
        }
        if "max_tokens" in self._omitted:
            request["max_completion_tokens"] = max_tokens
        if schema is not None:
            named = {"name": "claims", "strict": True, "schema": dict(schema)}
            request["response_format"] = {"type": "json_schema", "json_schema": named}
        return {name: value for name, value in request.items() if name not in self._omitted}

    def _served(self) -> list[str]:
        # Not `models.list()`, which raises various errors if the answer is not such a list.
        page: object = self._connected().get("/models", cast_to=object)
        if not isinstance(page, dict) or "data" not in page:
            raise EndpointError(
                f"{shown(self._endpoint.base_url)} is not an OpenAI-compatible endpoint.",
                "Correct PAPERCHAT_LLM_BASE_URL; most servers want it to end in /v1.",
                "page",
            )
        return [str(model["id"]) for model in page["data"] or [] if "id" in model]

    def _connected(self) -> openai.OpenAI:
        with self._lock:
            if self._client is None:
                self._client = _connect(self._endpoint, self._retries)
            return self._client

    def _no_schema(self) -> SchemaRefusedError:
        return SchemaRefusedError(
            f"The endpoint {shown(self._endpoint.base_url)} does not take a JSON schema.",
            "Ask it in plain text.",
        )

    def _require_whole(self, ending: Finish, seen: bool) -> None:
        if seen and ending.reason:
            return
        what = "broke off in the middle of its reply" if seen else "replied without a word"
        error = EmptyReplyError if ending.reason == "stop" else EndpointError
        raise error(
            f"The endpoint {shown(self._endpoint.base_url)} {what}.",
            "Ask again; if it stays so, choose another model in PAPERCHAT_LLM_MODEL.",
            "broken",
        )

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Turn what the client and its HTTP library raise into EndpointError."""
        import httpx
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, httpx.StreamError, ValueError) as exc:
            raise translated(exc, self._endpoint) from exc


def _connect(endpoint: Endpoint, retries: int) -> openai.OpenAI:
    import openai

    host = _host(endpoint.base_url)
    if not host:
        raise EndpointError(
            f"The endpoint's base URL is not one: {shown(endpoint.base_url)}.",
            "Give PAPERCHAT_LLM_BASE_URL as http://host:port/v1.",
            "url",
        )
    key = (endpoint.api_key or "").strip()
    if not key.isascii():
        what = "The endpoint's API key is not one."
        raise EndpointError(what, "Correct PAPERCHAT_LLM_API_KEY.", "key")
    return openai.OpenAI(
        base_url=endpoint.base_url,
        api_key=key or "none",  # the client needs one even if the server does not
        timeout=openai.Timeout(endpoint.timeout_s, connect=min(_CONNECT_S, endpoint.timeout_s)),
        max_retries=retries,
        # A proxy from the environment must not see or break calls within this machine.
        http_client=openai.DefaultHttpxClient(trust_env=not _is_loopback(host)),
    )


def _ending(chunk: ChatCompletionChunk, before: Finish) -> Finish:
    reason = chunk.choices[0].finish_reason if chunk.choices else None
    if chunk.usage is None:
        return Finish(reason or before.reason, before.prompt_tokens, before.generated_tokens)
    return Finish(reason or before.reason, chunk.usage.prompt_tokens, chunk.usage.completion_tokens)


def _refused(exc: openai.APIStatusError, request: Mapping[str, Any]) -> str | None:
    """The parameter in ``request`` that the error says is refused, or None."""
    message = f"{exc.param} {exc.message}".lower()
    if "response_format" in request and any(word in message for word in _ABOUT_SCHEMA):
        return "response_format"
    if "max_tokens" in request and "max_completion_tokens" in message:
        return "max_tokens"
    return next(
        (name for name in ("temperature", "stream_options") if name in request and name in message),
        None,
    )


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
