"""What a language model is given to read: whole abstracts as numbered sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.answering.prompts import sentence_line
from rag.answering.selecting.groups import Group, Selection
from rag.answering.writing.outcome import Found
from rag.index.library import Library
from rag.retrieval.search import retrieve_query
from rag.text.sentences.reporting import reports
from rag.text.sentences.sentences import trim
from rag.types import Evidence, Paper, Span

_READ = 10  # papers of one search


@dataclass(slots=True)
class Material:
    """The numbered sentences of one answer, paper by paper; grows by `add`."""

    library: Library
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def papers(self) -> set[str]:
        """The ids of the papers of which there is a sentence."""
        return {item.paper.paper_id for item in self.evidence}

    def add(
        self,
        paper_ids: Iterable[str],
        budget: int,
        selected: Sequence[Evidence] = (),
    ) -> tuple[Evidence, ...]:
        """Number the sentences of these papers, in order, up to ``budget`` tokens; those added.

        One paper at least is added whole. Of a paper that does not fit only the ``selected``
        sentences are added. Papers that are there already are left out.
        """
        start, full = len(self.evidence), False
        kept: dict[str, list[Evidence]] = {}
        for item in selected:
            kept.setdefault(item.paper.paper_id, []).append(item)
        for paper_id in dict.fromkeys(i for i in paper_ids if i not in self.papers):
            paper = self.library.by_id[paper_id]
            spans = {} if full else self._sentences(paper)
            cost = sum(self._tokens(text.text) for text in spans.values())
            if cost > budget and len(self.evidence) > start:
                spans, cost, full = {}, 0, True
            budget -= cost
            spans |= {item.span.start: item.span for item in kept.get(paper_id, ())}
            for at in sorted(spans):
                self.evidence.append(Evidence(len(self.evidence) + 1, paper, spans[at], 0.0))
        return tuple(self.evidence[start:])

    def numbered(self, selection: Selection) -> Selection:
        """A selection of these sentences, with the numbers that they have here."""
        here = {(item.paper.paper_id, item.span.start): item.number for item in self.evidence}
        numbers = {
            item.number: here[item.paper.paper_id, item.span.start] for item in selection.evidence
        }
        return replace(
            selection,
            evidence=tuple(replace(e, number=numbers[e.number]) for e in selection.evidence),
            groups=tuple(_renumbered(group, numbers) for group in selection.groups),
        )

    def _sentences(self, paper: Paper) -> dict[int, Span]:
        """The sentences of its abstract, by where they start; not those addressing the reader."""
        read = self.library.tokens.of([paper.paper_id]).get(paper.paper_id)
        if read is None or not paper.abstract:
            return {}
        spans = [span for span in map(trim, read.sentences(paper.abstract)) if span.text]
        return {span.start: span for span in spans if reports(span.text, paper.abstract)}

    def _tokens(self, text: str) -> int:
        return self.library.embedder.count(sentence_line(0, text))


def papers_to_read(found: Found) -> Iterator[str]:
    """The ids of the papers for a question, the best first.

    Those that it names, then those that were selected, then those that its parts and the whole
    question find.
    """
    selection, query = found.selection, found.query
    yield from (mention.paper_id for mention in query.mentions)
    yield from (item.paper.paper_id for item in selection.evidence)
    yield from (ref.paper_id for group in selection.groups for ref in group.papers)
    yield from selection.about
    for part in query.parts:
        searched = retrieve_query(part, _READ, found.retrieval)
        yield from (item.paper.paper_id for item in searched.ranked[:3])
    yield from (item.paper.paper_id for item in found.retrieval.ranked[:_READ])


def _renumbered(group: Group, numbers: Mapping[int, int]) -> Group:
    return replace(group, evidence=tuple(numbers[number] for number in group.evidence))
