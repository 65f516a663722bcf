"""Numbers of citations: one a paper, in the order of first use."""

from __future__ import annotations

from rag.answering.claims import Composer
from rag.answering.prompts import Draft
from rag.answering.verify.alignment import QuoteSimilarity
from rag.index.library import Library
from rag.types import Evidence, Span


def evidence(library: Library, *places: tuple[int, int, int]) -> list[Evidence]:
    found = []
    for number, (paper, start, end) in enumerate(places, start=1):
        shelf = library.papers[paper]
        found.append(Evidence(number, shelf, Span(shelf.abstract[start:end], start, end), 1.0))
    return found


def test_one_number_a_paper_in_order_of_first_use(library: Library) -> None:
    composer = Composer(
        evidence(library, (0, 0, 40), (1, 0, 40), (0, 50, 90)), lambda c, q: QuoteSimilarity(1.0)
    )
    texts = [item.span.text for item in composer.evidence]
    assert composer.add(Draft(texts[1], (2,))).citations == (1,)  # type: ignore[union-attr]
    assert composer.add(Draft(texts[0], (1,))).citations == (2,)  # type: ignore[union-attr]
    assert composer.add(Draft(texts[2], (3, 2))).citations == (1, 2)  # type: ignore[union-attr]
    assert composer.add(Draft(texts[2], (3,))) is None, "nothing is said twice"
    assert [(c.number, len(c.quotes)) for c in composer.citations()] == [(1, 1), (2, 2)]
