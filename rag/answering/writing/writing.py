"""What writes an answer: quotes as they are, or a language model; all claims are checked."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from rag.answering.selecting.groups import Selection
from rag.answering.writing.claims import Composer
from rag.answering.writing.drafting import quote_claims
from rag.answering.writing.outcome import Found
from rag.errors import EndpointError
from rag.types import Claim


class Writer(Protocol):
    """Writes one answer. Use it in one thread."""

    @property
    def composer(self) -> Composer:
        """The claims, once `claims` has ended."""

    @property
    def selection(self) -> Selection:
        """What the answer is made of, once `claims` has ended."""

    @property
    def fault(self) -> EndpointError | None:
        """Why the language model did not write the answer, or not all of it."""

    @property
    def by_model(self) -> bool:
        """Whether a claim is in the words of a language model."""

    def claims(self) -> Generator[tuple[Claim, str], None, None]:
        """Each claim with its heading as soon as it is checked; quotes where a model fails."""


@dataclass(slots=True)
class Quoting:
    """Quotes what was selected."""

    found: Found
    composer: Composer
    fault: EndpointError | None = None
    by_model: bool = False

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
