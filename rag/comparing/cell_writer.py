"""One paper's cells by a language model: one call for all aspects, and each cell checked.

What the model writes is believed as far as its quote bears it out. Which sentence states an aspect,
and whether any does, is decided together with the fitted assignment of rag/assign; how far the
model may go beyond it is its `WritingPolicy`. Why: docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace

from rag.answering.verify.alignment import Similarity, similarity_by
from rag.answering.verify.support import check_claim
from rag.comparing.cache import CellCache, key_of
from rag.comparing.cell_drafts import draft_cells
from rag.comparing.cell_prompts import NONE, VERSION, CellDraft
from rag.comparing.cells import empty_cell, kept_cell, quoted_cell, value_of
from rag.decisions.aspect_sentences import Ranked
from rag.decisions.aspects import ASPECTS, Aspect
from rag.errors import EndpointError
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.models.structured import BrokenReplyError
from rag.text.excerpts import MOST_WORDS
from rag.types import Author, Cell, Mode, Paper, Span

_CODE = "code or project"  # its value is the address that stands there: no model is asked for it
# A value of fewer words tells nothing; of a reader's own aspect, a number may be all there is.
_FEWEST_WORDS = {aspect.name: 4 for aspect in ASPECTS} | {"data or modality": 2, "baseline": 2}
_MADE = "2"  # how drafts become cells: raise it whenever the same draft makes another cell


@dataclass(frozen=True, slots=True)
class WritingPolicy:
    """How far a language model may go beyond the fitted decision; margins are as in `Ranked`.

    ``chooses``: it is shown the whole abstract and names the sentence, or none; else it words the
    best sentence alone. ``lowest``: the margin that a sentence must have to state the aspect.
    ``sure``: the margin from which on the best sentence stands although the model says none.
    """

    chooses: bool
    lowest: float
    sure: float


# Asked to choose, the embedded model finds something for every aspect.
WORDING = WritingPolicy(chooses=False, lowest=0.0, sure=0.0)
CHOOSING = WritingPolicy(chooses=True, lowest=-2.0, sure=1.0)


def policy_of(mode: Mode) -> WritingPolicy:
    """That of the model which answers in this mode."""
    return CHOOSING if mode == "openai" else WORDING


class CellWriter:
    """Fills the rows of one comparison. One instance a comparison: it gives up a dead model."""

    def __init__(
        self, chat: ChatModel, cache: CellCache, library: Library, policy: WritingPolicy
    ) -> None:
        self._chat = chat
        self._cache = cache
        self._library = library
        self._policy = policy
        self._dead = False
        self._model = ""
        self.trouble: str | None = None  # what went wrong with the last row

    def fill(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> Generator[Cell, None, None]:
        """One paper's cells: kept ones first, then each as the model has written it.

        Cells that the model did not make are left out; then ``trouble`` says why. It is asked for
        those alone that are not kept, and no more once it cannot be reached: other rows need not
        wait for it, too. Closing the generator ends the model's reply.
        """
        self.trouble = None
        try:
            yield from self._fill(paper, aspects, ranked)
        except EndpointError as fault:
            self._dead = not isinstance(fault, BrokenReplyError)
            self.trouble = str(fault)

    def _fill(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> Generator[Cell, None, None]:
        if self._dead and not self._model:
            return
        self._model = self._model or self._chat.name
        keys = {aspect.name: self._key(paper, aspect) for aspect in aspects}
        kept = self._cache.get(list(keys.values()))
        yield from (kept_cell(kept[key]) for key in keys.values() if key in kept)
        missing = [aspect for aspect in aspects if keys[aspect.name] not in kept]
        if self._dead:
            return
        for name, cell in self._written(paper, missing, ranked):
            self._cache.put({keys[name]: asdict(cell)})
            yield cell

    def _written(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> Generator[tuple[str, Cell], None, None]:
        spans, policy = _sentences(ranked), self._policy
        among = {a.name: _among(a, spans, ranked[a.name], policy) for a in aspects}
        asked = {aspect.name: aspect for aspect in aspects if among[aspect.name]}
        if not asked:
            return
        drafts = draft_cells(self._chat, paper, spans, list(asked.values()), among)
        said: set[str] = set()
        with closing(drafts):
            for name, draft in drafts:
                # A small model writes for one column again what it wrote for another.
                fresh = replace(draft, value="") if draft.value in said else draft
                said.add(draft.value)
                yield (
                    name,
                    checked_cell(
                        paper, asked[name], fresh, spans, ranked[name], policy,
                        similarity_by(self._library.embedder),
                    ),
                )  # fmt: skip

    def _key(self, paper: Paper, aspect: Aspect) -> str:
        text = (paper.paper_id, paper.title, paper.abstract, aspect.name, aspect.description)
        return key_of(*text, VERSION, _MADE, repr(self._policy), self._model)


def _sentences(ranked: Mapping[str, Sequence[Ranked]]) -> list[Span]:
    """The paper's sentences in order, as every aspect ranks them."""
    found = {item.span for items in ranked.values() for item in items}
    return sorted(found, key=lambda span: span.start)


def _among(
    aspect: Aspect, spans: Sequence[Span], ranked: Sequence[Ranked], policy: WritingPolicy
) -> list[int]:
    """The numbers of the sentences that the model is asked about; none: it is not asked.

    It is not where nothing may state the aspect, nor where the sentence is short enough as it is.
    """
    if aspect.name == _CODE or not ranked or ranked[0].margin < policy.lowest:
        return []
    if policy.chooses:
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
    alike: Similarity,
) -> Cell:
    """The cell that stands: the model's where it can, else the one without a model.

    A value that its quote does not wholly bear out, or that is too short or too long, is replaced
    by the quote's own words. ``ranked`` is not empty.
    """
    fallback = quoted_cell(paper, aspect.name, ranked)
    if draft.source == NONE:
        return fallback if ranked[0].margin >= policy.sure else empty_cell(paper, aspect.name)
    chosen = _chosen(draft, spans, ranked)
    if chosen is None or chosen.margin < policy.lowest:
        return fallback
    known = fallback.quotes[:1] == (chosen.span,)
    quotes = fallback.quotes if known else (chosen.span,)
    value = draft.value
    if not (_fits(value, aspect) and _held(paper, value, quotes, alike)):
        value = value_of(chosen.span, aspect.name)
    author: Author = "paper" if any(value in quote.text for quote in quotes) else "model"
    return Cell(paper.paper_id, aspect.name, value, "stated", quotes, "supported", author)


def _chosen(draft: CellDraft, spans: Sequence[Span], ranked: Sequence[Ranked]) -> Ranked | None:
    """The sentence that the draft names, or the best where it names none; None: no such."""
    if draft.source is None:
        return ranked[0]
    named = spans[draft.source - 1 : draft.source]
    return next((item for item in ranked if item.span in named), None)


def _fits(value: str, aspect: Aspect) -> bool:
    """Whether it says enough, in few enough words."""
    return _FEWEST_WORDS.get(aspect.name, 1) <= len(value.split()) <= MOST_WORDS


def _held(paper: Paper, value: str, quotes: Sequence[Span], alike: Similarity) -> bool:
    """Whether the quotes bear the value out; what they do in part alone is not shown."""
    texts = [quote.text for quote in quotes]
    if any(value in text for text in texts):
        return True
    check = check_claim(value, texts, alike(value, texts), [paper.title])
    return check.verdict == "supported"
