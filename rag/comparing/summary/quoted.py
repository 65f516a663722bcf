"""The quotes of the compared papers, and which papers' quotes contain a phrase. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.verify.support import check_claim, containment
from rag.decisions.aspects import ASPECTS, Aspect
from rag.text.keyphrases import acronyms, as_keys
from rag.text.names.titles import short_title
from rag.text.wording import enumerated
from rag.types import Cell, Paper

MOST_NAMED = 4  # papers that are named in a sentence; more are counted
_MOST_TITLE_WORDS = 16  # of the titles in one sentence together
_ID_OF = {aspect.label: aspect.id for aspect in ASPECTS}


def is_quoted(phrase: str, quotes: Sequence[str]) -> bool:
    """Whether the quotes contain a phrase: a name, a term or a number with its unit.

    Such phrases occur word for word or not at all, so term coverage replaces the token recall.
    """
    literal = QuoteSimilarity(containment(phrase, " ".join(quotes)))
    return check_claim(phrase, quotes, literal).verdict == "supported"


@dataclass(frozen=True, slots=True)
class Quoted:
    """The compared papers in order, with the quotes of their cells by paper id and aspect id."""

    papers: Sequence[Paper]
    quotes: Mapping[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(cls, papers: Sequence[Paper], cells: Iterable[Cell]) -> Self:
        """The quotes of cells for known aspects; other columns are ignored."""
        quotes = {
            (cell.paper_id, _ID_OF[cell.aspect]): tuple(quote.text for quote in cell.quotes)
            for cell in cells
            if cell.quotes and cell.aspect in _ID_OF
        }
        return cls(papers, quotes)

    @property
    def ids(self) -> list[str]:
        """The ids of all papers, in order."""
        return [paper.paper_id for paper in self.papers]

    def of_paper(self, paper_id: str, *aspects: Aspect) -> tuple[str, ...]:
        """The paper's quotes for these aspects."""
        return tuple(q for aspect in aspects for q in self.quotes.get((paper_id, aspect.id), ()))

    def text(self, paper_id: str, *aspects: Aspect) -> str:
        """The paper's quotes for these aspects as one text."""
        return " ".join(" ".join(self.of_paper(paper_id, aspect)) for aspect in aspects)

    def title(self, paper_id: str) -> str:
        """What the paper is called in a sentence."""
        return next(short_title(p.title) for p in self.papers if p.paper_id == paper_id)

    def papers_quoting(self, phrase: str, ids: Iterable[str], *aspects: Aspect) -> list[str]:
        """Those of the papers ``ids`` whose quotes for these aspects contain the phrase."""
        return [i for i in ids if is_quoted(phrase, self.of_paper(i, *aspects))]

    def who(self, ids: Sequence[str]) -> str:
        """The papers as the subject of a sentence: by name if they are few, else a count."""
        count, titles = len(self.papers), [self.title(i) for i in ids]
        if len(ids) == count:
            return "Both papers" if count == 2 else f"All {count} papers"
        words = sum(len(title.split()) for title in titles)
        if len(ids) == 1 or (len(ids) <= MOST_NAMED and words <= _MOST_TITLE_WORDS):
            return enumerated(titles)
        return f"{len(ids)} of {count} papers"

    def others_lack(self, phrase: str, ids: Sequence[str]) -> str:
        """The words that no other abstract has the phrase or its acronym; empty if one has it."""
        others = [paper for paper in self.papers if paper.paper_id not in ids]
        spelled = {k: v for p in self.papers for k, v in acronyms(p.abstract).items()}
        key = as_keys(phrase).strip()
        forms = {key, spelled.get(key, key), *(k for k, v in spelled.items() if v == key)}
        texts = [as_keys(f"{paper.title}. {paper.abstract}") for paper in others]
        if not others or any(f" {form} " in text for form in forms for text in texts):
            return ""
        if len(others) == 1:
            return f"; {self.title(others[0].paper_id)} does not"
        return f"; the other {len(others)} abstracts do not"
