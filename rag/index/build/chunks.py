"""Chunks: runs of whole sentences that fit the embedder together with the title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.text.sentences.sentences import split_sentences
from rag.types import Paper, Span

# Part of the index's identity: change it when the same abstract would be cut differently.
CHUNKER = "sentences-3"

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of sentences of one abstract; a paper's chunks together are its abstract.

    ``heading`` is the title, embedded before the text, and cut if it would leave no room.
    """

    paper_id: str
    heading: str
    span: Span
    sentences: tuple[Span, ...]

    @property
    def embedded_text(self) -> str:
        """The text that is embedded."""
        return whole_text(self.heading, self.span.text)


def whole_text(heading: str, text: str) -> str:
    """What is embedded of a chunk; of a whole paper, if it is not cut."""
    return f"{heading}\n{text}"


def chunk_paper(paper: Paper, count: CountTokens, limit: int) -> list[Chunk]:
    """Cut an abstract into the fewest chunks of at most ``limit`` tokens, evenly filled.

    A paper without an abstract gets one chunk without text, so that its title is embedded. A
    sentence that is too long by itself is cut at the last space of its first half, or in the middle
    if there is none.

    ``count`` returns the number of tokens of a text; it and ``limit`` exclude special tokens.
    """
    heading = _cut_heading(paper.title, count, limit // 3)
    if not paper.abstract:
        return [Chunk(paper.paper_id, heading, Span("", 0, 0), ())]
    sentences = split_sentences(paper.abstract)
    groups = [sentences]
    if count(whole_text(heading, paper.abstract)) > limit:
        room = limit - count(heading)
        sized = [part for whole in sentences for part in _cut_sentence(whole, count, room)]
        groups = _group([span for span, _ in sized], [size for _, size in sized], room)
    return [Chunk(paper.paper_id, heading, _join(group), tuple(group)) for group in groups]


def _group(sentences: Sequence[Span], sizes: Sequence[int], room: int) -> list[list[Span]]:
    """The fewest groups that fit ``room``, with the smallest maximum size."""
    fewest = len(_fill(sizes, room))
    low, high = max(sizes, default=0), room
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if len(_fill(sizes, middle)) <= fewest else (middle + 1, high)
    return [list(sentences[start:end]) for start, end in _fill(sizes, low)]


def _fill(sizes: Sequence[int], capacity: int) -> list[tuple[int, int]]:
    """Half-open runs of ``sizes``, each as long as its sum does not exceed ``capacity``."""
    runs: list[tuple[int, int]] = []
    start = filled = 0
    for i, size in enumerate(sizes):
        if i > start and filled + size > capacity:
            runs.append((start, i))
            start, filled = i, 0
        filled += size
    return [*runs, (start, len(sizes))] if sizes else runs


def _join(group: Sequence[Span]) -> Span:
    return Span("".join(s.text for s in group), group[0].start, group[-1].end)


def _cut_heading(title: str, count: CountTokens, room: int) -> str:
    words = title.split()
    while len(words) > 1 and count(" ".join(words)) > room:
        words.pop()
    heading = " ".join(words)
    while count(heading) > room:
        heading = heading[: len(heading) // 2]
    return heading


def _cut_sentence(sentence: Span, count: CountTokens, room: int) -> list[tuple[Span, int]]:
    """The sentence if it fits, else its halves, cut again until all fit; each with its tokens."""
    size = count(sentence.text)
    if size <= room or len(sentence.text) < 2:
        return [(sentence, size)]
    middle = len(sentence.text) // 2
    space = sentence.text.rfind(" ", 1, middle)
    cut = space + 1 if space > 0 else middle
    left = Span(sentence.text[:cut], sentence.start, sentence.start + cut)
    right = Span(sentence.text[cut:], sentence.start + cut, sentence.end)
    return _cut_sentence(left, count, room) + _cut_sentence(right, count, room)
