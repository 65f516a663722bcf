"""The encoder can read every chunk whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.papers import make_paper
from rag.index.build.chunks import chunk_paper
from rag.models.embedding.embedder import Embedder
from rag.text.sentences.sentences import split_sentences
from rag.types import Paper


def test_the_delivered_abstracts_fit_the_embedder(papers: list[Paper], embedder: Embedder) -> None:
    assert embedder.limit == 446
    for paper in papers:
        chunks = chunk_paper(paper, embedder.count, embedder.limit)
        assert "".join(chunk.span.text for chunk in chunks) == paper.abstract
        assert all(embedder.count(c.embedded_text) <= embedder.limit for c in chunks)
        assert all(chunk.heading == paper.title for chunk in chunks)
        starts = {sentence.start for sentence in split_sentences(paper.abstract)}
        assert {s.start for c in chunks for s in c.sentences} == starts, "a sentence was cut"


@given(st.text(min_size=1, max_size=3000), st.text(min_size=1, max_size=3000))
@settings(max_examples=40)
def test_any_text_fits_the_embedder(embedder: Embedder, title: str, abstract: str) -> None:
    paper = make_paper(title, abstract, order=0, source="s")
    chunks = chunk_paper(paper, embedder.count, embedder.limit)
    assert "".join(chunk.span.text for chunk in chunks) == abstract
    assert all(embedder.count(c.embedded_text) <= embedder.limit for c in chunks)
