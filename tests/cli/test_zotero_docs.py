"""The commands of docs/zotero.md, run as they stand there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from commands import Command
from zotero_server import KEY, ZoteroServer

from rag.settings import CHECKOUT

DOC = (CHECKOUT / "docs" / "zotero.md").read_text("utf-8")
LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", DOC, re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]


def fill(server: ZoteroServer) -> ZoteroServer:
    server.collection("COLLLIFE", "Biology")
    server.collection("COLLREEF", "Reefs", "COLLLIFE")
    server.searches["SEARCHES"] = ("Unread", ["PAPERTWO"])
    server.add(
        "PAPERONE",
        "Coral Reefs under Heat",
        abstractNote="We measure coral bleaching. Bleaching rises by 30% with each degree.",
        collections=["COLLREEF"],
    )
    server.add("PAPERTWO", "Owls at Night", abstractNote="Owls hear mice at 30 metres.")
    return server


@pytest.fixture
def addresses() -> Iterator[dict[str, str]]:
    """Where each kind of library is in this test."""
    with ExitStack() as stack:
        local, group = ZoteroServer(), ZoteroServer(group=12345)
        web = ZoteroServer(local=False)
        servers = {"local": local, "group": group, "web": web}
        yield {name: stack.enter_context(fill(s).running()).url for name, s in servers.items()}


def test_every_command_does_what_the_page_says(
    paperchat: Command,
    addresses: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    assert len(LINES) == 11 and KEY in DOC
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.bib").write_text("@misc{a, title={Bats}, abstract={Bats fly.}}")
    monkeypatch.setattr("ui.cli.library.watching.Watcher.run", _interrupted)
    papers: list[int] = []
    for line in LINES:
        words = shlex.split(line, comments=True)
        settings = [word.split("=", 1) for word in words if word.startswith("PAPERCHAT_")]
        assert words[len(settings)] == "paperchat"
        kind = "web" if settings else "group" if "group" in line else "local"
        with monkeypatch.context() as patch:
            patch.setenv("PAPERCHAT_ZOTERO_URL", addresses[kind])
            for name, value in settings:
                patch.setenv(name, value)
            ran = paperchat(*words[len(settings) + 1 :])
        assert ran.status == 0, (line, ran.err)
        if "ingest" in words:
            papers.append(int(ran.out.split(" papers in ")[0]))
            assert ", 0 rejected" in ran.out
        elif "ask" in words and "bleaching" in line:
            assert "30%" in ran.out and "zotero://select/library/items/PAPERONE" in ran.out
        elif "search" in words:
            assert "Coral Reefs" in ran.out and "Owls" not in ran.out
        else:
            assert "mice at 30 metres" in ran.out
    # The group has copies of its own; then comes a file; zotero.org has the same library.
    assert papers == [2, 2, 2, 4, 4, 5, 5, 5]


def _interrupted(watcher: object) -> None:
    raise KeyboardInterrupt
