"""Browsing many papers: a map of a sample, words as they are typed, what is offered as a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.engine import Engine
from rag.index.library import Library
from rag.retrieval.explore.browser import CorpusBrowser
from rag.retrieval.explore.corpus_map import CorpusMap, make_map
from rag.retrieval.explore.facets import facets_of, sources_of
from rag.retrieval.explore.map_file import MapFile, StoredMap
from rag.retrieval.explore.typed_words import TypedWords
from rag.settings import Settings
from rag.text.names.titles import normalise_title
from rag.types import Paper

SUBJECTS = ("coral reefs", "glacier ice", "quasar spectra")
SAMPLE = 120


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    """Papers around three far apart centres, in turn."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(3, 16)) * 10
    return (centres[np.arange(600) % 3] + random.normal(size=(600, 16))).astype(np.float32)


@pytest.fixture(scope="module")
def sampled(vectors: NDArray[np.float32]) -> CorpusMap:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.retrieval.explore.layout.MOST_PROJECTED", SAMPLE)
        patch.setattr("rag.retrieval.explore.layout._MOST_CLUSTERS", 3)
        patch.setattr("rag.retrieval.explore.layout.BLOCK", 100)
        return make_map(vectors, [(f"On {SUBJECTS[at % 3]}", "") for at in range(len(vectors))])


def test_papers_outside_of_the_sample_lie_among_their_own_kind(sampled: CorpusMap) -> None:
    assert sampled.projected == SAMPLE
    assert len(sampled.points) == len(sampled.labels) == 600
    assert [cluster.size for cluster in sampled.clusters] == [200, 200, 200]
    assert {word for cluster in sampled.clusters for word in cluster.words} == set(SUBJECTS)
    points = np.array(sampled.points)
    middles = np.array([points[kind::3].mean(axis=0) for kind in range(3)])
    nearest = np.linalg.norm(points[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == np.arange(600) % 3).all()
    for kind, subject in enumerate(SUBJECTS):
        label = {sampled.labels[at] for at in range(kind, 600, 3)}
        assert [subject in sampled.clusters[at].words for at in label] == [True]
    assert len(set(sampled.points)) > 550, "no two papers lie on one another without need"


def test_no_more_vectors_are_asked_for_than_fit(vectors: NDArray[np.float32]) -> None:
    class Read:
        most = 0

        def __len__(self) -> int:
            return len(vectors)

        def __getitem__(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
            self.most = max(self.most, len(places))
            return vectors[places]

    read = Read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.retrieval.explore.layout.MOST_PROJECTED", 50)
        patch.setattr("rag.retrieval.explore.layout.BLOCK", 70)
        patch.setattr("rag.retrieval.explore.corpus_map._JUDGED", 70)
        made = make_map(read, [("On whales", "")] * len(vectors))
    assert len(made.points) == 600
    assert read.most == 70


def test_a_sample_of_equal_papers_has_a_map() -> None:
    equal = np.ones((60, 4), np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.retrieval.explore.layout.MOST_PROJECTED", 10)
        made = make_map(equal, [("On whales", "")] * 60)
    assert len(made.points) == 60
    assert [cluster.size for cluster in made.clusters] == [60]


def test_a_sampled_map_is_stored_whole(tmp_path: Path, sampled: CorpusMap) -> None:
    stored = StoredMap("k", "b", tuple(f"x{at}" for at in range(600)), sampled)
    MapFile(tmp_path).put(stored)
    assert MapFile(tmp_path).get() == stored


def paper(number: int, title: str, abstract: str = "", source: str = "a.bib") -> Paper:
    return Paper(f"x{number}", title, abstract, (), number, source)


WORDS = st.lists(st.sampled_from(["whale", "whales", "song", "so", "sing", "Wa"]), max_size=4)


@given(st.lists(WORDS, min_size=1, max_size=8), st.lists(WORDS, min_size=1, max_size=5))
def test_typed_words_are_found_whatever_was_typed_before(
    texts: Sequence[Sequence[str]], typed: Sequence[Sequence[str]]
) -> None:
    papers = [paper(at, "A title", " ".join(words)) for at, words in enumerate(texts)]
    search = TypedWords(papers)
    for words in typed:
        wanted = normalise_title(" ".join(words)).split()
        has = [
            at
            for at, one in enumerate(papers)
            if all(any(w.startswith(x) for w in one.abstract.lower().split()) for x in wanted)
        ]
        assert list(search.papers_with(wanted)) == has


def test_words_in_titles_are_told_apart() -> None:
    search = TypedWords([paper(0, "Whale Songs"), paper(1, "Ice", "A whale."), paper(2, "Ice")])
    found = search.papers_with(["wha"])
    assert list(found) == [0, 1]
    assert search.titled(found, ["wha"]) == [0]


def test_what_is_offered_as_a_filter_is_bounded() -> None:
    papers = [
        replace(paper(at, "T"), authors=(f"Author {at}", "Anna Often"), year=1900 + at % 120)
        for at in range(1000)
    ]
    facets = facets_of(papers)
    assert facets.years == (1900, 2019)
    assert len(facets.authors) == 400 and facets.authors[0] == "Anna Often"
    assert facets.retracted is False
    assert facets_of([]).years == ()


def test_sources_are_counted_with_the_files_of_an_archive_as_one() -> None:
    papers = [paper(0, "T", source="z.zip!a.bib"), paper(1, "T", source="z.zip!b.bib")]
    papers.append(replace(paper(2, "T"), other_sources=("z.zip!c.bib",)))
    assert sources_of(papers) == [("z.zip", 3), ("a.bib", 1)]


def test_titles_are_in_order_without_regard_to_case_and_accents(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    named = ["beta", "Émile", "Alpha", "gamma", "émigré"]
    browser = CorpusBrowser(library, Engine(settings).identity, MapFile(tmp_path))
    ranks = browser.title_ranks
    assert sorted(ranks.tolist()) == list(range(82))
    papers = tuple(paper(at, title) for at, title in enumerate(named))
    few = CorpusBrowser(_of(library, papers), Engine(settings).identity, MapFile(tmp_path))
    assert [named[at] for at in np.argsort(few.title_ranks)] == [
        "Alpha", "beta", "émigré", "Émile", "gamma",
    ]  # fmt: skip
    assert few.places(["x3", "unknown", "x0"]) == [3, 0]
    assert few.papers_at([4, 1]) == [papers[4], papers[1]]


def _of(library: Library, papers: Sequence[Paper]) -> Library:
    return Library(papers, library.dense, library.lexical, library.tokens, library.embedder)
