"""The body of a chat completion, checked; fields that change nothing here are let through."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
)

from ui.api.openai.errors import Unfit

_MOST_MESSAGES = 2000
_MOST_STOPS = 16  # OpenAI takes four; some clients send more


def _whole(text: str) -> str:
    """The text. Raises ValueError for half a character, which JSON may hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it has half of a character") from None
    return text


Text: TypeAlias = Annotated[StrictStr, AfterValidator(_whole)]


class Part(BaseModel):
    """One part of a message's content; only text is read."""

    type: StrictStr
    text: Text | None = None


Content: TypeAlias = Text | list[Part] | None


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = None

    @property
    def text(self) -> str:
        """What is said in words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""

    @property
    def others(self) -> list[str]:
        """The types of the parts that are no text."""
        parts = self.content if isinstance(self.content, list) else []
        return [part.type for part in parts if part.text is None]


class StreamOptions(BaseModel):
    """What a stream has beside the text."""

    include_usage: StrictBool | None = None


class ResponseFormat(BaseModel):
    """The form that the client wants; only text can be had."""

    type: StrictStr = "text"
    json_schema: dict[str, Any] | None = None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ChatRequest(BaseModel):
    """A chat completion as it is asked for.

    `temperature`, `top_p`, `seed`, `user`, `metadata` and the like change nothing here.
    """

    model: StrictStr = Field(description="`paperchat`, or `paperchat/NAME` for a collection.")
    messages: list[Message] = Field(
        min_length=1,
        max_length=_MOST_MESSAGES,
        description="The last one of the user is the question.",
    )
    stream: StrictBool | None = Field(default=None, description="Whether to send events.")
    stream_options: StreamOptions | None = None
    stop: Annotated[list[StrictStr] | None, BeforeValidator(_listed)] = Field(
        default=None, max_length=_MOST_STOPS, description="The answer ends before these texts."
    )
    max_tokens: StrictInt | None = Field(
        default=None, ge=1, description="Words and signs of the answer."
    )
    max_completion_tokens: StrictInt | None = Field(
        default=None, ge=1, description="The same, by its newer name."
    )
    n: Annotated[StrictInt, Field(ge=1)] | None = None
    response_format: ResponseFormat | None = None
    logprobs: StrictBool | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: StrictStr | dict[str, Any] | None = None
    functions: list[dict[str, Any]] | None = None
    function_call: StrictStr | dict[str, Any] | None = None
    modalities: list[StrictStr] | None = None

    @property
    def most(self) -> int | None:
        """The most tokens of the answer, None for any number."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def stops(self) -> tuple[str, ...]:
        """The texts before which the answer ends."""
        return tuple(filter(None, self.stop or ()))

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def check(self) -> None:
        """Raises Unfit for what cannot be had and would be missed by the client."""
        if (self.n or 1) > 1:
            raise Unfit("There is one answer to a question here: `n` can only be 1.", "n")
        if self.logprobs:
            raise Unfit(
                "There are no log probabilities here; `paperchat.claims` in the answer has the "
                "support of each sentence.", "logprobs", "unsupported_parameter"
            )  # fmt: skip
        for name, choice in (
            ("tool_choice", self.tool_choice), ("function_call", self.function_call),
        ):  # fmt: skip
            if choice not in (None, "none", "auto"):
                raise Unfit("Tools are not called here, so none can be required.", name,
                            "unsupported_parameter")  # fmt: skip
        if "audio" in (self.modalities or ()):
            raise Unfit("Answers are text.", "modalities", "unsupported_parameter")

    def check_form(self) -> None:
        """Raises Unfit if another form than text is wanted, which a program would try to read."""
        if self.response_format and self.response_format.type != "text":
            raise Unfit(
                "Answers are Markdown; the field `paperchat` beside them has claims, quotes and "
                "verdicts as JSON.", "response_format", "unsupported_parameter"
            )  # fmt: skip
