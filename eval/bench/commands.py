"""Timings of whole commands, as a user starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.bench.table import Row

_RUNS = 7
_PAGE_RUNS = 3
_PAGE_WAIT = 60.0  # seconds


def light_commands() -> list[Row]:
    """Help, status and a usage error: nothing heavy may be imported for them."""
    return [
        Row(
            f"paperchat {' '.join(arguments)}",
            tuple(_run(*arguments) for _ in range(_RUNS)),
            0.5,
        )
        for arguments in (["--help"], ["status"], ["ask"], ["ask", ""])
    ]


def window() -> list[Row]:
    """From the command to the served page, with an index that is there."""
    return [Row("paperchat chat: page served", tuple(_page() for _ in range(_PAGE_RUNS)), 8.0)]


def _run(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "ui", *arguments], capture_output=True, check=False, timeout=120
    )
    return time.perf_counter() - started


def _page() -> float:
    started = time.perf_counter()
    with serving():
        return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Served:
    """A window in a process of its own."""

    url: str
    pid: int

    def memory(self) -> int:
        """Bytes of memory that the process holds now. Needs Linux."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@contextmanager
def serving(index: Path | None = None) -> Iterator[Served]:
    """A window without a language model, once its page is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = {"PAPERCHAT_INDEX": str(index)} if index else {}
    child = subprocess.Popen(
        [sys.executable, "-m", "ui", "chat", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PAPERCHAT_LLM": "quotes", **named},
    )
    try:
        _wait(f"http://127.0.0.1:{port}/")
        yield Served(f"http://127.0.0.1:{port}", child.pid)
    finally:
        child.terminate()
        child.wait(timeout=20)


def _wait(url: str) -> None:
    started = time.perf_counter()
    while time.perf_counter() - started < _PAGE_WAIT:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                page.read()
            return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise TimeoutError(f"no page within {_PAGE_WAIT:g} s")
