"""Finds wrong documents for a query that are hard to tell from the right one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from eval.training.encoder import Encoder
from eval.training.examples import Examples
from eval.training.texts import Texts, half_precision

_TOO_NEAR = 0.97  # cosine from which on a document may well be the same work


def candidates(
    encoder: Encoder, texts: Texts, examples: Examples, queries: Sequence[int], near: int
) -> dict[int, list[int]]:
    """For each of these queries the places of the nearest documents, the right one left out.

    Documents that are as good as the same are left out as well.
    """
    vectors = embed_documents(encoder, texts)
    found: dict[int, list[int]] = {}
    for start in range(0, len(queries), 1024):
        part = list(queries[start : start + 1024])
        with torch.no_grad(), half_precision(texts.device):
            asked = encoder.read(texts.query_batch(part)).pooled.float()
        own = torch.tensor([examples.queries[i].document for i in part], device=vectors.device)
        best = (asked @ vectors.T).topk(min(near + 8, len(vectors)), -1).indices
        same = torch.einsum("qnd,qd->qn", vectors[best], vectors[own]) >= _TOO_NEAR
        for at, places, dropped in zip(part, best.tolist(), same.tolist(), strict=True):
            kept = [place for place, drop in zip(places, dropped, strict=True) if not drop]
            found[at] = kept[:near]
    return found


@torch.no_grad()
def embed_documents(encoder: Encoder, texts: Texts, size: int = 512) -> Tensor:
    """The pooled vectors of all documents; shape (documents, dimensions)."""
    training = encoder.training
    encoder.eval()
    order = sorted(range(len(texts.documents)), key=lambda i: len(texts.documents[i].ids))
    parts = []
    for start in range(0, len(order), size):
        with half_precision(texts.device):
            batch = texts.document_batch(order[start : start + size])
            parts.append(encoder.read(batch).pooled.float())
    encoder.train(training)
    vectors = torch.cat(parts)
    return vectors[torch.tensor(order).argsort().to(vectors.device)]
