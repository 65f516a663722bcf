"""`paperchat ingest --watch`: a process that really watches files, and a Zotero of this test."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from test_ingest_command import bib
from zotero_server import Fault, ZoteroServer

from rag.index.generations.generations import IndexFolder
from ui.cli.library.changes import Settling
from ui.cli.library.watching import Due

WATCHING = """
    import sys
    from ui.cli import main
    from ui.cli.library import changes

    changes.SETTLED = 0.6
    changes.Settling.__init__.__defaults__ = (0.6,)
    main()
"""
WAIT = 60.0  # seconds


class Watch:
    """A running `paperchat ingest --watch --json`, and what it prints."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child
        self._out: queue.Queue[str] = queue.Queue()
        self._err: queue.Queue[str] = queue.Queue()
        for pipe, lines in ((child.stdout, self._out), (child.stderr, self._err)):
            threading.Thread(target=_drain, args=(pipe, lines), daemon=True).start()

    def change(self) -> Any:
        """The next report."""
        return json.loads(self._out.get(timeout=WAIT))

    def said(self, part: str) -> str:
        """The next line on standard error with this in it."""
        while part not in (line := self._err.get(timeout=WAIT)):
            pass
        return line

    def quiet(self, seconds: float) -> None:
        """Nothing is printed for so long."""
        time.sleep(seconds)
        assert self._out.empty(), self._out.get()

    def end(self) -> int:
        """Control-C; returns the exit status."""
        self.child.send_signal(signal.SIGINT)
        return self.child.wait(timeout=WAIT)


def _drain(pipe: Any, lines: queue.Queue[str]) -> None:
    for line in pipe:
        lines.put(line)


@pytest.fixture
def watching(paperchat: Command, tmp_path: Path) -> Callable[..., Any]:
    @contextmanager
    def start(*arguments: str, **settings: str) -> Iterator[Watch]:
        command = ["ingest", *arguments, "--watch", "--json"]
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WATCHING), *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings},
        ) as child:
            try:
                yield Watch(child)
            finally:
                child.kill()

    return start


