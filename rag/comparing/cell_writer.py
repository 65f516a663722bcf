"""One paper's cells by a language model: one call for all aspects, and each cell checked.

A value is shown only if its quote supports it. The fitted decision of
rag/decisions/aspect_sentences.py selects the sentence that states an aspect; `WritingPolicy` says
how far a model may depart from it. Why: docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace

from rag.answering.verify.alignment import Similarity, similarity_by
from rag.answering.verify.support import check_claim
from rag.comparing.cache import CellCache, key_of
from rag.comparing.cell_drafts import NONE, VERSION, CellDraft, draft_cells
from rag.comparing.cells import (
    MOST_WORDS,
    cached_cell,
    empty_cell,
    quoted_cell,
    value_of,
)
from rag.decisions.aspect_sentences import Ranked
from rag.decisions.aspects import Aspect
from rag.errors import EndpointError
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.structured import BrokenReplyError
from rag.types import Author, Cell, Mode, Paper, Span

# How drafts become cells: raise it whenever the same draft makes another cell.
_CHECKS_VERSION = "3"


@dataclass(frozen=True, slots=True)
class WritingPolicy:
    """How far a language model may go beyond the fitted decision. Margins are those of `Ranked`.

    selects_sentence: the model sees the whole abstract and names a sentence, or none. Otherwise it
        shortens the sentence that the decision ranks first.
    lowest_margin: a sentence with a lower margin is never quoted.
    sure_margin: from here on the first sentence is quoted even if the model names none.
    """

    selects_sentence: bool
    lowest_margin: float
    sure_margin: float

    def cache_key(self) -> str:
        """Part of the cache's keys; its spelling is old, so that cached cells are found again."""
        selects, lowest, sure = self.selects_sentence, self.lowest_margin, self.sure_margin
        return f"Leeway(chooses={selects!r}, lowest={lowest!r}, sure={sure!r})"


# If the embedded model may select, it finds a sentence for every aspect.
WORDING = WritingPolicy(selects_sentence=False, lowest_margin=0.0, sure_margin=0.0)
SELECTING = WritingPolicy(selects_sentence=True, lowest_margin=-2.0, sure_margin=1.0)


def policy_of(mode: Mode) -> WritingPolicy:
    """The policy for the language model of this mode."""
    return SELECTING if mode == "openai" else WORDING


