"""Evidence to drafted claims: by a language model, or the evidence sentences themselves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.answering.prompts import (
    MAX_CLAIMS_TOKENS,
    ClaimsReply,
    Draft,
    claims_messages,
    claims_reply,
    text_messages,
)
from rag.models.chat import ChatModel, Finish
from rag.models.structured import Exchange, stream
from rag.types import Evidence, Refused, Trace

_MOST_CLAIMS = 8  # one to four are asked for


@dataclass(slots=True)
class Transcript(Exchange):
    """What went to the model for one answer, filled in as it goes. One instance an answer."""

    def trace(self, refused: Sequence[Refused] = ()) -> Trace:
        """The same as a value, with the sentences of the reply that were refused."""
        end = self.finish or Finish("")
        prompt = tuple((message["role"], message["content"]) for message in self.messages)
        rejected = tuple(refused) if self.messages else ()
        return Trace(prompt, rejected, end.prompt_tokens, end.generated_tokens)


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
    replies = stream(
        chat,
        claims_messages(question, evidence),
        claims_reply(evidence),
        MAX_CLAIMS_TOKENS,
        without_schema=text_messages(question, evidence),
        exchange=transcript,
    )
    with closing(replies):
        answered = yield from drafts_in(replies)
    if not answered:
        yield from quote_claims(evidence)


def drafts_in(
    replies: Generator[ClaimsReply, None, ClaimsReply | None],
) -> Generator[Draft, None, bool]:
    """The drafts of a reply that is growing, at most eight.

    Returns whether the reply answers: by drafts, or by an empty list.
    """
    given = 0
    while given < _MOST_CLAIMS:
        try:
            reply = next(replies)
        except StopIteration as end:
            return bool(given) or end.value is not None
        for claim in reply.claims[given:_MOST_CLAIMS]:
            yield Draft(claim.sentence.strip(), claim.sources)
        given = max(given, len(reply.claims))
    return True


def quote_claims(evidence: Sequence[Evidence]) -> Generator[Draft, None, None]:
    """The evidence sentences themselves, in their order."""
    for item in evidence:
        yield Draft(item.span.text, (item.number,))
