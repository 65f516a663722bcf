"""What a reader gives to select the papers of a comparison: a value, quick to import."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import ComparisonError
from rag.query.kinds import check_question
from rag.types import ANY_PAPER, Filter


@dataclass(frozen=True, slots=True)
class PaperSelection:
    """Which papers a reader wants to compare. All fields that are given add papers.

    papers: ids, or titles as `find_paper` takes them.
    about: a question; adds the papers that it is about.
    nearest: an id or a title; adds that paper and the ten nearest to it.
    statements: if none of the above is given, adds the papers nearest to each statement.
    filter: restricts all of these but ``papers``; given alone, adds every paper that passes it.
    """

    papers: tuple[str, ...] = ()
    about: str | None = None
    nearest: str | None = None
    statements: tuple[str, ...] = ()
    filter: Filter = ANY_PAPER

    @property
    def names_papers(self) -> bool:
        """Whether ``papers``, ``about`` or ``nearest`` is given."""
        return bool(self.papers or self.about is not None or self.nearest)

    def check(self, longest_question: int) -> None:
        """Raises ComparisonError if nothing is given, QuestionError if the question is too long."""
        if not (self.names_papers or self.statements or self.filter):
            raise ComparisonError(
                "No papers are named.",
                "Give --paper twice or more, --about QUESTION, --nearest ID, or a filter as "
                "--author.",
            )
        if self.about is not None:
            check_question(self.about, longest_question)
