"""Texts as numbers: tokenised once, put together to padded batches for each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from eval.training.examples import Document, Examples

LONGEST_DOCUMENT, LONGEST_QUERY = 448, 64  # tokens, special ones included
_CLS, _SEP = "cls_token_id", "sep_token_id"
Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded texts, each of shape (texts, tokens).

    ``sentence`` is the number of each token's sentence; -1 for the title, special tokens, padding
    and queries. ``inside`` are the tokens of a document or query that are not special.
    """

    ids: Tensor
    mask: Tensor
    types: Tensor
    sentence: Tensor
    inside: Tensor


@dataclass(frozen=True, slots=True)
class _Tokens:
    ids: Ids
    sentence: NDArray[np.int16]


class Texts:
    """All documents and queries of ``examples`` as token numbers of one tokenizer."""

    def __init__(self, tokenizer: Any, examples: Examples, device: torch.device) -> None:
        self.device = device
        self.start, self.end = getattr(tokenizer, _CLS), getattr(tokenizer, _SEP)
        self.pad = tokenizer.pad_token_id
        # mpnet, like RoBERTa, puts two separators between the texts of a pair, and has no types.
        self.pair_ends = 1 if "token_type_ids" in tokenizer.model_input_names else 2
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        self.documents = _documents(backend, examples.documents)
        self.queries = _plain(backend, [query.text for query in examples.queries])

    def query_batch(self, places: Sequence[int]) -> Batch:
        """Queries alone."""
        rows = [self.queries[i][: LONGEST_QUERY - 2] for i in places]
        return self._padded([(ids, np.empty(0, np.int32), _NONE) for ids in rows])

    def document_batch(
        self, places: Sequence[int], untitled: Sequence[bool] | None = None
    ) -> Batch:
        """Documents alone; without their titles where ``untitled``."""
        rows = []
        for row, place in enumerate(places):
            tokens = self.documents[place]
            ids, sentence = tokens.ids, tokens.sentence
            if untitled is not None and untitled[row] and (sentence >= 0).any():
                first = int(np.argmax(sentence >= 0))
                ids, sentence = ids[first:], sentence[first:]
            most = LONGEST_DOCUMENT - 2
            rows.append((np.empty(0, np.int32), ids[:most], sentence[:most]))
        return self._padded(rows)

    def pair_batch(
        self, queries: Sequence[int], documents: Sequence[int], longest: int = LONGEST_QUERY
    ) -> Batch:
        """Each query, cut at ``longest`` tokens, with the document beside it, in one text."""
        rows = []
        for query, place in zip(queries, documents, strict=True):
            asked = self.queries[query][: longest - 2]
            room = LONGEST_DOCUMENT - 2 - self.pair_ends - len(asked)
            tokens = self.documents[place]
            rows.append((asked, tokens.ids[:room], tokens.sentence[:room]))
        return self._padded(rows)

    def _padded(self, rows: Sequence[tuple[Ids, Ids, NDArray[np.int16]]]) -> Batch:
        def length(first: Ids, second: Ids) -> int:
            between = self.pair_ends if len(first) and len(second) else 0
            return 2 + between + len(first) + len(second)

        width = max(length(first, second) for first, second, _ in rows)
        width += -width % 8
        ids = np.full((len(rows), width), self.pad, np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        types = np.zeros((len(rows), width), np.int64)
        numbers = np.full((len(rows), width), -1, np.int64)
        inside = np.zeros((len(rows), width), bool)
        for row, (first, second, sentence) in enumerate(rows):
            ids[row, 0] = self.start
            at = 1
            if len(first):
                ids[row, at : at + len(first)] = first
                inside[row, at : at + len(first)] = not len(second)
                at += len(first)
                if len(second):
                    ids[row, at : at + self.pair_ends] = self.end
                    at += self.pair_ends
            if len(second):
                types[row, at : at + len(second) + 1] = bool(len(first))
                ids[row, at : at + len(second)] = second
                numbers[row, at : at + len(second)] = sentence
                inside[row, at : at + len(second)] = True
                at += len(second)
            ids[row, at] = self.end
            mask[row, : at + 1] = 1
        return Batch(
            *(
                torch.from_numpy(array).to(self.device, non_blocking=True)
                for array in (ids, mask, types, numbers, inside)
            )
        )


_NONE = np.empty(0, np.int16)


def _documents(backend: Any, documents: Sequence[Document]) -> list[_Tokens]:
    texts, starts = [], []
    for document in documents:
        text = f"{document.title}\n" if document.title else ""
        places = []
        for sentence in document.sentences:
            places.append(len(text))
            text += f"{sentence} "
        texts.append(text)
        starts.append(places)
    made = []
    encodings = backend.encode_batch(texts, add_special_tokens=False)
    for encoding, places in zip(encodings, starts, strict=True):
        begins = np.array([start for start, _ in encoding.offsets], np.int64)
        number = np.searchsorted(np.array(places), begins, side="right") - 1
        made.append(_Tokens(np.array(encoding.ids, np.int32), number.astype(np.int16)))
    return made


def _plain(backend: Any, texts: Sequence[str]) -> list[Ids]:
    found = backend.encode_batch(list(texts), add_special_tokens=False)
    return [np.array(encoding.ids, np.int32) for encoding in found]


def half_precision(device: torch.device) -> torch.autocast:
    """bfloat16 where it is fast: on a GPU, not for training on a CPU."""
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")
