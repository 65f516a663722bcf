"""The replies of this API as the OpenAPI document has them; `replies` makes them as plain values.

The tests compare what is sent with these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.types import Answer, Span
from ui.api.openai.replies import Why


@dataclass(frozen=True, slots=True)
class Model:
    """An index. ``created``: seconds since 1970, 0 before anything is indexed."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


@dataclass(frozen=True, slots=True)
class ModelList:
    """Every model, the server's own index first."""

    object: Literal["list"]
    data: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class UrlCitation:
    """A citation; its place is in characters of the content, that of quotes in the abstract."""

    url: str
    title: str
    start_index: int
    end_index: int
    number: int
    paper_id: str
    quotes: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is said of a part of the content."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    """The answer, in Markdown."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The only one that there is."""

    index: int
    message: AnswerMessage
    logprobs: None
    finish_reason: Why


@dataclass(frozen=True, slots=True)
class Usage:
    """Words and signs."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """A whole completion; ``paperchat`` is the answer as ``paperchat ask --json`` prints it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: Usage
    paperchat: Answer | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """``param`` is the field to blame, ``code`` a word for programs."""

    message: str
    type: str
    param: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """What went wrong."""

    error: Fault
