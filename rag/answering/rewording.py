"""The quotes of an answer, worded by a small language model where that loses nothing.

The quotes stand from the beginning, in their order. A sentence of the model that its quotes support
takes their place if it has all that they have: every number and name, and most of their words. A
shorter one that answers the question in its own words stands before its quote, one at most. All
else is dropped, so the answer never says less than the quotes.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answering.claims import Composer
from rag.answering.drafting import Transcript, draft_claims, quote_claims
from rag.answering.groups import Selection
from rag.answering.outcome import Found
from rag.answering.prompts import Draft
from rag.answering.verify.literals import missing_names, missing_numbers
from rag.answering.verify.support import containment
from rag.errors import EndpointError
from rag.models.chat import ChatModel
from rag.query.terms import coverage
from rag.text.third_person import in_third_person
from rag.types import Claim, Refused

_LEAST_KEPT = 0.6  # share of a quote's words
_LEAST_ASKED = 0.5  # share of the question's words, weighted, in a sentence that answers it
_LONGEST_LEAD = 0.7  # of the length of its quotes


@dataclass(slots=True)
class Rewording:
    """The answer to one question as it grows. Use it in one thread."""

    chat: ChatModel
    found: Found
    composer: Composer
    transcript: Transcript
    fault: EndpointError | None = None
    # By the number of a sentence: the place of its quote among the claims, and its section.
    _places: dict[int, tuple[int, int]] = field(default_factory=dict)
    _worded: dict[int, Claim] = field(default_factory=dict)  # by place
    _lead: tuple[int, Claim] | None = None  # stands before the quote at this place

    @property
    def selection(self) -> Selection:
        """What was selected."""
        return self.found.selection

    @property
    def by_model(self) -> bool:
        """Whether a claim is in the words of the model."""
        return bool(self._worded or self._lead)

    def claims(self) -> Generator[tuple[Claim, str], None, None]:
        """Each worded claim with its heading once it is checked, then the quotes that stay."""
        selection = self.selection
        for quote in quote_claims(selection):
            if self.composer.add(quote) is not None:
                self._places[quote.sources[0]] = len(self.composer.claims) - 1, quote.section
        try:
            yield from self._drafted()
        except EndpointError as exc:
            self.fault = exc
        quotes = [
            (self.composer.claims[place], selection.sections[section].heading)
            for place, section in self._places.values()
            if place not in self._worded
        ]
        self._put_in_place()
        yield from quotes

    def _drafted(self) -> Generator[tuple[Claim, str], None, None]:
        selection, question = self.selection, self.found.query.text
        with closing(draft_claims(self.chat, question, selection, self.transcript)) as drafts:
            for draft in drafts:
                claim = self._offer(draft)
                if claim is not None:
                    yield claim, selection.sections[draft.section].heading

    def _offer(self, draft: Draft) -> Claim | None:
        """The claim of a draft, if it takes the place of quotes or leads; None if it is dropped."""
        draft = replace(draft, sentence=in_third_person(draft.sentence))
        said = {item.number: item.span.text for item in self.selection.evidence}
        sources = [number for number in draft.sources if number in self._places]
        places = [self._places[n][0] for n in sources if _keeps(draft.sentence, said[n])]
        replaces = bool(places) and self._worded.keys().isdisjoint(places)
        quotes = [said[number] for number in sources]
        leads = self._lead is None and not places and self._answers(draft, quotes)
        together = len({self._places[number][1] for number in sources}) == 1
        copied = draft.sentence in map(in_third_person, said.values())
        if not together or copied or not (replaces or leads):
            self.composer.refused.append(Refused(draft.sentence, "adds_nothing"))
            return None
        claim = self.composer.worded(draft)
        if claim is not None and leads:
            self._lead = min(self._places[number][0] for number in sources), claim
        elif claim is not None:
            self._worded |= dict.fromkeys(places, claim)
        return claim

    def _answers(self, draft: Draft, quotes: Sequence[str]) -> bool:
        """Whether a sentence is about what is asked, and much shorter than its quotes."""
        asked = self.found.query.content
        share = coverage(asked.weights, asked.library.terms_of(draft.sentence))
        length = min(map(len, quotes), default=0)
        return share >= _LEAST_ASKED and len(draft.sentence) <= _LONGEST_LEAD * length

    def _put_in_place(self) -> None:
        """Order the claims as the quotes were; one that stands for several comes once."""
        composer, claims, sections = self.composer, list[Claim](), dict[int, list[int]]()
        for place, section in self._places.values():
            lead = [self._lead[1]] if self._lead and self._lead[0] == place else []
            for claim in (*lead, self._worded.get(place, composer.claims[place])):
                if all(claim is not other for other in claims):
                    sections.setdefault(section, []).append(len(claims))
                    claims.append(claim)
        composer.claims, composer.sections = claims, sections


def _keeps(sentence: str, quote: str) -> bool:
    """Whether a sentence has the numbers and names of a quote, and most of its words."""
    lost = missing_numbers(quote, sentence) + missing_names(quote, sentence)
    return not lost and containment(quote, sentence) >= _LEAST_KEPT