class CellWriter:
    """Writes the rows of one comparison. Make one per comparison: it remembers a dead model."""

    def __init__(
        self, chat: ChatModel, cache: CellCache, library: Library, policy: WritingPolicy
    ) -> None:
        self._chat = chat
        self._cache = cache
        self._similarity = similarity_by(library.embedder)
        self._policy = policy
        self._dead = False
        self._model = ""
        self.trouble: str | None = None  # what went wrong with the last row

    def write(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> Generator[Cell, None, None]:
        """One paper's cells: cached ones first, then each one when the model has written it.

        ``ranked`` has the paper's sentences by aspect id, best first. Cells that the model failed
        to write are left out, and ``trouble`` says why. After one failure to reach the model no
        further row calls it. Closing the generator stops the model.
        """
        self.trouble = None
        try:
            yield from self._write(paper, aspects, ranked)
        except EndpointError as fault:
            self._dead = not isinstance(fault, BrokenReplyError)
            self.trouble = str(fault)

    def _write(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> Generator[Cell, None, None]:
        if self._dead and not self._model:
            return
        self._model = self._model or self._chat.name
        keys = {aspect.id: self._key(paper, aspect) for aspect in aspects}
        cached = self._cache.get(list(keys.values()))
        yield from (cached_cell(cached[key]) for key in keys.values() if key in cached)
        if self._dead:
            return
        missing = [aspect for aspect in aspects if keys[aspect.id] not in cached]
        for aspect, cell in self._new_cells(paper, missing, ranked):
            self._cache.put({keys[aspect.id]: asdict(cell)})
            yield cell

    def _new_cells(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> Generator[tuple[Aspect, Cell], None, None]:
        spans = _sentences(ranked)
        choices = {a.id: _choices(a, spans, ranked[a.id], self._policy) for a in aspects}
        asked = [aspect for aspect in aspects if choices[aspect.id]]
        if not asked:
            return
        written: set[str] = set()
        drafting = draft_cells(
            self._chat, paper, spans, asked, choices, self._policy.selects_sentence
        )
        with closing(drafting) as drafts:
            for aspect, draft in drafts:
                # A small model repeats in one column what it wrote in another.
                new = replace(draft, value="") if draft.value in written else draft
                written.add(draft.value)
                cell = checked_cell(
                    paper, aspect, new, spans, ranked[aspect.id], self._policy, self._similarity
                )
                yield aspect, cell

    def _key(self, paper: Paper, aspect: Aspect) -> str:
        text = (paper.paper_id, paper.title, paper.abstract, aspect.label, aspect.description)
        return key_of(*text, VERSION, _CHECKS_VERSION, self._policy.cache_key(), self._model)


def _sentences(ranked: Mapping[str, Sequence[Ranked]]) -> list[Span]:
    """The paper's sentences, in the order of the abstract."""
    found = {item.span for items in ranked.values() for item in items}
    return sorted(found, key=lambda span: span.start)


def _choices(
    aspect: Aspect, spans: Sequence[Span], ranked: Sequence[Ranked], policy: WritingPolicy
) -> list[int]:
    """The numbers, from 1, of the sentences that the model may use; none: do not ask it.

    It is not asked if no sentence reaches the lowest margin, if the value is an address that can be
    copied, or if it could only shorten a sentence that is short already.
    """
    if aspect.is_address or not ranked or ranked[0].margin < policy.lowest_margin:
        return []
    if policy.selects_sentence:
        return list(range(1, len(spans) + 1))
    best = ranked[0].span
    return [spans.index(best) + 1] if len(best.text.split()) > MOST_WORDS else []


def checked_cell(
    paper: Paper,
    aspect: Aspect,
    draft: CellDraft,
    spans: Sequence[Span],
    ranked: Sequence[Ranked],
    policy: WritingPolicy,
    similarity: Similarity,
) -> Cell:
    """The cell that is shown: the model's value if it is supported, else the quoted cell.

    A value that its quote does not wholly support, or that is too short or too long, is replaced
    by the quote's own words. ``ranked`` is not empty.
    """
    fallback = quoted_cell(paper, aspect, ranked)
    if draft.source == NONE:
        sure = ranked[0].margin >= policy.sure_margin
        return fallback if sure else empty_cell(paper, aspect)
    source = _source(draft, spans, ranked)
    if source is None or source.margin < policy.lowest_margin:
        return fallback
    same = fallback.quotes[:1] == (source.span,)
    quotes = fallback.quotes if same else (source.span,)
    value = draft.value
    if not (_fits(value, aspect) and _is_supported(paper, value, quotes, similarity)):
        value = value_of(source, aspect)
    author: Author = "paper" if any(value in quote.text for quote in quotes) else "model"
    return Cell(paper.paper_id, aspect.label, value, "stated", quotes, "supported", author)


def _source(draft: CellDraft, spans: Sequence[Span], ranked: Sequence[Ranked]) -> Ranked | None:
    """The sentence that the draft names, or the best if it names none; None if it is not there."""
    if draft.source is None:
        return ranked[0]
    named = spans[draft.source - 1 : draft.source]
    return next((item for item in ranked if item.span in named), None)


def _fits(value: str, aspect: Aspect) -> bool:
    """Whether the value has neither too few words nor too many."""
    return aspect.fewest_words <= len(value.split()) <= MOST_WORDS


def _is_supported(paper: Paper, value: str, quotes: Sequence[Span], similarity: Similarity) -> bool:
    """Whether the quotes support the value fully; partial support does not count."""
    texts = [quote.text for quote in quotes]
    if any(value in text for text in texts):
        return True
    check = check_claim(value, texts, similarity(value, texts), [paper.title])
    return check.verdict == "supported"