def test_files_are_synced_when_they_have_been_written(
    watching: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    (folder / ".git").mkdir(parents=True)
    (folder / "a.bib").write_text(bib("amber"))
    (tmp_path / "one.bib").write_text(bib("birch"))
    with watching("papers", "one.bib", "--index", str(folder / "index")) as watch:
        assert watch.change()["added"] == 2
        watch.said("Watching")
        # A file that grows is read once, when it is whole.
        whole = bib("cedar", "harbour", "granite")
        with (folder / "b.bib").open("w") as file:
            for start in range(0, len(whole), len(whole) // 5):
                file.write(whole[start : start + len(whole) // 5])
                file.flush()
                time.sleep(0.1)
        report = watch.change()
        assert (report["added"], report["rejected"]) == (3, [])
        # What is broken for a moment removes nothing.
        (folder / "b.bib").write_text("")
        report = watch.change()
        assert (report["removed"], report["papers"]) == (0, 5)
        (folder / "b.bib").write_text(bib("cedar", "granite"))
        report = watch.change()
        assert (report["removed"], report["papers"]) == (1, 4)
        # Another file takes the place of one, as editors do it.
        (tmp_path / "new").write_text(bib("birch", "indigo"))
        (tmp_path / "new").replace(tmp_path / "one.bib")
        assert watch.change()["added"] == 1
        # A file that is taken away leaves its papers, as with any ingest without --prune.
        (folder / "b.bib").unlink()
        report = watch.change()
        assert (report["removed"], report["papers"], len(report["missing"])) == (0, 5, 1)
        # Neither hidden files nor the index itself are papers.
        (folder / ".git" / "x.bib").write_text(bib("juniper"))
        watch.quiet(1.0)
        assert watch.end() == 0


def test_a_folder_that_goes_and_comes_again_is_watched_again(
    watching: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.bib").write_text(bib("amber"))
    with watching("papers", "--index", "index") as watch:
        assert watch.change()["added"] == 1
        watch.said("Watching")
        shutil.rmtree(folder)
        assert len(watch.change()["missing"]) == 1
        folder.mkdir()
        (folder / "b.bib").write_text(bib("birch"))
        assert watch.change()["added"] == 1
        (folder / "c.bib").write_text(bib("cedar"))
        report = watch.change()
        assert (report["added"], report["papers"]) == (1, 3)
        # Another one is put into its place between two looks.
        (tmp_path / "next").mkdir()
        (tmp_path / "next" / "d.bib").write_text(bib("granite"))
        folder.rename(tmp_path / "old")
        (tmp_path / "next").rename(folder)
        assert watch.change()["added"] == 1
        assert watch.end() == 0


def test_zotero_is_followed_and_waited_for(watching: Callable[..., Any], tmp_path: Path) -> None:
    zotero = ZoteroServer()
    zotero.add("PAPERONE", "Owls at Night", abstractNote="Owls see in the dark.")
    with zotero.running() as server:
        port = int(server.url.split(":")[2].split("/")[0])
        setting = {"PAPERCHAT_ZOTERO_URL": server.url}
        with watching("zotero:", "--interval", "0.2", **setting) as watch:
            assert watch.change()["added"] == 1
            watch.said("Watching")
            zotero.asked.clear()
            while len(zotero.asked) < 3:
                time.sleep(0.05)
            assert all("limit=1&" in path for path in zotero.asked), "one short question at a time"
            zotero.add("PAPERTWO", "Bats of a Cave", abstractNote="Bats fly.", synced=False)
            assert watch.change()["added"] == 1
            zotero.trash("PAPERONE")
            assert watch.change()["removed"] == 1
            # It answers the question whether there is something new, and then breaks off.
            zotero.faults = [Fault("half", "format=versions")]
            zotero.add("PAPERTHR", "Moths of a Valley", abstractNote="Moths glow.")
            watch.said("broke off in the middle")
            assert watch.change()["added"] == 1
            zotero.enabled = False
            watch.said("lets no other program read its library. Waiting for it.")
            zotero.enabled = True
            watch.said("zotero: answers again")
            server._http.shutdown()  # type: ignore[union-attr]
            server._http.server_close()  # type: ignore[union-attr]
            watch.said("Zotero is not running")
            assert len(IndexFolder(tmp_path / "index").papers()) == 2
            with zotero.running(port):
                zotero.delete("PAPERTHR")
                watch.said("zotero: answers again")
                assert watch.change()["removed"] == 1
                assert watch.end() == 0
    assert "Stopped" in watch.said("Stopped")


def test_there_must_be_something_to_watch(paperchat: Command) -> None:
    ran = paperchat("ingest", "10.1000/xyz", "--watch")
    assert (ran.status, ran.error) == (
        2,
        "paperchat: There is nothing to watch. Name a file, a folder or zotero:.",
    )
    assert "Zotero is not running" in paperchat("ingest", "zotero:", "--watch").error


def test_a_file_is_read_once_it_rests(tmp_path: Path) -> None:
    file, settling = tmp_path / "a.bib", Settling(0.05)
    assert not settling.is_over(set())
    file.write_text("a")
    assert not settling.is_over({file})
    time.sleep(0.06)
    file.write_text("ab")  # nobody has told of it yet
    assert not settling.is_over(set())
    time.sleep(0.06)
    assert settling.is_over(set())
    assert not settling.is_over(set()), "only once"


def test_who_does_not_answer_is_asked_less_often() -> None:
    due, waits = Due(10.0), []
    for _ in range(7):
        due.put_off()
        waits.append(round(due._at - time.monotonic()))
    assert waits == [20, 40, 80, 160, 300, 300, 300] and due.late
    due.again()
    assert round(due._at - time.monotonic()) == 10 and not due.late
