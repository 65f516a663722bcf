"""The prompts of the reading, and the reply that they ask for.

The instructions come first and never change, so that a server can cache them. Then come the
sentences, what the fitted checks think of them, the form of the answer, and the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    OnErrorOmit,
    ValidatorFunctionWrapHandler,
    create_model,
    field_validator,
    model_validator,
)

from rag.answering.prompts import READING, ClaimReply, material, system, user
from rag.answering.selecting.groups import Selection
from rag.models.endpoints.chat import Message
from rag.models.endpoints.structured import Reply, numbers_among
from rag.text.sentences.markers import cited_sentences
from rag.types import Evidence, Intent

MAX_TOKENS = 2000
_NO_ADVICE = "A fitted check thinks that these sentences do not answer it; judge for yourself."
_EACH_PAPER = (
    "Write one claim for each paper that belongs to the answer, with what that paper itself does "
    "or finds; leave out papers that do not belong."
)
_FORM: Mapping[Intent, str] = {
    "lookup": "Write one to three claims; the first one answers.",
    "yes_no": "Write one to three claims; the first one is what speaks for yes or for no.",
    "comparison": "Say of each paper what the question compares, then how they differ.",
    "list": _EACH_PAPER,
    "count": _EACH_PAPER,
    "overview": (
        f"{_EACH_PAPER} Make a part for each approach or finding, with its name in a few words of "
        'the sentences as "asked".'
    ),
    "synthesis": (
        f"{_EACH_PAPER} Then one or two claims on what they agree or differ in. Do not rank "
        "numbers of different measures or data."
    ),
    "superlative": (
        "Write one claim for each paper with a number of the measure that is asked, the best "
        "first. Compare only numbers of the same measure on the same data."
    ),
}


def _text(value: object) -> object:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> object:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else ()


class PartReply(BaseModel):
    """One thing that was asked: its claims, and in words what of it is missing."""

    model_config = ConfigDict(frozen=True)

    asked: Annotated[str, BeforeValidator(_text)] = ""
    claims: tuple[OnErrorOmit[ClaimReply], ...] = ()
    missing: Annotated[str, BeforeValidator(_text)] = ""


class ReadingReply(Reply):
    """The parts of a reply, in order, and what it wants to search for."""

    parts: tuple[OnErrorOmit[PartReply], ...]
    search: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()

    @property
    def usable(self) -> bool:
        """Whether there is a claim, or a word on what is missing."""
        return any(part.claims or part.missing for part in self.parts)

    @model_validator(mode="before")
    @classmethod
    def _in_one_part(cls, given: Any) -> Any:
        """Claims without a part are one."""
        bare = isinstance(given, dict) and "claims" in given and "parts" not in given
        return {**given, "parts": [{"claims": given["claims"]}]} if bare else given

    @classmethod
    def of_prose(cls, text: str) -> Self | None:
        """The sentences that cite, as the claims of one part; None if none does."""
        claims = [{"sources": numbers, "sentence": said} for said, numbers in cited_sentences(text)]
        return cls.model_validate({"parts": [{"claims": claims}]}) if claims else None

    @field_validator("parts", mode="wrap")
    @classmethod
    def _not_all_malformed(cls, given: Any, read: ValidatorFunctionWrapHandler) -> Any:
        """A list whose every item is malformed must not pass for an empty one."""
        parts = read(given)
        if given and not parts:
            raise ValueError("no item is a part")
        return parts


def reading_reply(evidence: Sequence[Evidence]) -> type[ReadingReply]:
    """The reply whose schema allows the numbers of the evidence."""
    numbers = numbers_among(item.number for item in evidence)
    claim: Any = create_model("NumberedClaim", __base__=ClaimReply, sources=(numbers, ()))
    claims: Any = tuple[OnErrorOmit[claim], ...]
    part: Any = create_model(
        "NumberedPart",
        __base__=PartReply,
        asked=(Annotated[str, BeforeValidator(_text)], ""),
        claims=(claims, ()),
    )
    parts: Any = tuple[OnErrorOmit[part], ...]
    return create_model("NumberedReading", __base__=ReadingReply, parts=(parts, ...))


def reading_messages(
    question: str, evidence: Sequence[Evidence], selection: Selection, intent: Intent
) -> list[Message]:
    """Ask for the `reading_reply`; ``selection`` has the numbers of ``evidence``."""
    advice = _advice(selection)
    ending = "\n".join(line for line in (advice, _FORM.get(intent, ""), f"Question: {question}"))
    return [system(READING), user(f"{material(evidence)}\n\n{ending}")]


def further_messages(
    before: Sequence[Message], reply: ReadingReply, found: Sequence[Evidence], question: str
) -> list[Message]:
    """Go on after ``reply`` with sentences that its own searches found."""
    said: Message = {"role": "assistant", "content": reply.model_dump_json()}
    ending = (
        "These are sentences of papers that your search found. Reply in the same form with what "
        'was missing until now, under the same "asked"; repeat no claim. There is no further '
        f"search.\n\nQuestion: {question}"
    )
    return [*before, said, user(f"{material(found)}\n\n{ending}")]


def _advice(selection: Selection) -> str:
    numbers = ", ".join(str(item.number) for item in selection.evidence)
    if selection.reason or not numbers:
        return _NO_ADVICE
    return f"A fitted check would quote of these: {numbers}; judge for yourself."
