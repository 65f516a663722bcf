"""Parts of vectors and tokens: written, broken off, merged from build to build, and searched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_read_papers import NOTHING, PAPER, equal, unit

from rag.index.build.background import Background
from rag.index.build.merging import merge_parts
from rag.index.vectors.exact import ExactIndex
from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.parts import EmbeddedPaper, Numbers, Part, PartWriter, numbers_of
from rag.index.vectors.read_paper import ReadPaper
from rag.index.vectors.token_store import TokenStore
from rag.types import EVERYTHING, Filter, Scope

DIMENSIONS = 384


def embedded(paper_id: str, seed: int, chunks: int = 1, read: ReadPaper = PAPER) -> EmbeddedPaper:
    spans = np.array([(10 * at, 10 * at + 10) for at in range(chunks)], dtype=np.int32)
    return EmbeddedPaper(paper_id, seed, spans, unit(chunks, seed), read)


def part(folder: Path, *papers: EmbeddedPaper) -> Part:
    with PartWriter(folder) as writer:
        writer.append(papers)
    return Part(folder)


def rows_of(folder: Path, *papers: EmbeddedPaper) -> PaperRows:
    """The rows of a generation with one part."""
    new = part(folder / "new", *papers)
    nothing = PaperRows((), np.zeros(0, dtype=np.bool_))
    return merge_parts(folder / "parts", nothing, (), new, np.ones(len(new), dtype=np.bool_))


def test_a_paper_is_read_back_as_it_was_stored(tmp_path: Path) -> None:
    without_roles = ReadPaper(PAPER.bits, PAPER.ends, PAPER.roles[:, :0])
    papers = {"one": PAPER, "two:ü": without_roles, "nothing": NOTHING}
    made = [embedded(i, at, at + 1, read) for at, (i, read) in enumerate(papers.items())]
    rows = rows_of(tmp_path, *made)
    tokens = TokenStore(PaperRows.open(tmp_path / "parts"))
    found = tokens.of(["two:ü", "one", "three", "nothing"])
    assert list(found) == ["two:ü", "one", "nothing"]
    assert all(equal(papers[i], found[i]) for i in papers if i != "nothing")
    assert found["nothing"].sentences("") == [] and len(found["nothing"].bits) == 0
    assert rows.counts() == (6, 6) and tokens.count_sentences() == 6
    for paper in made:
        where, own = rows.place(int(rows.find([paper.paper_id])[0]))
        again = where.embedded(own)
        assert again.columns()[:3] == paper.columns()[:3] and again.content == paper.content


def test_what_is_not_a_part_is_not_opened(tmp_path: Path) -> None:
    assert PaperRows.open(tmp_path / "none").counts() == (0, 0)
    rows_of(tmp_path, embedded("one", 1))
    (tmp_path / "parts" / "live.bin").write_bytes(b"\1\1")
    with pytest.raises(OSError, match="does not fit"):
        PaperRows.open(tmp_path / "parts")
    (tmp_path / "parts/00000001/bits.bin").write_bytes(b"")
    with pytest.raises(OSError, match="shorter"):
        PaperRows.open(tmp_path / "parts")
    with pytest.raises(FileNotFoundError):
        Part(tmp_path / "none")


@pytest.mark.parametrize("name", ["papers", "ids", "chunks", "vectors", "bits", "ends", "roles"])
@pytest.mark.parametrize("cut", [1, 7])
def test_a_part_that_was_broken_off_is_whole_up_to_there(
    tmp_path: Path, name: str, cut: int
) -> None:
    papers = [embedded(f"paper {at} with an id that is long", at) for at in range(4)]
    file = part(tmp_path, *papers).folder / f"{name}.bin"
    file.write_bytes(file.read_bytes()[:-cut])
    with PartWriter(tmp_path) as writer:
        writer.append([embedded("another", 9)])
    again = Part(tmp_path)
    ids = again.paper_ids(np.arange(len(again)))
    assert ids == [*(paper.paper_id for paper in papers[:3]), "another"]
    assert equal(again.read(3), PAPER) and np.array_equal(again.vectors[3], unit(1, 9)[0])


@pytest.mark.parametrize("name", ["papers", "ids", "chunks", "vectors", "bits", "ends", "roles"])
def test_a_part_that_was_half_removed_begins_anew(tmp_path: Path, name: str) -> None:
    (part(tmp_path, embedded("one", 1)).folder / f"{name}.bin").unlink()
    again = part(tmp_path, embedded("two", 2))
    assert again.paper_ids(np.arange(len(again))) == ["two"]


def test_parts_stay_few_and_hold_what_was_last_put(tmp_path: Path) -> None:
    """A history of builds, beside a dictionary."""
    draw = np.random.default_rng(0)
    held: dict[str, EmbeddedPaper] = {}
    rows = PaperRows((), np.zeros(0, dtype=np.bool_))
    most = 0
    for build in range(40):
        count = int(draw.integers(0, 8))
        names = draw.choice(60, count, replace=False).tolist()
        new = [embedded(f"p{n}", 100 * build + n, 1 + n % 3) for n in names]
        drop = [i for i in held if draw.random() < 0.05 and i not in {p.paper_id for p in new}]
        made = part(tmp_path / f"new{build}", *new)
        done = draw.random(count) < 0.9
        before = {path: path.read_bytes() for path in (tmp_path / "parts").rglob("0*/*.bin")}
        rows = merge_parts(tmp_path / "parts", rows, drop, made, done)
        after = {path: path.read_bytes() for path in (tmp_path / "parts").rglob("0*/*.bin")}
        assert all(after[path] == before[path] for path in after.keys() & before.keys())
        held = {i: paper for i, paper in held.items() if i not in drop}
        held |= {p.paper_id: p for p, stored in zip(new, done, strict=True) if stored}
        most = max(most, len(rows.parts))
        dead = 1 - rows.live.mean() if len(rows.live) else 0
        assert dead <= 0.25
        opened = PaperRows.open(tmp_path / "parts")
        assert opened.live.sum() == len(held)
        for paper, row in zip(held.values(), opened.find(held).tolist(), strict=True):
            where, own = opened.place(row)
            assert where.embedded(own).columns() == paper.columns()
    assert 1 < most <= 5


def test_a_damaged_part_is_not_copied(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, embedded("one", 1), embedded("two", 2))
    file = tmp_path / "parts/00000001/vectors.bin"
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    file.write_bytes(content)
    new = part(tmp_path / "more", embedded("three", 3))
    with pytest.raises(OSError, match="not as it was written"):
        merge_parts(tmp_path / "parts", rows, (), new, np.ones(1, dtype=np.bool_))


@pytest.fixture
def papers() -> list[EmbeddedPaper]:
    return [embedded(f"p{n}", n, 1 + n % 3) for n in range(90)]


def index_of(folder: Path, papers: list[EmbeddedPaper], hidden: list[str]) -> ExactIndex:
    """An index of two parts; the filter for a year lets in the papers with an even number."""
    rows = rows_of(folder, *papers[:60])
    rest = part(folder / "rest", *papers[60:])
    rows = merge_parts(folder / "parts", rows, (), rest, np.ones(len(rest), dtype=np.bool_))

    def within(scope: Scope) -> Numbers:
        found = [p.paper_id for p in papers if p.content % 2 == 0]
        return numbers_of(scope.papers or found)

    return ExactIndex(rows, within, folder / "dense", hidden)


@pytest.mark.parametrize("hidden", [[], ["p4", "p61", "never there"]])
@pytest.mark.parametrize("scope", [EVERYTHING, Scope(filter=Filter(2020)), Scope(("p61", "p8"))])
@pytest.mark.parametrize("k", [1, 7, 20_000])
def test_the_nearest_chunks_are_those_with_the_highest_cosines(
    tmp_path: Path, papers: list[EmbeddedPaper], hidden: list[str], scope: Scope, k: int
) -> None:
    query = unit(1, 1234)[0]
    index = index_of(tmp_path, papers, hidden)
    inside = [
        paper
        for paper in papers
        if paper.paper_id not in hidden
        and (not scope.filter or paper.content % 2 == 0)
        and (not scope.papers or paper.paper_id in scope.papers)
    ]
    cosines = sorted(
        (
            (float(vector.astype(float) @ query), paper.paper_id, *span)
            for paper in inside
            for vector, span in zip(paper.vectors, paper.spans.tolist(), strict=True)
        ),
        reverse=True,
    )
    found = index.search_chunks(query, k, scope)
    assert [(i, hit.start, hit.end) for i, hit in found] == [one[1:] for one in cosines[:k]]
    assert [hit.score for _, hit in found] == pytest.approx(
        [one[0] for one in cosines[:k]], abs=1e-6
    )


def test_a_paper_s_vector_is_the_mean_of_its_chunks(
    tmp_path: Path, papers: list[EmbeddedPaper]
) -> None:
    index = index_of(tmp_path, papers, [])
    vectors = index.paper_vectors(["p61", "never there", "p2"])
    assert not vectors[1].any()
    for vector, paper in ((vectors[0], papers[61]), (vectors[2], papers[2])):
        mean = paper.vectors.mean(axis=0)
        assert vector == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = ExactIndex(PaperRows.open(tmp_path / "none"), lambda _: numbers_of([]), tmp_path)
    assert index.search_chunks(unit(1, 0)[0], 5) == []
    assert index.search_chunks(unit(1, 0)[0], 5, Scope(("p",))) == []
    assert not index.paper_vectors(["p"]).any()


@pytest.mark.parametrize("taken", [0, 1, 5])
@pytest.mark.parametrize("given", [0, 1, 20])
def test_what_fails_in_the_background_is_raised_and_nobody_waits(taken: int, given: int) -> None:
    def work(items: Iterator[int]) -> None:
        for _ in range(taken):
            next(items, None)
        raise OSError("full")

    with pytest.raises(OSError, match="full"), Background[int](work) as background:
        for item in range(given):
            background.put(item)


def test_what_is_broken_off_in_front_is_not_finished_in_the_background() -> None:
    seen: list[int | str] = []

    def work(items: Iterator[int]) -> None:
        seen.extend(items)
        seen.append("end")

    with pytest.raises(KeyboardInterrupt), Background[int](work) as background:
        background.put(1)
        raise KeyboardInterrupt
    assert seen == [1]
    with Background[int](work) as background:
        background.put(2)
    assert seen == [1, 2, "end"]
