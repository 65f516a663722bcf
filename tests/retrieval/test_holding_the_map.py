"""A map that holds while papers come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.engine import Engine
from rag.index.library import Library
from rag.models.embedding.embedder import unit
from rag.retrieval.explore.browser import CorpusBrowser
from rag.retrieval.explore.corpus_map import CorpusMap, make_map
from rag.retrieval.explore.describing import Cluster
from rag.retrieval.explore.holding import can_hold, held
from rag.retrieval.explore.map_file import FILE, MapFile
from rag.settings import Settings

WAIT = 120  # seconds
CAME = (3, 40, 81)  # papers that come later


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layouts are rough here, and take a fraction of the time."""
    monkeypatch.setattr("rag.retrieval.explore.layout._ROUNDS", 500)


def browser(
    library: Library, settings: Settings, root: Path, places: Sequence[int]
) -> CorpusBrowser:
    """A browser of some of the library's papers, with its map in ``root``."""
    papers = [library.papers[at] for at in places]
    some = Library(papers, library.dense, library.lexical, library.tokens, library.embedder)
    return CorpusBrowser(some, Engine(settings).identity, MapFile(root))


def by_id(browser: CorpusBrowser, made: CorpusMap) -> dict[str, tuple[tuple[float, float], int]]:
    """Each paper's point and cluster."""
    ids = [paper.paper_id for paper in browser.library.papers]
    return dict(zip(ids, zip(made.points, made.labels, strict=True), strict=True))


def test_old_papers_stay_and_new_ones_come_beside_their_like(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    places = [at for at in range(82) if at not in CAME]
    before = browser(library, settings, tmp_path, places)
    first = before.corpus_map().result(WAIT)
    after = browser(library, settings, tmp_path, range(82))
    second = after.corpus_map().result(WAIT)
    old, now = by_id(before, first), by_id(after, second)
    assert old.items() <= now.items()
    for group, same in zip(first.clusters, second.clusters, strict=True):
        assert replace(same, size=0, central=()) == replace(group, size=0, central=())
    assert sum(group.size for group in second.clusters) == 82
    assert second.new == second.later == CAME and not second.outgrown
    for one, again in zip(first.clusters, second.clusters, strict=True):
        assert before.papers_at(one.central) == after.papers_at(again.central)

    vectors = library.dense.paper_vectors([paper.paper_id for paper in library.papers])
    points = np.array(second.points)
    for at in CAME:
        alike = np.argsort(-(vectors[places] @ vectors[at]))[:5]
        far = np.linalg.norm(points[places] - points[at], axis=1)
        assert far[alike].min() < 0.1, "beside one of the most similar papers"
        assert far.min() > 0.005, "it covers none"

    other = browser(library, settings, tmp_path, range(82))
    assert other.corpus_map().result(WAIT) == second, "another process shows the same"
    left = browser(library, settings, tmp_path, range(1, 82))
    third = left.corpus_map().result(WAIT)
    assert by_id(left, third).items() <= now.items()
    assert third.new == tuple(at - 1 for at in CAME), "they are new until others come"

    anew = left.corpus_map(anew=True).result(WAIT)
    assert not anew.new and anew.points != third.points
    assert browser(library, settings, tmp_path, range(1, 82)).corpus_map().result(WAIT) == anew


def test_a_map_of_a_few_of_the_papers_is_not_held(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    browser(library, settings, tmp_path, ()).corpus_map().result(WAIT)
    few = browser(library, settings, tmp_path, range(9)).corpus_map().result(WAIT)
    assert not few.instead
    made = browser(library, settings, tmp_path, range(82)).corpus_map().result(WAIT)
    assert made.instead and not made.later
    stored = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(stored.replace('"base": "', '"base": "x'), "utf-8")
    other = browser(library, settings, tmp_path, range(80)).corpus_map().result(WAIT)
    assert not other.instead and not other.later, "vectors of another model cannot be compared"


def kinds(papers: int, *centres: int) -> NDArray[np.float32]:
    """Unit vectors around some of three centres, in turn."""
    random = np.random.default_rng(5)
    means = np.random.default_rng(1).normal(size=(3, 16))
    found = means[np.resize(centres, papers)] + 0.2 * random.normal(size=(papers, 16))
    made: NDArray[np.float32] = unit(found.astype(np.float32))
    return made


def test_another_layout_is_offered_when_the_map_no_longer_shows_what_is_alike() -> None:
    old = make_map(kinds(40, 0, 1), [("On whales", "")] * 40)
    ids = [f"x{at}" for at in range(90)]

    def with_more(more: NDArray[np.float32]) -> CorpusMap:
        vectors = np.concatenate([kinds(40, 0, 1), more])
        return held(old, ids[:40], ids[: len(vectors)], vectors)

    alike, many, strange = (with_more(kinds(*of)) for of in ((12, 0, 1), (50, 0, 1), (30, 2)))
    assert not alike.outgrown
    assert many.outgrown, "more than the layout had"
    assert strange.outgrown and len(strange.later) < 40, "fewer, but of another kind"
    assert strange.trust < old.trust - 0.03 < alike.trust


@given(st.integers(1, 9), st.integers(0, 9), st.booleans(), st.randoms(use_true_random=False))
@bounds(max_examples=20)
def test_any_few_papers_can_be_held(kept: int, added: int, same: bool, random: object) -> None:
    before = tuple(f"x{at}" for at in range(10))
    made = CorpusMap(
        tuple((at / 9, 0.0 if same else at % 3 / 2) for at in range(10)),
        tuple(at % 2 for at in range(10)),
        (Cluster(("a",), 5, "A", (0, 2)), Cluster((), 5, "Various", (1,))),
        10,
    )
    now = [*before[:kept], *(f"new{at}" for at in range(added))]
    random.shuffle(now)  # type: ignore[attr-defined]
    vectors = np.ones((len(now), 4), np.float32) if same else kinds(len(now), 0, 1, 2)
    drawn = held(made, before, now, vectors)
    assert all(drawn.points[now.index(x)] == made.points[at] for at, x in enumerate(before[:kept]))
    assert all(0 <= value <= 1 for point in drawn.points for value in point)
    assert [now[at] for at in drawn.new] == [x for x in now if x.startswith("new")]
    assert [group.size for group in drawn.clusters] == [drawn.labels.count(at) for at in (0, 1)]
    for label, group in enumerate(drawn.clusters):
        assert all(drawn.labels[at] == label for at in group.central)
    assert can_hold(made, before, now) is (kept >= min(4, len(now)) and kept >= 0.2 * len(now))


@pytest.mark.parametrize("place", [(0.5, 0.5), (0.0, 0.0)])
def test_papers_on_one_place_move_apart(place: tuple[float, float]) -> None:
    before, now = ("a", "b"), ["a", "b", *(f"n{at}" for at in range(6))]
    made = CorpusMap((place, (0.4, 0.3)), (0, 0), (Cluster((), 2),))
    points = np.array(held(made, before, now, np.ones((8, 4), np.float32)).points)
    apart = np.linalg.norm(points[:, None] - points, axis=2) + np.eye(8)
    assert apart.min() > 0.01
