"""The client of every language model: the OpenAI protocol over HTTP.

A hosted model, a server on the user's machine and the embedded model are all called through this
module, so a test with one of them is valid for the others. Every failure is an EndpointError.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from rag.errors import EndpointError
from rag.models.allowance import Allowance
from rag.models.endpoint import Endpoint, pause_before_retry, shown, translated
from rag.models.pieces import Piece, piece_of, pieces_of
from rag.models.request import refused_part, request_for

if TYPE_CHECKING:  # its import takes a second or more, so it waits for the first question
    import openai
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

Message: TypeAlias = Mapping[str, str]  # keys "role" (system, user or assistant) and "content"
Schema: TypeAlias = Mapping[str, Any]

T = TypeVar("T")


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


@dataclass(slots=True)
class _Known:
    """What is known of an endpoint, and the client that is connected to it."""

    name: str | None
    thinks: bool = False
    schema_refused: bool = False
    omitted: frozenset[str] = frozenset()
    client: openai.OpenAI | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class ChatModel:
    """One model at one endpoint. Thread-safe; remembers only what the endpoint refuses.

    A reply ends within the endpoint's deadline, in a failure if need be. A request that fails in
    passing is sent once more, after the time that the endpoint asks for.
    """

    def __init__(self, endpoint: Endpoint, *, retries: int = 1) -> None:
        self._endpoint = endpoint
        self._retries = retries
        self._due = float("inf")
        self._known = _Known(endpoint.model)

    def until(self, due: float) -> Self:
        """The same model, whose replies all end by ``due``, in seconds of ``time.monotonic``."""
        same = copy.copy(self)
        same._due = min(due, self._due)
        return same

    @property
    def endpoint(self) -> Endpoint:
        """Where it is served."""
        return self._endpoint

    @property
    def known_name(self) -> str:
        """The model's name; empty as long as the endpoint has not been asked for it."""
        return self._known.name or ""

    @property
    def name(self) -> str:
        """The model's name; without one, asks the endpoint once. Raises EndpointError."""
        if self._known.name is None:
            served = self.models()
            if not served:
                raise EndpointError(
                    f"The endpoint {shown(self._endpoint.base_url)} serves no model.",
                    "Load a model there, or name one in PAPERCHAT_LLM_MODEL.",
                    "empty",
                )
            self._known.name = served[0]
        return self._known.name

    @property
    def supports_schema(self) -> bool:
        """False once the endpoint has refused a JSON schema."""
        return not self._known.schema_refused

    @property
    def thinks(self) -> bool:
        """Whether it needs room for thoughts before its reply; whoever finds that out sets it."""
        return self._known.thinks

    @thinks.setter
    def thinks(self, found: bool) -> None:
        self._known.thinks = found

    def stream(
        self, messages: Sequence[Message], *, schema: Schema | None = None, max_tokens: int
    ) -> Generator[str, None, Finish]:
        """The fragments of the reply, at temperature 0. Returns how the reply ended.

        Closing the generator closes the connection, which stops the server. Raises
        SchemaRefusedError if ``schema`` is given and the endpoint supports none, EmptyReplyError
        for an empty reply, and EndpointError for every other failure, also amid a reply.
        """
        if schema is not None and self._known.schema_refused:
            raise self._no_schema()
        ending, seen = Finish(""), False
        with (
            self._allowed() as allowance,
            self._open(messages, schema, max_tokens, allowance) as pieces,
        ):
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
        with self._allowed() as allowance:
            return self._served(allowance)

    def check(self) -> None:
        """Ask for the list of models; raises EndpointError if that fails or the key is refused.

        A server without such a list passes if the endpoint names a model.
        """
        import openai

        with self._allowed() as allowance:
            try:
                self._served(allowance)
            except openai.NotFoundError:
                if self._endpoint.model is None:
                    raise

    def close(self) -> None:
        """Close every connection; a reply still being read elsewhere ends in an EndpointError."""
        with self._known.lock:
            client, self._known.client = self._known.client, None
        if client is not None:
            client.close()

    @contextmanager
    def _open(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        max_tokens: int,
        allowance: Allowance,
    ) -> Iterator[Iterable[Piece]]:
        """The reply in pieces, or in one where the endpoint does not stream."""
        import openai

        while True:  # it ends, because every round omits one more part
            request = request_for(self.name, messages, schema, max_tokens, self._known.omitted)
            try:
                reply = self._send(partial(_create, request), allowance)
                break
            except (openai.BadRequestError, openai.UnprocessableEntityError) as exc:
                refused = refused_part(f"{exc.param} {exc.message}", request)
                if refused is None:
                    raise
                if refused == "response_format":
                    self._known.schema_refused = True
                    raise self._no_schema() from exc
                self._known.omitted |= {refused}
        if isinstance(reply, openai.Stream):
            with closing(reply):
                yield pieces_of(reply, allowance)
        else:
            yield [piece_of(reply, "message")]

    def _served(self, allowance: Allowance) -> list[str]:
        # Not `models.list()`, which raises various errors if the answer is not such a list.
        page = self._send(lambda client: client.get("/models", cast_to=object), allowance)
        if not isinstance(page, dict) or "data" not in page:
            raise EndpointError(
                f"{shown(self._endpoint.base_url)} is not an OpenAI-compatible endpoint.",
                "Correct PAPERCHAT_LLM_BASE_URL; most servers want it to end in /v1.",
                "page",
            )
        listed = page["data"] if isinstance(page["data"], list) else []
        return [str(model["id"]) for model in listed if isinstance(model, dict) and "id" in model]

    def _send(self, request: Callable[[openai.OpenAI], T], allowance: Allowance) -> T:
        """Send a request, again after a pause if that may help and there is time for it."""
        import openai

        retries = self._retries
        while True:
            try:
                with allowance.applied():
                    return request(self._connected())
            except openai.OpenAIError as exc:
                pause = pause_before_retry(exc)
                if not retries or pause is None or pause >= allowance.seconds_left:
                    raise
            retries -= 1
            time.sleep(pause)

    def _connected(self) -> openai.OpenAI:
        from rag.models.connection import connect

        with self._known.lock:
            if self._known.client is None:
                self._known.client = connect(self._endpoint)
            return self._known.client

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
    def _allowed(self) -> Iterator[Allowance]:
        """What a reply may take; what the client and its HTTP library raise is an EndpointError."""
        import httpx
        import openai

        allowance = Allowance(min(self._due, time.monotonic() + self._endpoint.deadline_s))
        try:
            yield allowance
        except (
            openai.OpenAIError,
            httpx.HTTPError,
            httpx.StreamError,
            ValueError,
            RecursionError,
        ) as exc:
            raise translated(exc, self._endpoint, allowance) from exc


def _create(
    request: Mapping[str, Any], client: openai.OpenAI
) -> openai.Stream[ChatCompletionChunk] | ChatCompletion:
    made: openai.Stream[ChatCompletionChunk] | ChatCompletion
    made = client.chat.completions.create(**request)
    return made


def _ending(reason: str | None, usage: CompletionUsage | None, before: Finish) -> Finish:
    counts = before.prompt_tokens, before.generated_tokens
    if usage is not None:
        counts = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    return Finish(reason or before.reason, *counts)


def _count(usage: CompletionUsage, name: str) -> int | None:
    count = getattr(usage, name, None)
    return count if isinstance(count, int) else None
