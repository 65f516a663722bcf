"""The map of the corpus: where papers lie, which belong together, what the groups are called."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.engine import Engine
from rag.index.library import Library
from rag.retrieval.explore.browser import CorpusBrowser
from rag.retrieval.explore.cluster_labels import label_clusters, without_tex
from rag.retrieval.explore.corpus_map import CorpusMap, make_map
from rag.retrieval.explore.describing import Cluster
from rag.retrieval.explore.layout import cluster_count
from rag.retrieval.explore.map_file import FILE, MapFile, StoredMap, key_of
from rag.settings import Settings
from rag.text.keyphrases import phrases_of
from rag.types import Paper

WAIT = 120  # seconds


@pytest.fixture(scope="module")
def vectors(library: Library) -> NDArray[np.float32]:
    return library.dense.paper_vectors([paper.paper_id for paper in library.papers])


@pytest.fixture(scope="module")
def corpus_map(library: Library, vectors: NDArray[np.float32]) -> CorpusMap:
    texts = [(paper.title, paper.abstract) for paper in library.papers]
    return make_map(vectors, texts, library.embedder.embed)


@pytest.fixture
def catalogue(library: Library, settings: Settings, tmp_path: Path) -> CorpusBrowser:
    return CorpusBrowser(library, Engine(settings).identity, MapFile(tmp_path))


def test_a_paper_is_the_mean_of_its_chunks(library: Library, vectors: NDArray[np.float32]) -> None:
    assert vectors.shape == (82, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    paper = library.papers[5]
    rows = library.dense.chunks.get(where={"paper_id": paper.paper_id}, include=["embeddings"])
    mean = np.asarray(rows["embeddings"]).mean(axis=0)
    assert vectors[5] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert not library.dense.paper_vectors(["unheard-of"]).any()


def test_the_same_papers_give_the_same_map(
    library: Library, vectors: NDArray[np.float32], corpus_map: CorpusMap
) -> None:
    texts = [(paper.title, paper.abstract) for paper in library.papers]
    assert make_map(vectors, texts, library.embedder.embed) == corpus_map


def test_near_papers_lie_near_each_other(library: Library, corpus_map: CorpusMap) -> None:
    place = {
        paper.title.partition(":")[0]: np.array(point)
        for paper, point in zip(library.papers, corpus_map.points, strict=True)
    }

    def far(one: str, other: str) -> float:
        return float(np.linalg.norm(place[one] - place[other]))

    for one, other in (("MindBridge", "NeuroPictor"), ("MobileMamba", "Multi-Scale VMamba")):
        assert far(one, other) < 0.25
        assert far(one, other) < far(one, "SINet")
        assert far(one, other) < far(one, "S3IM")


def test_groups_are_called_what_a_researcher_would_call_them(
    library: Library, corpus_map: CorpusMap
) -> None:
    names = [group.name for group in corpus_map.clusters]
    words = {word.lower() for group in corpus_map.clusters for word in group.words}
    assert {"brain decoding", "semantic segmentation", "neural fields"} <= words
    assert all(1 <= len(group.words) <= 3 for group in corpus_map.clusters)
    assert all(name[0].isupper() and "," not in name for name in names) and "Various" not in names
    assert not words & {"model", "neural", "propose", "method", "the", "results"}
    titles = {paper.title: corpus_map.labels[at] for at, paper in enumerate(library.papers)}
    groups = enumerate(corpus_map.clusters)
    brain = next(at for at, group in groups if "brain decoding" in group.words)
    assert sum("fMRI" in title and at == brain for title, at in titles.items()) >= 2
    central = [library.papers[at] for at in corpus_map.clusters[brain].central]
    assert len(central) == 3 and all(titles[paper.title] == brain for paper in central)
    assert any("Brain Decoding" in paper.title for paper in central)


@given(st.integers(1, 12), st.integers(0, 2**32 - 1), st.booleans())
@bounds(max_examples=12)
def test_any_few_papers_have_a_map(papers: int, seed: int, same: bool) -> None:
    made = np.random.default_rng(seed).normal(size=(papers, 6)).astype(np.float32)
    if same:
        made[:] = made[0]
    drawn = make_map(made, [(f"Title {at}", "An abstract on whales.") for at in range(papers)])
    assert len(drawn.points) == len(drawn.labels) == papers
    assert all(0 <= value <= 1 for point in drawn.points for value in point)
    sizes = [group.size for group in drawn.clusters]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes == [drawn.labels.count(label) for label in range(len(sizes))]
    assert len(sizes) == (1 if same else cluster_count(papers))


def test_no_papers_have_an_empty_map() -> None:
    assert make_map(np.zeros((0, 384), np.float32), []) == CorpusMap((), (), ())
    with pytest.raises(ValueError, match="2 vectors for 1 papers"):
        make_map(np.zeros((2, 384), np.float32), [("A", "B")])


@pytest.mark.parametrize(
    ("papers", "groups"), [(1, 1), (2, 1), (3, 1), (9, 3), (82, 9), (400, 20), (5000, 24)]
)
def test_the_number_of_groups(papers: int, groups: int) -> None:
    assert cluster_count(papers) == groups


WHALES = ("Whale Songs", "Humpback whales sing. State space models of whale song. WSA rocks.")
QUARKS = ("Quark-gluon Plasma", "The fMRI of quark matter: we propose a method for quarks.")


def test_names_are_the_groups_own_words() -> None:
    names = label_clusters([WHALES] * 3 + [QUARKS] * 3, [0] * 3 + [1] * 3)
    said = [" ".join(label.words).lower() for label in names]
    assert "whale song" in said[0] and names[0].name.startswith("Whale song")
    assert "quark" in said[1]
    assert not set(names[0].words) & set(names[1].words)
    assert not any(word in " ".join(said) for word in ("propose", "method", "we "))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neural Fields", {"neural field": "Neural Fields"}),
        ("state space models", {"state space model": "state space models"}),
        ("the fMRI's studies", {"fmri": "fMRI"}),
        ("whales, songs", {"whale": "whales", "song": "songs"}),
        ("we propose a novel method", {}),
    ],
)
def test_what_may_name_a_group(text: str, expected: dict[str, str]) -> None:
    found = {phrase.key: phrase.text for phrase in phrases_of(text, broad=True)}
    assert expected.keys() <= found.keys()
    assert bool(found) == bool(expected)
    assert "whale song" not in found, "a comma parts words"
    assert "neural" not in found, "this alone says nothing"


def test_a_phrase_that_means_something_else_names_no_group() -> None:
    texts = [("Boats for Whale Songs", "Boats. Boats. Whale songs.")] * 3 + [QUARKS] * 3

    def nearness(phrases: Sequence[Sequence[str]]) -> list[list[float]]:
        return [[0.02 if "boat" in phrase.lower() else 0.9 for phrase in of] for of in phrases]

    assert "Boats" in label_clusters(texts, [0, 0, 0, 1, 1, 1])[0].name
    assert label_clusters(texts, [0, 0, 0, 1, 1, 1], nearness)[0].name == "Whale songs"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            r"Flows in $\mathbb{R}^n$ and \emph{state space} models",
            "Flows in  ,  and state space models",
        ),
        (r"The $\beta$-decay costs \$5", r"The β-decay costs \$5"),
        ("A price of $5", "A price of $5"),
        (r"Broken $\frac{$ here", "Broken  ,  here"),
    ],
)
def test_tex_names_no_group(text: str, plain: str) -> None:
    assert without_tex(text) == plain


def test_a_name_does_not_say_one_thing_twice() -> None:
    text = (
        "Large Language Models",
        "LLMs are large language models. Tokens, tokenization, tokens. A tokenization.",
    )
    other = ("Whale Songs", "Whales sing songs.")
    first, _ = label_clusters([text] * 4 + [other] * 3, [0] * 4 + [1] * 3)
    said = " ".join(first.words).lower()
    assert ("llm" in said) != ("language" in said)
    assert ("tokens" in said) != ("tokenization" in said)


def test_a_map_is_stored_and_read_again(tmp_path: Path) -> None:
    group = Cluster(("käse", "fMRI"), 2, "Käse and fMRI", (1, 0), 3)
    made = CorpusMap(((0.25, 1.0), (0.0, 0.5)), (0, 0), (group,), 2, (1,), (1,), True, 0.9, 0.8)
    stored = StoredMap("a", "b", ("x", "y"), made)
    kept = MapFile(tmp_path)
    assert kept.get() is None
    kept.put(stored)
    assert kept.get() == stored
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": "a"}', '{"key": "a", "points": [1]}'])
def test_a_spoilt_file_holds_no_map(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    assert MapFile(tmp_path).get() is None


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    kept = MapFile(tmp_path / "missing")
    kept.put(StoredMap("a", "b", (), CorpusMap((), (), ())))
    assert kept.get() is None


def test_another_text_is_another_map(papers: list[Paper], settings: Settings) -> None:
    identity = Engine(settings).identity
    key = key_of(papers, identity)
    assert key == key_of(list(papers), identity)
    for other in (
        [*papers[:-1], replace(papers[-1], abstract=papers[-1].abstract + " More.")],
        papers[1:],
        [papers[1], papers[0], *papers[2:]],
    ):
        assert key_of(other, identity) != key
    assert key_of(papers, replace(identity, revision="another")) != key


def test_the_map_is_drawn_once(
    catalogue: CorpusBrowser,
    settings: Settings,
    corpus_map: CorpusMap,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = catalogue.corpus_map()
    assert catalogue.corpus_map() is first
    assert first.result(WAIT) == corpus_map
    assert json.loads((tmp_path / FILE).read_text("utf-8"))["key"] == catalogue.key
    monkeypatch.setattr(
        "rag.retrieval.explore.browser.make_map", lambda *_: pytest.fail("drawn again")
    )
    again = CorpusBrowser(catalogue.library, Engine(settings).identity, MapFile(tmp_path))
    assert again.corpus_map().result(WAIT) == corpus_map


def test_a_drawing_that_failed_is_tried_again(
    catalogue: CorpusBrowser, corpus_map: CorpusMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("rag.retrieval.explore.browser.make_map", Mock(side_effect=MemoryError))
        failed = catalogue.corpus_map()
        with pytest.raises(MemoryError):
            failed.result(WAIT)
    assert not failed.cancel()
    assert catalogue.corpus_map().result(WAIT) == corpus_map


def test_words_find_papers(catalogue: CorpusBrowser) -> None:
    titles = [paper.title for paper in catalogue.library.papers]

    def found(text: str) -> tuple[list[str], list[str]]:
        result = catalogue.find(text)
        return [titles[at] for at in result.words], [titles[at] for at in result.near]

    words, near = found("FMRI")
    assert all("fmri" in paper.lower() for paper in words[:3])
    assert not set(words) & set(near)
    assert found("mindbr")[0][0].startswith("MindBridge")
    words, near = found("pictures from brain scans")
    assert words == []
    assert any(title.startswith("MindBridge") for title in near[:3])
    assert found("xyzzy football") == ([], [])
    assert found(" - ") == ([], [])
