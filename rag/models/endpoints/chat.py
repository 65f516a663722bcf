"""The client of every language model: the OpenAI protocol over HTTP.

A hosted model, a server on the user's machine and the embedded model are all called through this
module, so a test with one of them is valid for the others. Every failure is an EndpointError.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Self

from rag.errors import EndpointError
from rag.models.endpoints.replies.allowance import Allowance
from rag.models.endpoints.replies.pieces import Piece, ToldError
from rag.models.endpoints.replies.room import Room, collected, roomy
from rag.models.endpoints.replies.thoughts import said_in
from rag.models.endpoints.sending.endpoint import Endpoint, translated
from rag.models.endpoints.sending.wire import Message, Schema, Wire

__all__ = ["ANSWERED", "ChatModel", "EmptyReplyError", "Finish", "Message", "Schema"]

_WORD: Sequence[Message] = ({"role": "user", "content": "Reply with the one word: ready"},)
_WORD_TOKENS = 16
# Faults of endpoints that are there, and may chat although they list no models.
ANSWERED = ("key", "address", "page", "failed", "busy", "broken")
_ANOTHER = "Ask again; if it stays so, choose another model in PAPERCHAT_LLM_MODEL."
_EMPTY = {
    "length": ": it used up its tokens before the first one",
    "content_filter": ": its filter withheld it",
}


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
    """One model at one endpoint. Thread-safe; remembers only what the endpoint refuses.

    A reply ends within the endpoint's deadline, in a failure if need be. A request that fails in
    passing is sent once more, after the time that the endpoint asks for.
    """

    def __init__(self, endpoint: Endpoint, *, retries: int = 1) -> None:
        self._endpoint = endpoint
        self._due = float("inf")
        self._wire = Wire(endpoint, retries)
        self._room = Room()

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
        return self._wire.known_name

    @property
    def name(self) -> str:
        """The model's name; without one, asks the endpoint once. Raises EndpointError."""
        with self._allowed() as allowance:
            return self._wire.name(allowance)

    @property
    def room(self) -> Room:
        """How many tokens its replies may have."""
        return self._room

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        max_tokens: int,
        simplify: bool = True,
    ) -> Generator[str, None, Finish]:
        """The fragments of the reply, at temperature 0. Returns how the reply ended.

        Where the endpoint refuses the request, it is sent in simpler forms, such as without the
        ``schema``; not if ``simplify`` is false. Closing the generator closes the connection, which
        stops the server. Raises EmptyReplyError for an empty reply, and EndpointError for every
        other failure, also amid a reply.
        """
        ending, seen = Finish(""), False
        with self._allowed() as allowance:
            reply = self._wire.open(messages, schema, max_tokens, allowance, simplify=simplify)
            with closing(reply):
                for piece in reply.pieces:
                    ending = _ending(piece, ending)
                    self._room.thinks |= bool(piece.thought or piece.thought_tokens)
                    if piece.text:
                        seen = True
                        yield piece.text
        self._require_whole(ending, seen)
        return ending

    def complete(
        self, messages: Sequence[Message], *, schema: Schema | None = None, max_tokens: int
    ) -> str:
        """All that the model says, without its thoughts; raises as ``stream`` does."""
        ending = Finish("length")

        def ask(tokens: int) -> Generator[None, None, tuple[str, bool]]:
            nonlocal ending
            yield from ()
            steps = self.stream(
                messages, schema=schema, max_tokens=tokens, simplify=tokens <= max_tokens
            )
            try:
                fragments, ending = collected(steps)
            except EmptyReplyError as exc:
                fragments, ending = [], exc.finish
            said = said_in("".join(fragments)).strip()
            return said, not said and (ending.reason == "length" or bool(fragments))

        _, said = collected(roomy(self._room, max_tokens, ask))
        if not said:
            raise self._empty(ending)
        return said

    def models(self) -> list[str]:
        """The names of the models that may chat, as the endpoint lists them.

        Raises EndpointError.
        """
        with self._allowed() as allowance:
            return self._wire.served(allowance)

    def check(self) -> None:
        """Ask for the list of models; raises EndpointError if that fails or the key is refused.

        Where there is no such list and the endpoint names a model, that is asked for a word.
        """
        try:
            self.models()
        except EndpointError as exc:
            if self._endpoint.model is None or exc.fault not in ANSWERED:
                raise
            with suppress(EmptyReplyError):
                self.complete(_WORD, max_tokens=_WORD_TOKENS)

    def close(self) -> None:
        """Close every connection; a reply still being read elsewhere ends in an EndpointError."""
        self._wire.close()

    def _require_whole(self, ending: Finish, seen: bool) -> None:
        if seen and ending.reason:
            return
        if ending.reason:
            raise self._empty(ending)
        what = "broke off in the middle of its reply" if seen else "replied without a word"
        raise EndpointError(f"The endpoint {self._endpoint.shown} {what}.", _ANOTHER, "broken")

    def _empty(self, ending: Finish) -> EmptyReplyError:
        where = f"The endpoint {self._endpoint.shown}"
        why = _EMPTY.get(ending.reason, "")
        return EmptyReplyError(f"{where} replied without a word{why}.", _ANOTHER, ending)

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
            httpx.InvalidURL,
            ToldError,
            ValueError,
            RecursionError,
        ) as exc:
            raise translated(exc, self._endpoint, allowance) from exc


def _ending(piece: Piece, before: Finish) -> Finish:
    """How a reply ends, as far as is known after a piece."""
    after = replace(before, reason=piece.reason or before.reason)
    if piece.generated_tokens is None and piece.prompt_tokens is None:
        return after
    return replace(
        after, prompt_tokens=piece.prompt_tokens, generated_tokens=piece.generated_tokens
    )
