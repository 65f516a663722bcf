"""Completions and the chunks of a stream, as plain values. Pure."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, Literal, TypeAlias

from rag.types import Answer
from ui.api.openai import tokens
from ui.api.openai.page import Mark

Why: TypeAlias = Literal["stop", "length"]
Plain: TypeAlias = dict[str, Any]


class Reply:
    """One completion: what all its parts have in common, and what they say.

    ``prompt`` is the number of tokens in the client's messages.
    """

    def __init__(self, model: str, prompt: int, *, tells_usage: bool = False) -> None:
        """``tells_usage``: chunks have a field for the usage, which only the last one fills."""
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self._model = model
        self._prompt = prompt
        self._tells_usage = tells_usage
        self._created = int(time.time())

    def whole(self, text: str, marks: Sequence[Mark], why: Why, answer: Answer | None) -> Plain:
        """The completion of a request without a stream."""
        message = {
            "role": "assistant",
            "content": text,
            "refusal": None,
            "annotations": [annotation(mark) for mark in marks],
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": why}
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": self.usage(text),
            **_own(answer),
        }

    def first(self) -> Plain:
        """The first chunk, which has the role."""
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def more(self, text: str) -> Plain:
        """A chunk with more of the text."""
        return self._chunk({"content": text})

    def cited(self, marks: Sequence[Mark]) -> Iterator[Plain]:
        """A chunk for each paper with its citations.

        ``event`` is Open WebUI's: with it the quotes stand in its list of sources.
        """
        ordered = sorted(marks, key=lambda mark: mark.citation.number)
        for _, group in groupby(ordered, key=lambda mark: mark.citation.number):
            own = list(group)
            found = self._chunk({"annotations": [annotation(mark) for mark in own]})
            yield {**found, "event": _source(own[0])}

    def last(self, why: Why, answer: Answer | None) -> Plain:
        """The chunk that ends the text, with the whole answer as JSON."""
        return {**self._chunk({}, why), **_own(answer)}

    def used(self, text: str) -> Plain:
        """The chunk with the usage, which comes after the last."""
        chunk = {**self._head("chat.completion.chunk"), "choices": []}
        return {**chunk, "usage": self.usage(text)}

    def usage(self, text: str) -> Plain:
        """Words and signs of the messages and of the answer; see `tokens`."""
        said = tokens.count(text)
        return {
            "prompt_tokens": self._prompt,
            "completion_tokens": said,
            "total_tokens": self._prompt + said,
        }

    def _head(self, kind: str) -> Plain:
        return {"id": self.id, "object": kind, "created": self._created, "model": self._model}

    def _chunk(self, delta: Plain, why: Why | None = None) -> Plain:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": why}
        usage = {"usage": None} if self._tells_usage else {}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **usage}


def annotation(mark: Mark) -> Plain:
    """A citation as OpenAI has it; `quotes`, `paper_id` and `number` are ours.

    Its place is in characters of the message's content; those of quotes are in the abstract.
    """
    return {
        "type": "url_citation",
        "url_citation": {
            "url": mark.url,
            "title": mark.citation.title,
            "start_index": mark.start,
            "end_index": mark.end,
            "number": mark.citation.number,
            "paper_id": mark.citation.paper_id,
            "quotes": [asdict(span) for span in mark.quotes],
        },
    }


def _source(mark: Mark) -> Plain:
    cited = mark.citation
    quotes = [span.text for span in cited.quotes] or [cited.title]
    where = {"source": mark.url, "name": cited.title}
    data = {
        "source": {"id": mark.url, "name": cited.title, "url": mark.url},
        "document": quotes,
        "metadata": [where for _ in quotes],
    }
    return {"type": "source", "data": data}


def _own(answer: Answer | None) -> Plain:
    """The answer as `paperchat ask --json` prints it."""
    return {"paperchat": asdict(answer)} if answer else {}
