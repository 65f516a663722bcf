"""What writes an answer: quotes as they are, or a language model; all claims are checked."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from rag.answering.claims import Composer
from rag.answering.drafting import quote_claims
from rag.answering.groups import Selection
from rag.answering.outcome import Found
from rag.types import Claim


class Writer(Protocol):
    """Writes one answer. Use it in one thread."""

    @property
    def composer(self) -> Composer:
        """The claims, once `claims` has ended."""

    @property
    def selection(self) -> Selection:
        """What the answer is made of, once `claims` has ended."""

    def claims(self) -> Generator[tuple[Claim, str], None, None]:
        """Each claim with its heading as soon as it is checked.

        Raises EndpointError if a language model cannot be reached.
        """


@dataclass(slots=True)
class Quoting:
    """Quotes what was selected."""

    found: Found
    composer: Composer

    @property
    def selection(self) -> Selection:
        """What was selected."""
        return self.found.selection

    def claims(self) -> Generator[tuple[Claim, str], None, None]:
        """The quotes; none if nothing was selected."""
        for draft in quote_claims(self.selection) if self.selection.reason is None else ():
            claim = self.composer.add(draft)
            if claim is not None:
                yield claim, self.selection.sections[draft.section].heading
