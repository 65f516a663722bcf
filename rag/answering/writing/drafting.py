"""Drafts the claims of an answer: a language model writes them, or the evidence is quoted."""

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
)
from rag.answering.selecting.groups import Selection
from rag.models.endpoints.chat import ChatModel, Finish
from rag.models.endpoints.structured import Exchange, stream
from rag.text.sentences.third_person import in_third_person
from rag.types import Refused, Trace

_MOST_CLAIMS = 8  # one to four are asked for


@dataclass(slots=True)
class Transcript(Exchange):
    """The exchange with the model for one answer. Make one for each answer."""

    def trace(self, refused: Sequence[Refused] = ()) -> Trace:
        """The exchange as a value, with the sentences that the checks refused."""
        end = self.finish or Finish("")
        prompt = tuple((message["role"], message["content"]) for message in self.messages)
        rejected = tuple(refused) if self.messages else ()
        return Trace(prompt, rejected, end.prompt_tokens, end.generated_tokens)


def draft_claims(
    chat: ChatModel,
    question: str,
    selection: Selection,
    transcript: Transcript | None = None,
    label: str = "Question",
) -> Generator[Draft, None, bool]:
    """The embedded model's claims, each as soon as it is complete.

    Returns whether the reply had the form that was asked for; if not there are no claims. Closing
    the generator stops the model. Raises EndpointError as `ChatModel.stream` does.
    """
    evidence = selection.evidence
    messages = claims_messages(question, evidence, label)
    reply_type = claims_reply(evidence)
    replies = stream(chat, messages, reply_type, MAX_CLAIMS_TOKENS, exchange=transcript)
    with closing(replies):
        return (yield from drafts_in(replies, selection))


def drafts_in(
    replies: Generator[ClaimsReply, None, ClaimsReply | None], selection: Selection
) -> Generator[Draft, None, bool]:
    """The drafts in a growing reply, at most eight. Returns whether there was a reply."""
    given, seen = 0, False
    for reply in replies:
        seen = True
        for claim in reply.claims[given:_MOST_CLAIMS]:
            section = selection.section_of(claim.sources)
            yield Draft(claim.sentence.strip(), claim.sources, section)
        given = max(given, len(reply.claims))
        if given >= _MOST_CLAIMS:
            break
    return seen


def quote_claims(selection: Selection) -> Generator[Draft, None, None]:
    """The evidence sentences themselves as drafts, section by section.

    In a line that names its paper, and below its name, "we" becomes "the authors".
    """
    said = {item.number: item.span.text for item in selection.evidence}
    for section, group in enumerate(selection.sections):
        named = selection.named or group.named
        for number in group.evidence:
            text = in_third_person(said[number]) if named else said[number]
            yield Draft(text, (number,), section)
