"""Evidence to drafted claims: by a language model, or the evidence sentences themselves."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.answering.prompts import (
    MAX_CLAIMS_TOKENS,
    Draft,
    claims_messages,
    claims_schema,
    parse_drafts,
    text_messages,
)
from rag.models.chat import (
    ChatModel,
    EmptyReplyError,
    Finish,
    Message,
    SchemaRefusedError,
)
from rag.types import Evidence, Refused, Trace

# An endpoint may ignore the limit that it is given, and a model may have been talked into going on
# for ever. TokenStates of English have four characters; claims are asked for by ones to fours.
_LONGEST_REPLY = 8 * MAX_CLAIMS_TOKENS
_MOST_CLAIMS = 8


@dataclass(slots=True)
class Transcript:
    """What went to the model for one answer, filled in as it goes. One instance an answer."""

    messages: Sequence[Message] = ()
    finish: Finish | None = None

    def trace(self, refused: Sequence[Refused] = ()) -> Trace:
        """The same as a value, with what of the reply was not let through."""
        end = self.finish or Finish("")
        prompt = tuple((message["role"], message["content"]) for message in self.messages)
        told = tuple(refused) if self.messages else ()
        return Trace(prompt, told, end.prompt_tokens, end.generated_tokens)


def draft_claims(
    chat: ChatModel,
    question: str,
    evidence: Sequence[Evidence],
    transcript: Transcript | None = None,
) -> Generator[Draft, None, None]:
    """The model's claims, each as soon as it is complete. Closing this stops the model.

    A reply that is neither claims nor word that there are none (prose, silence) is no answer and no
    refusal: the evidence stands in for it. Raises EndpointError as `ChatModel.stream` does.
    """
    given, kept = 0, False
    with closing(_reply(chat, question, evidence, transcript or Transcript())) as drafts:
        try:
            while given < _MOST_CLAIMS:
                yield next(drafts)
                given += 1
        except StopIteration as end:
            kept = end.value
        except EmptyReplyError:
            kept = False
    if not given and not kept:
        yield from quote_claims(evidence)


def quote_claims(evidence: Sequence[Evidence]) -> Generator[Draft, None, None]:
    """The evidence sentences themselves, in their order."""
    for item in evidence:
        yield Draft(item.span.text, (item.number,))


def _reply(
    chat: ChatModel, question: str, evidence: Sequence[Evidence], transcript: Transcript
) -> Generator[Draft, None, bool]:
    if chat.supports_schema:
        try:
            return (yield from _with_schema(chat, question, evidence, transcript))
        except SchemaRefusedError:
            pass  # remembered by the model: from here on it is asked for marked text
    transcript.messages = text_messages(question, evidence)
    pieces = chat.stream(transcript.messages, schema=None, max_tokens=MAX_CLAIMS_TOKENS)
    with closing(_noted(pieces, transcript)) as noted:
        return (yield from parse_drafts(_bounded(noted)))


def _with_schema(
    chat: ChatModel, question: str, evidence: Sequence[Evidence], transcript: Transcript
) -> Generator[Draft, None, bool]:
    transcript.messages = claims_messages(question, evidence)
    schema = claims_schema(evidence)
    pieces = chat.stream(transcript.messages, schema=schema, max_tokens=MAX_CLAIMS_TOKENS)
    with closing(_noted(pieces, transcript)) as noted:
        return (yield from parse_drafts(_bounded(noted)))


def _noted(
    pieces: Generator[str, None, Finish], transcript: Transcript
) -> Generator[str, None, None]:
    """The pieces; how they ended goes into the transcript."""
    with closing(pieces):
        transcript.finish = yield from pieces


def _bounded(pieces: Iterable[str]) -> Generator[str, None, None]:
    """The pieces up to the longest reply that is read."""
    length = 0
    for piece in pieces:
        if length >= _LONGEST_REPLY:
            return
        length += len(piece)
        yield piece
