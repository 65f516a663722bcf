"""Control-C while papers come in: one process, really interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from hashing_embedder import HashingEmbedder
from test_ingest_command import bib

from rag.engine import Engine
from rag.index.generations.generations import IndexFolder
from rag.types import Ledger
from ui.cli.library.watching import Watcher

PAUSING = """
    import sys
    import rag.models.embedding.embedders
    from hashing_embedder import HashingEmbedder
    from ui.cli import main
    from ui.cli.library import ingest

    rag.models.embedding.embedders.load_embedder = HashingEmbedder
    HashingEmbedder.at_once = 4
    watch = ingest.Stopping.watch

    def pausing(stop, progress):
        def tell(done, total):
            progress(done, total)
            if done == 8:
                print("embedded 8", file=sys.stderr, flush=True)
                sys.stdin.readline()
        return watch(stop, tell)

    ingest.Stopping.watch = pausing
    sys.argv = ["paperchat", "ingest", sys.argv[1], "--json"]
    main()
"""


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What papers mean does not matter here."""
    monkeypatch.setattr("rag.models.embedding.embedders.load_embedder", HashingEmbedder)


@pytest.mark.parametrize("twice", [False, True])
def test_control_c_keeps_what_is_done_and_the_next_run_goes_on(
    paperchat: Command, tmp_path: Path, twice: bool
) -> None:
    (tmp_path / "many.bib").write_text(bib(*(f"word{n}" for n in range(40))), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PAUSING), "many.bib"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:
        assert child.stdin is not None and child.stderr is not None
        _wait(child.stderr.readline, "embedded 8")
        child.send_signal(signal.SIGINT)
        _wait(child.stderr.readline, "Stopping")
        if twice:
            child.send_signal(signal.SIGINT)
        out, _ = child.communicate("go on\n", timeout=60)
        assert child.returncode == 130
    kept = len(IndexFolder(tmp_path / "index").papers())
    if twice:
        assert (kept, out) == (0, ""), "a build that was broken off leaves nothing"
    else:
        ledger = json.loads(out)
        assert ledger["stopped"] and 4 <= ledger["added"] == ledger["papers"] == kept <= 8
        assert paperchat("search", "word0", "-k", "1", "--json").json
    rest = paperchat("ingest", "many.bib", "--json").json
    assert (rest["papers"], rest["unchanged"], rest["added"]) == (40, kept, 40 - kept)


def test_stopping_once_all_is_embedded_ends_the_watching(
    paperchat: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing left to stop then, but whoever pressed Control-C wants to leave."""
    (tmp_path / "few.bib").write_text(bib("amber"), encoding="utf-8")
    sync = Engine.sync

    def interrupted(*given: Any, **options: Any) -> Ledger:
        ledger = sync(*given, **options)
        signal.raise_signal(signal.SIGINT)
        return ledger

    monkeypatch.setattr(Engine, "sync", interrupted)
    monkeypatch.setattr(Watcher, "run", lambda self: pytest.fail("it watches"))
    ran = paperchat("ingest", "few.bib", "--watch", "--json")
    assert (ran.status, json.loads(ran.out)["added"]) == (130, 1)


def _wait(readline: Callable[[], str], text: str) -> None:
    until = time.monotonic() + 120
    while text not in (line := readline()):
        assert line and time.monotonic() < until, f"{text!r} was never said"
