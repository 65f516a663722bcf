"""A fault at every step of a build: whatever happens, the old index answers as before.

python -m pytest tests/index/test_build_faults.py
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from pydoc import locate
from typing import Any, TypeAlias

import pytest
from hashing_embedder import HashingEmbedder
from test_damage import holds, river

from rag.engine import Engine
from rag.errors import IndexUnavailableError
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import faults_of
from rag.settings import load_settings

# Each step of a build, in order: the function that it calls, and at which call the fault comes.
STEPS = {
    "copy the current generation": ("shutil.copytree", 1),
    "remove old chunks": ("rag.index.vectors.dense.DenseIndex.remove", 1),
    "store vectors and tokens": ("rag.index.vectors.parts.PartWriter.append", 1),
    "store chunks": ("rag.index.vectors.dense.DenseIndex.add_chunks", 1),
    "finish the database": ("rag.index.vectors.dense.DenseIndex.finish", 1),
    "store words": ("rag.index.words.lexical.LexicalIndex.replace", 1),
    "merge parts": ("rag.index.build.merging.merge_parts", 1),
    "write papers, records and manifest": ("rag.index.build.batches.write_contents", 1),
    "have the files on the disk": ("rag.index.generations.generations.flush", 1),
    "give the generation its name": ("pathlib.Path.rename", 1),
    "point CURRENT at it": ("rag.index.generations.generations.replace_file", 1),
    "replace CURRENT": ("pathlib.Path.replace", 1),
}
FIRST = {  # of a first build, which copies nothing, and makes removed.json before CURRENT
    **{step: at for step, at in STEPS.items() if "copy" not in step},
    "write removed.json": ("rag.index.generations.removals.replace_file", 1),
    "replace CURRENT": ("pathlib.Path.replace", 2),
}
# After these the generation is whole, and only CURRENT does not name it.
NAMED = (
    "pathlib.Path.replace",
    "rag.index.generations.removals.replace_file",
    "rag.index.generations.generations.replace_file",
)
OLD, NEW = 5, 9  # papers

Kill: TypeAlias = Callable[[Path, tuple[str, int]], None]


def build(index: Path, papers: int) -> None:
    engine = Engine(load_settings(index=index, llm="quotes"), embedder=HashingEmbedder)
    engine.writer.sync_reading(river(papers))


def answers(index: Path) -> list[tuple[str, float]]:
    with Engine(load_settings(index=index, llm="quotes"), embedder=HashingEmbedder) as engine:
        return [(item.paper.paper_id, item.score) for item in engine.search("sediment river 3")]


def kept(index: Path) -> dict[str, bytes]:
    """Every file with its bytes, but for what a build that failed had embedded."""
    return {name: data for name, data in holds(index).items() if "embedded.part" not in name}


def inject(patch: pytest.MonkeyPatch, step: tuple[str, int], fault: Callable[[], None]) -> None:
    """Have ``fault`` happen instead of a step."""
    name, at = step
    real: Any = locate(name)
    calls = count(1)

    def faulty(*given: Any, **named: Any) -> Any:
        if next(calls) == at:
            fault()
        return real(*given, **named)

    patch.setattr(name, faulty)


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def bug() -> None:
    raise RuntimeError("a bug")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def build_and_die(index: Path, step: tuple[str, int]) -> None:
    inject(pytest.MonkeyPatch(), step, die)
    build(index, NEW)


def build_on_a_full_disk(index: Path, kilobytes: int, told: Connection) -> None:
    """Build where the system refuses to let any file grow beyond a size, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10))
    try:
        build(index, NEW)
    except IndexUnavailableError as exc:
        told.send(str(exc))


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServerContext]:
    """Makes processes that have everything imported."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__, "rag.index.build.pipeline", "rag.index.words.lexical"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        yield made


@pytest.fixture
def killed(forks: ForkServerContext) -> Callable[[Path, tuple[str, int]], None]:
    """Builds in a process that is killed at a step."""

    def run(index: Path, step: tuple[str, int]) -> None:
        child = forks.Process(target=build_and_die, args=(index, step))
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL

    return run


@pytest.fixture
def index(tmp_path: Path) -> Path:
    build(tmp_path / "index", OLD)
    return tmp_path / "index"


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_build_that_is_killed_leaves_the_old_index(
    index: Path, killed: Kill, step: tuple[str, int]
) -> None:
    before, found = answers(index), holds(index)
    killed(index, step)
    left = holds(index)
    assert {name: left[name] for name in found} == found
    assert answers(index) == before and IndexFolder(index).faults(thorough=True) == []
    build(index, NEW)
    assert len(answers(index)) == NEW
    assert not list(index.glob("*.draft"))


@pytest.mark.parametrize("step", FIRST.values(), ids=FIRST)
def test_a_first_build_that_is_killed_can_be_begun_again(
    tmp_path: Path, killed: Kill, step: tuple[str, int]
) -> None:
    index = tmp_path / "index"
    killed(index, step)
    folder = IndexFolder(index)
    if step[0] in NAMED:  # the papers are whole, and are offered
        with pytest.raises(IndexUnavailableError, match=f"has {NEW} papers"):
            build(index, OLD)
        Engine(load_settings(index=index, llm="quotes"), embedder=HashingEmbedder).rebuild()
        assert len(answers(index)) == NEW
    else:
        assert folder.empty
        build(index, OLD)
        assert len(answers(index)) == OLD
    assert folder.faults(thorough=True) == []


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("fault", [full, bug])
def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(
    index: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[str, int],
    fault: Callable[[], None],
) -> None:
    before, found = answers(index), holds(index)
    with monkeypatch.context() as patch:
        inject(patch, step, fault)
        with pytest.raises((IndexUnavailableError, RuntimeError)) as told:
            build(index, NEW)
    if fault is full:
        assert "cannot be written: No space left on device" in str(told.value)
    assert kept(index) == found
    assert answers(index) == before
    build(index, NEW)
    assert len(answers(index)) == NEW


def test_a_removal_that_is_killed_is_finished_by_the_next_build(index: Path, killed: Kill) -> None:
    build(index, OLD + 1)
    killed(index, ("shutil.rmtree", 3))  # the first two are of parts, in the draft
    assert len(answers(index)) == NEW
    assert (index / "00000001").exists()
    build(index, OLD)
    assert [path.name for path in IndexFolder(index).generations()] == ["00000004", "00000003"]


def test_what_a_generation_has_is_not_appended_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build is killed when its generation is there, and what it has embedded is left."""
    index, remove = tmp_path / "index", shutil.rmtree

    def removed(path: Path, **options: Any) -> None:
        if path.name != "embedded.part":
            remove(path, **options)

    build(index, 20)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", removed)
        build(index, 24)
    Engine(load_settings(index=index, llm="quotes"), embedder=HashingEmbedder).rebuild()
    generations = IndexFolder(index).generations()
    assert [faults_of(path, thorough=True) for path in generations] == [[], [], []]


