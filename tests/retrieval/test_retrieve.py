"""Retrieval on the delivered corpus; how well it ranks is measured by the question set."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.errors import UnknownPaperError
from rag.index.library import Library
from rag.index.vectors.dense import ChromaError, DenseIndex, Hit, VectorRecord
from rag.index.words.lexical import LexicalIndex
from rag.index.words.terms import char_ngrams
from rag.retrieval.search import fuse, retrieve
from rag.types import Paper, Scope, Span


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("SINet", "SINet:"),
        ("GPSA", "ConViT:"),
        ("MD-TPE", "You Only Scan Once"),
        ("How many parameters does sinet have?", "SINet:"),
        ("What does Dual-Swin-L reach?", "CBNet:"),
        ("PEAP", "PixelWorld:"),
        ("ImgAny", "Image Anything"),
        ("SkillNet", "One Model, Multiple Modalities"),
        ("VTDNet", "Video Task Decathlon"),
    ],
)
def test_names_find_their_paper(library: Library, name: str, title: str) -> None:
    assert retrieve(library, name, 10).ranked[0].paper.title.startswith(title)


def test_ten_papers_ranked_with_their_passages(library: Library) -> None:
    found = retrieve(library, "decoding images from fMRI", 10)
    assert len(found.ranked) == 10
    scores = [item.score for item in found.ranked]
    assert scores == sorted(scores, reverse=True)
    for item in found.ranked:
        assert item.passages
        for passage in item.passages:
            assert item.paper.abstract[passage.start : passage.end] == passage.text


def test_both_engines_respect_a_scope(library: Library) -> None:
    chosen = tuple(paper.paper_id for paper in library.papers[3:6])
    found = retrieve(library, "SINet portrait segmentation", 10, Scope(chosen))
    assert {item.paper.paper_id for item in found.ranked} == set(chosen)


def test_the_whole_corpus_can_be_scored(library: Library) -> None:
    assert len(retrieve(library, "attention", 82, whole=True).ranked) == 82


def test_an_unknown_paper_is_named(library: Library) -> None:
    assert not library.scope([])
    with pytest.raises(UnknownPaperError, match="'nobody'"):
        library.scope([library.papers[0].paper_id, "nobody"])


def test_a_query_of_stop_words_alone_has_no_lexical_side(library: Library) -> None:
    assert library.lexical.search("what is the of", 5) == []
    assert len(retrieve(library, "what is the of", 5).ranked) == 5


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], []),
        (["a"], ["_a_"]),
        (["of"], ["_of_"]),
        (["gcog"], ["_gco", "gcog", "cog_"]),
        (["is", "up"], ["_is_", "_up_"]),
    ],
)
def test_char_ngrams_of_words(words: list[str], found: list[str]) -> None:
    assert char_ngrams(words) == found


@pytest.fixture
def lexical(tmp_path: Path) -> LexicalIndex:
    """Three papers of a few words."""
    index = LexicalIndex(tmp_path, create=True)
    texts = ["finetuned towers", "gardens of stone", "a garden wall"]
    index.replace((), [Paper(f"p{n}", "", text, (), n, "") for n, text in enumerate(texts)])
    return index


def test_char_ngrams_find_a_word_that_is_written_otherwise(lexical: LexicalIndex) -> None:
    assert [paper for paper, _ in lexical.search("fine-tuning", 3)] == ["p0"]
    assert lexical.search("What is a zebra?", 3) == []


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("wells of 10^6", "p0"),
        ("How much NO2?", "p1"),
        ("V_max", "p1"),
        ("Vmax", "p1"),
        ("5 m^2", "p2"),
        ("m2", "p2"),
        ("有机质有多少?", "p3"),
    ],
)
def test_scripts_and_words_without_blanks_are_found(
    tmp_path: Path, question: str, paper: str
) -> None:
    index = LexicalIndex(tmp_path, create=True)
    texts = ["with 10⁶ wells", "NO₂ at V_(max)", "a plot of 9 m²", "茶园土壤有机质增加"]
    index.replace((), [Paper(f"p{n}", "", text, (), n, "") for n, text in enumerate(texts)])
    (best, _), *_ = index.search(question, 3)
    assert best == paper
    assert index.frequency(index.terms("106")[0]) == 0


def test_a_whole_word_counts_for_more_than_its_ngrams(lexical: LexicalIndex) -> None:
    found = dict(lexical.search("towers", 3))
    in_ngrams = dict(lexical.search("towering-up", 3))
    assert found["p0"] > in_ngrams["p0"] > 0


def test_the_full_score_is_of_a_paper_that_holds_every_term(lexical: LexicalIndex) -> None:
    (_, best), *_ = lexical.search("gardens of stone", 1)
    assert 0.5 * best < lexical.full_score("gardens of stone") < 2 * best
    assert lexical.full_score("gardens of stone, zebras") > lexical.full_score("gardens of stone")
    assert lexical.full_score("what is the of") == 0.0


@pytest.mark.parametrize("paper_id", ["sinet-12228bf2", "arXiv:2104.08663", "doi:10.1/a-b:3-4"])
def test_a_chunk_s_offsets_are_read_from_its_id(paper_id: str, tmp_path: Path) -> None:
    index = DenseIndex(tmp_path, create=True)
    east, north = np.eye(2, dtype=np.float32)
    assert index.search_chunks(east, 5) == []
    papers = {paper_id: Paper(paper_id, "", "", (), 0, "")}
    index.add_chunks([VectorRecord(paper_id, Span("b" * 13, 7, 20), north)], papers)
    index.add_chunks([VectorRecord(paper_id, Span("a" * 7, 0, 7), east)], papers)
    assert index.search_chunks(east, 5) == [
        (paper_id, Hit(0, 7, 1)),
        (paper_id, Hit(7, 20, 0)),
    ]
    assert index.search_chunks(east, 5, Scope(("other",))) == []
    index.close()


def test_pages_that_are_free_are_given_back(tmp_path: Path) -> None:
    papers = {f"p{n}": Paper(f"p{n}", "", "", (), 0, "") for n in range(300)}
    vectors = np.random.default_rng(0).normal(size=(300, 64)).astype(np.float32)
    rows = zip(papers, vectors, strict=True)
    index = DenseIndex(tmp_path, create=True)
    index.add_chunks([VectorRecord(i, Span("a" * 500, 0, 500), v) for i, v in rows], papers)
    index.remove([f"{paper_id}:0-500" for paper_id in list(papers)[1:]])
    index.close()
    size = (tmp_path / "chroma.sqlite3").stat().st_size
    DenseIndex.finish(tmp_path)
    assert (tmp_path / "chroma.sqlite3").stat().st_size < 0.75 * size
    again = DenseIndex(tmp_path, create=True)
    assert [paper_id for paper_id, _ in again.search_chunks(vectors[0], 5)] == ["p0"]
    again.close()


def test_texts_are_kept_but_not_indexed_and_rows_can_still_change(tmp_path: Path) -> None:
    papers = {f"p{n}": Paper(f"p{n}", "", "", (), 0, "") for n in range(3)}
    east = np.eye(2, dtype=np.float32)[0]
    rows = [VectorRecord(paper_id, Span("abc def", 0, 7), east) for paper_id in papers]
    for _ in range(2):
        index = DenseIndex(tmp_path, create=True)
        index.add_chunks(rows, papers)
        index.remove(["p1:0-7"])
        index.relabel([papers["p2"]])
        assert index.chunks.get(["p0:0-7"])["documents"] == ["abc def"]
        with pytest.raises(ChromaError, match="disabled"):
            index.chunks.get(where_document={"$contains": "abc"})
        index.close()
        DenseIndex.finish(tmp_path)
        with closing(sqlite3.connect(tmp_path / "chroma.sqlite3")) as database:
            indexed = database.execute("SELECT count(*) FROM embedding_fulltext_search")
            assert indexed.fetchone() == (0,)


def test_fusion_by_hand() -> None:
    scores = fuse({"a": 0.8, "b": 0.6}, {"b": 3.0, "c": 6.0}, 5.0, 0.5)
    assert scores["a"] == pytest.approx(0.8 / 1.5)
    assert scores["b"] == pytest.approx((0.6 + 0.5 * 0.5) / 1.5)
    assert scores["c"] == pytest.approx((0.6 + 0.5) / 1.5)
    assert fuse({}, {}, 0.0, 0.5) == {}
    weak = fuse({"a": 0.8}, {"a": 1.0}, 10.0, 0.5)
    assert weak["a"] == pytest.approx((0.8 + 0.5 * 0.1) / 1.5), "a stray word weighs little"
