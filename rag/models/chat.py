"""The client of every language model: the OpenAI protocol over HTTP.

A hosted model, a server on the user's machine and the embedded model are all called through this
module, so a test with one of them is valid for the others. Every failure is an EndpointError.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from rag.errors import EndpointError
from rag.models.endpoint import Endpoint, shown, translated
from rag.models.request import refused_part, request_for

if TYPE_CHECKING:  # its import takes a second or more, so it waits for the first question
    import openai
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    _Piece: TypeAlias = tuple[str | None, str | None, CompletionUsage | None]

Message: TypeAlias = Mapping[str, str]  # keys "role" (system, user or assistant) and "content"
Schema: TypeAlias = Mapping[str, Any]

_CONNECT_S = 5.0
_RETRIES = 2


class SchemaRefusedError(EndpointError):
    """The endpoint does not support JSON schemas; ask again without one."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How a reply ended: "stop", "length" ..., and its token counts if they are reported."""

    reason: str
    prompt_tokens: int | None = None
    generated_tokens: int | None = None


class EmptyReplyError(EndpointError):
    """The reply ended, as ``finish`` says, before its first word; thinking does not count."""

    def __init__(self, what: str, remedy: str, finish: Finish) -> None:
        self.finish = finish
        super().__init__(what, remedy, "broken")


class ChatModel:
    """One model at one endpoint. Thread-safe; remembers only which parameters it refuses.

    ``thinks``: it needs room for thoughts before its reply; whoever finds that out sets it.
    """

    def __init__(self, endpoint: Endpoint, retries: int = _RETRIES) -> None:
        self.thinks = False
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
        with self._translating(), self._open(messages, schema, max_tokens) as pieces:
            for text, reason, usage in pieces:
                ending = _ending(reason, usage, ending)
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

    @contextmanager
    def _open(
        self, messages: Sequence[Message], schema: Schema | None, max_tokens: int
    ) -> Iterator[Iterable[_Piece]]:
        """The reply in pieces, or in one where the endpoint does not stream."""
        import openai

        while True:  # it ends, because every round omits one more part
            request = request_for(self.name, messages, schema, max_tokens, self._omitted)
            try:
                reply: openai.Stream[ChatCompletionChunk] | ChatCompletion = (
                    self._connected().chat.completions.create(**request)
                )
                break
            except (openai.BadRequestError, openai.UnprocessableEntityError) as exc:
                refused = refused_part(f"{exc.param} {exc.message}", request)
                if refused is None:
                    raise
                if refused == "response_format":
                    self._schema_refused = True
                    raise self._no_schema() from exc
                self._omitted |= {refused}
        if isinstance(reply, openai.Stream):
            with closing(reply):
                yield _pieces(reply)
        else:
            whole = reply.choices[0]
            yield [(whole.message.content, whole.finish_reason, reply.usage)]

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
        where = f"The endpoint {shown(self._endpoint.base_url)}"
        remedy = "Ask again; if it stays so, choose another model in PAPERCHAT_LLM_MODEL."
        if ending.reason:
            raise EmptyReplyError(f"{where} replied without a word.", remedy, ending)
        what = "broke off in the middle of its reply" if seen else "replied without a word"
        raise EndpointError(f"{where} {what}.", remedy, "broken")

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


def _pieces(chunks: Iterable[ChatCompletionChunk]) -> Iterator[_Piece]:
    """What the chunks say. A model's thoughts are in fields of other names than ``content``."""
    for chunk in chunks:
        for choice in chunk.choices[:1]:
            yield choice.delta.content, choice.finish_reason, None
        yield None, None, chunk.usage


def _ending(reason: str | None, usage: CompletionUsage | None, before: Finish) -> Finish:
    if usage is None:
        return Finish(reason or before.reason, before.prompt_tokens, before.generated_tokens)
    return Finish(reason or before.reason, usage.prompt_tokens, usage.completion_tokens)


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
