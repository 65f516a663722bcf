"""A paper as the encoder read it: its tokens, its sentences, and their roles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.types import Span

if TYPE_CHECKING:
    from rag.index.build.chunks import Chunk
    from rag.models.embedding.embedder import EmbeddedChunk


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """The signs of a paper's tokens, where its sentences end, and the log-odds of their roles.

    ``bits``, shape (tokens, dimensions / 8), are those of the title, then of the abstract in order.
    ``ends``, shape (1 + sentences, 2), are the offset in the abstract and the number of tokens at
    which the title ends (offset 0), and then each sentence. ``roles`` has shape (sentences, roles);
    an encoder without roles gives none.
    """

    bits: NDArray[np.uint8]
    ends: NDArray[np.int32]
    roles: NDArray[np.float16]

    def sentences(self, abstract: str) -> list[Span]:
        """The sentences of ``abstract``, which is this paper's; joined, they are all of it."""
        pairs = pairwise(self.ends[:, 0].tolist())
        return [Span(abstract[start:end], start, end) for start, end in pairs]


# A paper that cannot be read now; it has no sentences.
UNREAD = ReadPaper(
    np.zeros((0, 0), np.uint8), np.zeros((1, 2), np.int32), np.zeros((0, 0), np.float16)
)


def read_paper(chunks: Sequence[tuple[Chunk, EmbeddedChunk]]) -> ReadPaper:
    """The chunks of one paper, in order, as one.

    Each chunk was read with the title before it; the title's tokens are those of the first.
    """
    bits, starts = [], []
    for number, (chunk, read) in enumerate(chunks):
        first = np.searchsorted(read.tokens.spans[:, 0], chunk.span.start)
        if number == 0:
            title = int(first)
            bits.append(read.tokens.bits[:first])
        bits.append(read.tokens.bits[first:])
        starts.append(read.tokens.spans[first:, 0])
    offsets = [0, *(sentence.end for chunk, _ in chunks for sentence in chunk.sentences)]
    # A token belongs to the sentence in which it begins.
    counts = title + np.searchsorted(np.concatenate(starts), offsets)
    return ReadPaper(
        np.concatenate(bits),
        np.stack([offsets, counts], axis=1).astype(np.int32),
        np.concatenate([read.roles for _, read in chunks]).astype(np.float16),
    )
