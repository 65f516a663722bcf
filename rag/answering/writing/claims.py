"""Turns drafts into checked claims with citations, and claims into Markdown.

A `Composer` is the state of one growing answer: its claims, and which paper has which number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.answering.prompts import Draft
from rag.answering.verify.alignment import Similarity
from rag.answering.verify.support import check_claim, names_another, swapped_subjects
from rag.text.sentences.third_person import in_third_person
from rag.types import Citation, Claim, Evidence, Refused, Removed, Span, Verdict

# (claim, quotes) -> the probability that the quotes entail the claim, by another model.
Entails = Callable[[str, Sequence[str]], float]


@dataclass(slots=True)
class Composer:
    """Collects the claims of one answer. Make one for each answer; use it in one thread.

    ``named``: a line begins with the name of its paper, so a quote is put into the third person.
    """

    evidence: Sequence[Evidence]
    similarity: Similarity
    entails: Entails | None = None
    named: bool = False
    claims: list[Claim] = field(default_factory=list)
    removed: Removed = field(default_factory=Removed)
    refused: list[Refused] = field(default_factory=list)
    sections: dict[int, list[int]] = field(default_factory=dict)  # places of claims, by section
    _numbers: dict[str, int] = field(default_factory=dict)
    _quotes: dict[str, list[Span]] = field(default_factory=dict)

    def add(self, draft: Draft) -> Claim | None:
        """Check a draft and return the claim to show, or None if there is none.

        Sources that do not exist are removed. A draft that its quotes do not support, or that asks
        something, is replaced by the best quote, verbatim. A draft without any source, or a
        repeated one, is dropped.
        """
        sources = [item for item in self.evidence if item.number in draft.sources]
        invented = len(draft.sources) - len(sources)
        if not sources or not draft.sentence:
            self.refused.append(Refused(draft.sentence, "no_source"))
            self._count(citations=invented, claims=1)
            return None
        text, (verdict, support), replaced = draft.sentence, self._check(draft.sentence, sources), 0
        if verdict == "unsupported":
            self.refused.append(Refused(text, "not_borne_out"))
            sources = self._best_unquoted(sources)
            quote = sources[0].span.text
            text = in_third_person(quote) if self.named else quote
            verdict, support, replaced = "supported", 1.0, 1
        if any(claim.text == text for claim in self.claims):
            if not replaced:
                self.refused.append(Refused(text, "repeated"))
            self._count(citations=invented, claims=1)
            return None
        self._count(citations=invented, replaced=replaced)
        claim = Claim(text, self._cite(sources), verdict, support)
        self.sections.setdefault(draft.section, []).append(len(self.claims))
        self.claims.append(claim)
        return claim

    def worded(self, draft: Draft) -> Claim | None:
        """The claim of a draft, not added; None if a source is missing or does not support it."""
        sources = [item for item in self.evidence if item.number in draft.sources]
        if not sources or len(sources) < len(draft.sources):
            self.refused.append(Refused(draft.sentence, "no_source"))
            self._count(claims=1)
            return None
        verdict, support = self._check(draft.sentence, sources)
        if verdict != "supported":
            self.refused.append(Refused(draft.sentence, "not_borne_out"))
            self._count(replaced=1)
            return None
        return Claim(draft.sentence, self._cite(sources), verdict, support)

    def take(self, claim: Claim, section: int) -> Claim | None:
        """Add a claim of `worded`; None if it was made before."""
        if any(claim.text == other.text for other in self.claims):
            self.refused.append(Refused(claim.text, "repeated"))
            self._count(claims=1)
            return None
        self.sections.setdefault(section, []).append(len(self.claims))
        self.claims.append(claim)
        return claim

    def citations(self) -> tuple[Citation, ...]:
        """The papers cited so far, by number, each with its quotes in the order of the abstract."""
        papers = {item.paper.paper_id: item.paper for item in self.evidence}
        return tuple(
            Citation(
                number,
                paper_id,
                papers[paper_id].title,
                papers[paper_id].url,
                tuple(sorted(self._quotes[paper_id], key=lambda span: span.start)),
                papers[paper_id].status,
                papers[paper_id].zotero,
            )
            for paper_id, number in self._numbers.items()
        )

    def _check(self, sentence: str, sources: Sequence[Evidence]) -> tuple[Verdict, float]:
        quotes = [item.span.text for item in sources]
        if sentence in quotes or sentence in map(in_third_person, quotes):
            return "supported", 1.0
        if sentence.rstrip().endswith("?"):
            return "unsupported", 0.0
        titles = [item.paper.title for item in sources]
        by_title: dict[str, str] = {}
        for item in sources:
            by_title[item.paper.title] = f"{by_title.get(item.paper.title, '')} {item.span.text}"
        others = {item.paper.title for item in self.evidence} - set(titles)
        if swapped_subjects(sentence, by_title) or names_another(
            sentence, " ".join([*quotes, *titles]), sorted(others)
        ):
            return "unsupported", 0.0
        entailed = self.entails(sentence, quotes) if self.entails else None
        similarity = self.similarity(sentence, quotes)
        check = check_claim(sentence, quotes, similarity, titles, entailed)
        return check.verdict, check.support

    def _best_unquoted(self, sources: Sequence[Evidence]) -> list[Evidence]:
        """The best source that no claim has quoted yet, or the best one if all are quoted."""
        unquoted = [s for s in sources if s.span not in self._quotes.get(s.paper.paper_id, ())]
        return [max(unquoted or sources, key=lambda item: item.score)]

    def _cite(self, sources: Sequence[Evidence]) -> tuple[int, ...]:
        """The numbers of the cited papers; a paper gets its number when it is first cited."""
        numbers = []
        for item in sources:
            paper_id = item.paper.paper_id
            numbers.append(self._numbers.setdefault(paper_id, len(self._numbers) + 1))
            quotes = self._quotes.setdefault(paper_id, [])
            if item.span not in quotes:
                quotes.append(item.span)
        return tuple(dict.fromkeys(numbers))

    def _count(self, *, citations: int = 0, claims: int = 0, replaced: int = 0) -> None:
        before = self.removed
        self.removed = Removed(
            before.citations + citations, before.claims + claims, before.replaced + replaced
        )
