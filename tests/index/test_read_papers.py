"""Papers as the encoder read them: made of chunks, stored, read back, and compared."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from rag.corpus.papers import make_paper
from rag.index.build.chunks import Chunk, chunk_paper
from rag.index.library import Library
from rag.index.vectors.read_paper import ReadPaper, read_paper
from rag.models.embedding.embedder import EmbeddedChunk, Embedder
from rag.models.embedding.tokens import States, TokenStates, cosines, pack, signs_of
from rag.query.query import QueryText
from rag.retrieval.maxsim import maxsim_of, similarities
from rag.retrieval.search import Weights, retrieve
from rag.text.sentences.sentences import split_sentences
from rag.types import Span

DIMENSIONS = 384
TITLE = "Ab cd"


def unit(count: int, seed: int) -> States:
    raw = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def words(text: str, seed: int = 0) -> TokenStates:
    """One token a word."""
    offsets, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        offsets.append((at, at + len(word)))
        at += len(word)
    return TokenStates(text, unit(len(offsets), seed), tuple(offsets))


def read(chunk: Chunk, seed: int = 0) -> tuple[Chunk, EmbeddedChunk]:
    """A chunk as a model with two roles would read it."""
    shift = len(chunk.heading) + 1 - chunk.span.start
    tokens = pack(words(chunk.embedded_text, seed), shift)
    roles = np.arange(2 * len(chunk.sentences), dtype=np.float32).reshape(-1, 2)
    return chunk, EmbeddedChunk(unit(1, seed)[0], tokens, roles)


def chunk_of(start: int, *sentences: str) -> Chunk:
    spans = []
    for text in sentences:
        spans.append(Span(text, start, start + len(text)))
        start += len(text)
    whole = "".join(sentences)
    return Chunk("p", TITLE, Span(whole, start - len(whole), start), tuple(spans))


def asked(library: Library, states: States) -> QueryText:
    """A question whose tokens and vector are given."""
    question = QueryText(library, "x")
    question.__dict__["_embedding"] = (unit(1, 9)[0], TokenStates("x", states, ()))
    return question


ABSTRACT = "One two. Three four five. Six."
PAPER = read_paper(
    [read(chunk_of(0, "One two. ", "Three four five. "), 1), read(chunk_of(26, "Six."), 2)]
)
NOTHING = read_paper([read(Chunk("p", "", Span("", 0, 0), ()))])


def equal(one: ReadPaper, other: ReadPaper) -> bool:
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(ReadPaper))
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in pairs)


def test_sign_bits_give_about_the_cosine() -> None:
    kept = words("x " * 200)
    question = 0.8 * kept.states[:50] + 0.6 * unit(50, 1)
    question = (question / np.linalg.norm(question, axis=1, keepdims=True)).astype(np.float32)
    about = cosines(signs_of(pack(kept, 0).bits, DIMENSIONS), question)
    assert about.shape == (200, 50)
    assert np.abs(about - kept.states @ question.T).max() < 0.2
    assert (about.argmax(axis=0) == np.arange(50)).all()


def test_chunks_are_joined_and_the_title_counts_once() -> None:
    assert PAPER.ends.tolist() == [[0, 2], [9, 4], [26, 7], [30, 8]]
    assert [s.text for s in PAPER.sentences(ABSTRACT)] == [
        "One two. ",
        "Three four five. ",
        "Six.",
    ]
    assert PAPER.roles.tolist() == [[0, 1], [2, 3], [0, 1]]
    first, second = (read(chunk, n)[1].tokens for chunk, n in ((chunk_of(0, ABSTRACT), 1),) * 2)
    assert np.array_equal(PAPER.bits[:7], first.bits[:7])
    assert not np.array_equal(PAPER.bits[7:], second.bits[7:8])


def test_similarities_by_hand(library: Library) -> None:
    """What is computed for all papers at once is what a loop over sentences computes."""
    question = asked(library, unit(5, 3))
    near = cosines(signs_of(PAPER.bits, DIMENSIONS), question.tokens.states)
    signs = signs_of(PAPER.bits, DIMENSIONS)
    papers = {f"p{n}": NOTHING if n % 3 == 1 else PAPER for n in range(70)}
    whole = pytest.approx(float(near.max(axis=0).mean()))
    assert maxsim_of(question, papers) == {i: whole if p is PAPER else 0 for i, p in papers.items()}
    found = dict(similarities(question, papers))
    assert list(found) == list(papers)
    assert all(len(of) == 0 for of in found["p1"].values())
    for paper_id in ("p0", "p69"):
        for row, (start, end) in enumerate(((2, 4), (4, 7), (7, 8))):
            mean = signs[start:end].sum(axis=0)
            previous = [0, 2, 4][row]
            with_previous = near[[0, 1, *range(previous, end)]]
            assert {name: of[row] for name, of in found[paper_id].items()} == {
                "cosine": pytest.approx(float(mean @ question.vector / np.linalg.norm(mean)), 1e-4),
                "maxsim": pytest.approx(float(near[start:end].max(axis=0).mean())),
                "maxsim_with_title": pytest.approx(
                    float(near[[0, 1, *range(start, end)]].max(axis=0).mean())
                ),
                "maxsim_with_previous": pytest.approx(float(with_previous.max(axis=0).mean())),
                "reverse_maxsim": pytest.approx(float(near[start:end].max(axis=1).mean())),
            }


def test_nothing_asked_and_nothing_read_compare_as_zero(library: Library) -> None:
    # A sentence of signs that the tokenizer drops has no tokens.
    gaps = ReadPaper(PAPER.bits, PAPER.ends[[0, 1, 1, 2, 3, 3]], PAPER.roles)
    empty, some = asked(library, unit(0, 0)), asked(library, unit(3, 0))
    assert maxsim_of(empty, {"p": PAPER}) == {"p": 0.0}
    assert maxsim_of(some, {"p": NOTHING}) == {"p": 0.0}
    assert maxsim_of(some, {}) == {} == dict(similarities(some, {}))
    assert not dict(similarities(empty, {"p": PAPER}))["p"]["maxsim"].any()
    [whole], [cut] = ([f["maxsim"] for _, f in similarities(some, {"p": p})] for p in (PAPER, gaps))
    assert cut.tolist() == [whole[0], 0, whole[1], whole[2], 0]


def test_every_paper_of_the_index_was_read_whole(library: Library) -> None:
    found = library.tokens.of([paper.paper_id for paper in library.papers])
    assert len(found) == len(library.papers)
    for paper in library.papers:
        kept = found[paper.paper_id]
        assert kept.sentences(paper.abstract) == split_sentences(paper.abstract)
        counts = np.diff(kept.ends[:, 1], prepend=0)
        assert counts.all(), "title and sentences have tokens"
        assert counts.sum() == len(kept.bits)
        assert len(kept.roles) == len(kept.ends) - 1


@pytest.mark.parametrize(
    ("title", "abstract", "sentences"),
    [
        ("A Long One", "This is the sentence that it repeats. " * 715, 715),
        ("Nothing to Read", "", 0),
        ("摘要", "我们提出一种新的方法。它在两个数据集上有效。" * 60, None),
    ],
)
def test_abstracts_of_any_length_and_language(
    title: str, abstract: str, sentences: int | None, embedder: Embedder
) -> None:
    paper = make_paper(title, abstract, order=0, source="s")
    cut = chunk_paper(paper, embedder.count, embedder.limit)
    least = embedder.count(abstract) / embedder.limit
    assert least <= len(cut) <= 1 + 2 * least  # a sentence without end is halved
    shifts = [len(c.embedded_text) - len(c.span.text) - c.span.start for c in cut]
    spans = [
        [(s.start + by, s.end + by) for s in c.sentences] for c, by in zip(cut, shifts, strict=True)
    ]
    made = embedder.embed_chunks([c.embedded_text for c in cut], spans, shifts)
    found = read_paper(list(zip(cut, made, strict=True)))
    kept = found.sentences(paper.abstract)
    assert "".join(span.text for span in kept) == paper.abstract
    assert sentences in (None, len(kept))
    heading = embedder.count(title)
    assert found.ends[0].tolist() == [0, heading]
    assert len(found.bits) == heading + sum(embedder.count(span.text) for span in kept)


def test_a_question_in_other_words_finds_its_paper_by_maxsim(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = (
        "Photos with several objects, new categories arriving over time, no stored old examples: "
        "how can I stop picking the wrong prompt?"
    )
    wanted = "Less is more"

    def place() -> int:
        titles = [item.paper.title for item in retrieve(library, question, 82).ranked]
        return next(i for i, title in enumerate(titles) if title.startswith(wanted))

    with_pieces = place()
    for weights in ("ENCODER", "OTHERS"):
        monkeypatch.setattr(f"rag.retrieval.search.{weights}", Weights(0.5, 0.0))
    assert with_pieces == 0 < place()
