"""The quotes of an answer, worded by a small language model where that loses nothing.

The quotes stand from the beginning, in their order. A sentence of the model takes the place of the
quotes that it rests on if they support it and it has all that they have: every number and name, and
most of their words. Otherwise they stay, so the answer never says less than they do.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field

from rag.answering.claims import Composer
from rag.answering.drafting import Transcript, draft_claims, quote_claims
from rag.answering.groups import Selection
from rag.answering.outcome import Found
from rag.answering.prompts import Draft
from rag.answering.verify.literals import missing_names, missing_numbers
from rag.answering.verify.support import containment
from rag.models.chat import ChatModel
from rag.types import Claim, Refused

_LEAST_KEPT = 0.6  # share of a quote's words


@dataclass(slots=True)
class Rewording:
    """The answer to one question as it grows. Use it in one thread."""

    chat: ChatModel
    found: Found
    composer: Composer
    transcript: Transcript
    # By the number of a sentence: the place of its quote among the claims, and its section.
    _places: dict[int, tuple[int, int]] = field(default_factory=dict)
    _worded: dict[int, Claim] = field(default_factory=dict)  # by place

    @property
    def selection(self) -> Selection:
        """What was selected."""
        return self.found.selection

    def claims(self) -> Generator[tuple[Claim, str], None, None]:
        """Each worded claim with its heading as soon as it is checked, then the quotes that stay.

        Raises EndpointError as `ChatModel.stream` does.
        """
        selection = self.selection
        for quote in quote_claims(selection):
            if self.composer.add(quote) is not None:
                self._places[quote.sources[0]] = len(self.composer.claims) - 1, quote.section
        chat, question = self.chat, self.found.query.text
        with closing(draft_claims(chat, question, selection, self.transcript)) as drafts:
            for draft in drafts:
                claim = self._offer(draft)
                if claim is not None:
                    yield claim, selection.sections[draft.section].heading
        quotes = [
            (self.composer.claims[place], selection.sections[section].heading)
            for place, section in self._places.values()
            if place not in self._worded
        ]
        self._put_in_place()
        yield from quotes

    def _offer(self, draft: Draft) -> Claim | None:
        """The claim that now stands for the quotes of a draft; None if they stay."""
        said = {item.number: item.span.text for item in self.selection.evidence}
        covered = [
            self._places[number][0]
            for number in draft.sources
            if number in self._places and _keeps(draft.sentence, said[number])
        ]
        sections = {self._places[n][1] for n in draft.sources if n in self._places}
        new = self._worded.keys().isdisjoint(covered)
        if not covered or len(sections) > 1 or not new or draft.sentence in said.values():
            self.composer.refused.append(Refused(draft.sentence, "adds_nothing"))
            return None
        claim = self.composer.worded(draft)
        if claim is not None:
            self._worded |= dict.fromkeys(covered, claim)
        return claim

    def _put_in_place(self) -> None:
        """Order the claims as the quotes were; one that stands for several comes once."""
        composer, claims, sections = self.composer, list[Claim](), dict[int, list[int]]()
        for place, section in self._places.values():
            claim = self._worded.get(place, composer.claims[place])
            if all(claim is not other for other in claims):
                sections.setdefault(section, []).append(len(claims))
                claims.append(claim)
        composer.claims, composer.sections = claims, sections


def _keeps(sentence: str, quote: str) -> bool:
    """Whether a sentence has the numbers and names of a quote, and most of its words."""
    lost = missing_numbers(quote, sentence) + missing_names(quote, sentence)
    return not lost and containment(quote, sentence) >= _LEAST_KEPT
