"""The packaged MiniLM as llama-index embeds with it, without one more package to install."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from rag.models.embedding.packaged import packaged_minilm


class MiniLM(BaseEmbedding):
    """Does what HuggingFaceEmbedding does: sentence-transformers, 32 bits, ten texts a batch."""

    _model: Any = PrivateAttr()

    def __init__(self) -> None:
        """Load the model."""
        from sentence_transformers import SentenceTransformer

        folder = str(packaged_minilm())
        super().__init__(model_name=folder)
        self._model = SentenceTransformer(folder, device="cpu")

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found = self._model.encode(
            texts,
            batch_size=self.embed_batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        rows: list[list[float]] = found.tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
