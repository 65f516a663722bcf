"""Cuts each document to the excerpt that its claim is read with, as `rag.checking` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eval.training.claims.examples import ClaimExample, Claims
from eval.training.examples import Document
from rag.checking.excerpt import ROOM, ROOM_TOGETHER, excerpt
from rag.models.embedding.encoder_files import encoder_files
from rag.models.embedding.onnx_embedder import OnnxEmbedder
from rag.models.embedding.tokens import States, cosines, signs_of

_Read = tuple[NDArray[np.uint8], NDArray[np.int64]]  # bits of tokens, and sentences' bounds


class Excerpts:
    """Reads documents and claims with the delivered encoder, each once."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._encoder = OnnxEmbedder(encoder_files())
        self._read: dict[int, _Read] = {}
        self.vectors: dict[int, NDArray[np.float32]] = {}

    def prepare(self, places: Sequence[int]) -> None:
        """Read these documents."""
        new = [place for place in dict.fromkeys(places) if place not in self._read]
        texts, spans = [], []
        for place in new:
            text = f"{self._documents[place].title}\n"
            bounds = []
            for sentence in self._documents[place].sentences:
                bounds.append((len(text), len(text) + len(sentence)))
                text += f"{sentence} "
            texts.append(text)
            spans.append(bounds)
        if not new:
            return
        chunks = self._encoder.embed_chunks(texts, spans, [0] * len(texts))
        for place, chunk, bounds in zip(new, chunks, spans, strict=True):
            starts = [start for start, _ in bounds] + [bounds[-1][1]]
            ends = np.searchsorted(chunk.tokens.spans[:, 0], np.array(starts))
            self._read[place] = chunk.tokens.bits, ends
            self.vectors[place] = chunk.vector

    def of(self, examples: Sequence[ClaimExample]) -> Claims:
        """The examples, each with a document of its own: title and excerpt.

        A sentence that decides is always in there.
        """
        beside = [one.beside for one in examples if one.beside is not None]
        self.prepare([*(one.document for one in examples), *beside])
        said = list(dict.fromkeys(one.text for one in examples))
        states = {
            text: tokens.states
            for text, tokens in zip(said, self._encoder.embed_tokens(said), strict=True)
        }
        documents: list[Document] = []
        cut = []
        for one in examples:
            asked = states[one.text]
            room = ROOM if one.beside is None else ROOM_TOGETHER // 2
            title, sentences, deciding = self._cut(one.document, asked, room, one.sentences)
            if one.beside is not None:
                other = self._cut(one.beside, asked, room, one.also)
                deciding += tuple(len(sentences) + number for number in other[2])
                title, sentences = f"{title}; {other[0]}", sentences + other[1]
            cut.append(replace(one, document=len(documents), sentences=deciding))
            split = self._documents[one.document].split
            documents.append(Document(str(len(documents)), title, sentences, split))
        return Claims(tuple(documents), tuple(cut))

    def _cut(
        self, place: int, asked: States, room: int, deciding: Sequence[int]
    ) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
        """Title and sentences that are read of a document, and which of these decide."""
        document = self._documents[place]
        bits, ends = self._read[place]
        near = cosines(signs_of(bits, asked.shape[1]), asked)
        similar = [float(near[a:b].max(0).mean()) if b > a else -1.0 for a, b in pairwise(ends)]
        kept = tuple(sorted({*excerpt(similar, np.diff(ends).tolist(), room), *deciding}))
        sentences = tuple(document.sentences[number] for number in kept)
        return document.title, sentences, tuple(kept.index(number) for number in deciding)
