"""What requests have in common: the collection, the papers and the filter."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from rag.types import Filter, Scope
from ui.filters import read_filter

_MOST_PAPERS = 1000

Collection = Annotated[
    str | None,
    Field(max_length=64, description="A collection's name; the server's own index without one."),
]
PaperIds = Annotated[
    tuple[str, ...], Field(max_length=_MOST_PAPERS, description="Only these papers; empty: all.")
]
WantedFilter = Annotated[
    Filter, BeforeValidator(read_filter), Field(description="Only papers that pass this.")
]


def _said(text: str) -> str:
    """The text. Raises ValueError for nothing but blanks."""
    if not text.strip():
        raise ValueError("it is empty")
    return text


Words = Annotated[str, AfterValidator(_said)]


class Given(BaseModel):
    """A body; a field that nobody knows is an error, since it would be left out in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    collection: Collection = None


class Scoped(Given):
    """A body that says which papers are searched."""

    papers: PaperIds = ()
    filter: WantedFilter = Filter()

    @property
    def scope(self) -> Scope:
        """The part of the library that is searched."""
        return Scope(tuple(dict.fromkeys(self.papers)), self.filter)
