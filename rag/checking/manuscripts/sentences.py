"""The sentences of a manuscript, with what they cite. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.answering.verify.clauses import stems_of
from rag.checking.manuscripts.draft import Block
from rag.checking.manuscripts.parts import FIRST_PERSON, Part, claim_of, parts_of
from rag.text.sentences.sentences import split_sentences, trim
from rag.types import Span

_FEWEST_UNCITED = 5  # of a sentence for which papers are sought
# The manuscript speaks of itself: "this section", "Figure 3", "the next chapter".
_ITSELF = re.compile(
    r"\b(?:this|the (?:present|following|next|previous|remaining|rest of the))\s"
    r"(?:paper|section|subsection|chapter|appendix|work|study|article|thesis|review|survey"
    r"|manuscript|report)\b"
    r"|\b(?:fig(?:ure|s|\.)?|tab(?:le|\.)?|sec(?:tion|\.|s\.)?|chapter|appendix|eq(?:uation|\.)?"
    r"|algorithm|theorem|lemma)s?\s*(?:\(?\d|[A-Z]\b|\w+:\w)",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\s+[^\Wa-z]|\s*$")  # another sentence, or nothing
# Ends of "sentences" that stand before a name or a number, besides those of
# `rag.text.sentences.sentences`.
_ABBREVIATED = re.compile(
    r"\b(?:Drs?|Profs?|Mrs?|Ms|St|Secs?|Tabs?|Refs?|Nos?|Vols?|Chaps?|Thms?|Defs?|App|Alg)\.\s*$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at ``start:end`` of a block; without ``parts`` it cites nothing.

    ``claim`` is the sentence without its citations.
    """

    block: int
    start: int
    end: int
    claim: str
    parts: tuple[Part, ...]

    @property
    def is_searched(self) -> bool:
        """Whether papers are sought for it: it cites nothing and states something."""
        long = len(set(stems_of(self.claim))) >= _FEWEST_UNCITED
        own = FIRST_PERSON.search(self.claim) or _ITSELF.search(self.claim)
        return not self.parts and long and not own and self.claim.endswith((".", "!"))


def sentences_of(blocks: Sequence[Block]) -> Iterator[Sentence]:
    """The sentences of all blocks but headings, in order."""
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            continue
        masked = _masked(block)
        for span in _whole(split_sentences(masked)):
            bare = trim(span)
            end = bare.start + len(bare.text)
            marks = [m for m in block.marks if bare.start <= m.start < end]
            parts = tuple(parts_of(block, masked, bare.start, end, marks))
            claim = claim_of(block, bare.start, end)
            if parts or claim:
                yield Sentence(at, bare.start, end, claim, parts)


def _whole(spans: Iterable[Span]) -> Iterator[Span]:
    """The sentences, in which "Dr. Smith" and "Secs. 2 and 3" are not cut."""
    held: Span | None = None
    for span in spans:
        if held is not None:
            span = Span(held.text + span.text, held.start, span.end)
        held = span if _ABBREVIATED.search(span.text) else None
        if held is None:
            yield span
    if held is not None:
        yield held


def _masked(block: Block) -> str:
    """The text with a word of the same length for each citation, so that it splits as prose does.

    A citation behind a full stop goes with the sentence before it.
    """
    letters = list(block.text)
    for mark in block.marks:
        if mark.role == "words":
            continue
        letters[mark.start : mark.end] = "Q" + "q" * (mark.end - mark.start - 1)
        stop = mark.start - 1 - (letters[mark.start - 1 : mark.start] == [" "])
        ends = stop >= 0 and letters[stop] in ".!?"
        if ends and mark.role == "aside" and _BEGINS.match(block.text, mark.end):
            letters[stop], letters[mark.start], letters[mark.end - 1] = ",", "q", "."
    return "".join(letters)
