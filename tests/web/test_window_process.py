"""`paperchat chat` as a process of its own: it answers, and ends when it is asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from browsing import free_port

from rag.settings import CHECKOUT, Settings
from ui.web.gate.http.hosts import urls


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_window_in_an_orderly_way(
    settings: Settings, tmp_path: Path, signal_: signal.Signals
) -> None:
    (temporary := tmp_path / "temporary").mkdir()
    port = free_port()
    given = ["--index", str(settings.index), "--llm", "quotes", "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, "-m", "ui", "chat", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "TMPDIR": str(temporary)},
    ) as process:
        url = urls("127.0.0.1", port)[0]
        _wait_for(process, url)
        headers = {"x-file-name": "a.bib", "Origin": url}
        upload = urllib.request.Request(f"{url}/library/files", b"text", headers, method="PUT")
        with urllib.request.urlopen(upload, timeout=60) as response:
            assert "token" in response.read().decode()
        assert list(temporary.rglob("a.bib"))
        process.send_signal(signal_)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert err.startswith("paperchat is at http://127.0.0.1:") and "Traceback" not in err
    assert not list(temporary.rglob("a.bib")), "an upload is gone with the window"


def _wait_for(process: subprocess.Popen[str], url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    process.kill()
    raise AssertionError("the server did not answer")