# Kilobytes at which another part of a first build is the first to fail.
@pytest.mark.parametrize("limit", [0, 1, 4, 8, 16, 32, 64, 96, 128])
@pytest.mark.parametrize("papers", [0, OLD])
def test_a_full_disk_gives_one_line(
    tmp_path: Path, forks: ForkServerContext, limit: int, papers: int
) -> None:
    index = tmp_path / "index"
    if papers:
        build(index, papers)
    found = holds(index)
    heard, told = forks.Pipe(duplex=False)
    child = forks.Process(target=build_on_a_full_disk, args=(index, limit, told))
    child.start()
    child.join(60)
    assert child.exitcode == 0 and heard.poll()
    line = heard.recv()
    assert line.startswith(f"The index folder {index} cannot be written: ")
    assert "what was indexed before is untouched" in line and "\n" not in line
    assert kept(index) == found
    if papers:
        assert len(answers(index)) == papers


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 3 MB, where the tests may make one."""
    place = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    yield place
    gc.collect()  # files of parts are mapped as long as something refers to them
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("free", range(0, 1500, 60))
@pytest.mark.parametrize("papers", [0, OLD])
def test_a_disk_that_is_really_full_gives_one_line(disk: Path, free: int, papers: int) -> None:
    """Only so many kilobytes are free, so that another engine is the first to fail."""
    for path in disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    index = disk / "index"
    if papers:
        build(index, papers)
    found = holds(index)
    (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - free * 1024))
    try:
        build(index, 60)
        papers = 60
    except IndexUnavailableError as exc:
        assert "cannot be written" in str(exc) and "untouched" in str(exc)
        assert kept(index) == found
    (disk / "ballast").unlink()
    assert IndexFolder(index).faults(thorough=True) == []
    assert len(IndexFolder(index).papers()) == papers
