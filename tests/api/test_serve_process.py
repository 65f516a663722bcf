"""`paperchat serve` as a process of its own, and with the window in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from browsing import free_port
from serving_api import problem, serving_api
from wire import ask, get

from rag.settings import CHECKOUT, Settings
from ui.api import server

QUERY = {"query": "What is SINet?", "k": 1}


def test_a_process_serves_and_ends_in_an_orderly_way(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    given = ["--index", str(settings.index), "--llm", "quotes", "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, "-m", "ui", "serve", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    ) as process:
        api = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
        until = time.monotonic() + 60
        while True:
            try:
                if api.get("/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None
            assert time.monotonic() < until, "the server did not answer"
            time.sleep(0.05)
        found = api.post("/api/v1/search", json=QUERY).json()
        assert found[0]["title"].startswith("SINet")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        api.close()
    assert (process.returncode, out) == (0, "")
    assert err.splitlines() == [
        f"paperchat serves its API at http://127.0.0.1:{port}/api/v1 and "
        f"http://127.0.0.1:{port}/v1 (Ctrl-C ends it)",
        "Only programs on this machine can use the API; they need no key.",
        f"http://127.0.0.1:{port}/docs says how it is used.",
    ]


def test_the_api_imports_nothing_of_the_window() -> None:
    show = "import sys, ui.api.server, ui.api.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", show], capture_output=True, text=True, cwd=CHECKOUT, check=True
    )
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert "fastapi" in imported
    assert not {"gradio", "torch", "mcp", "docx", "pandas", "playwright"} & imported


def test_without_an_index_it_serves_and_says_what_to_do(tmp_path: Path) -> None:
    with serving_api(index=tmp_path / "none", llm="quotes") as api:
        assert api.get("/healthz").status_code == 503
        reply = api.post("/api/v1/search", json=QUERY)
        assert "`paperchat ingest" in problem(reply, 503) and "retry-after" in reply.headers


def test_the_window_and_the_api_are_one_server(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving_api(index=settings.index, llm="quotes", window=True) as api:
        url = str(api.base_url).rstrip("/")
        until = time.monotonic() + 60
        while not api.get("/healthz").json()["ready"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        page = get(url, "/")
        assert page.status == 200 and "gradio" in page.body
        assert "SINet" in ask(url, "What is SINet?")
        assert api.post("/api/v1/search", json=QUERY).json()[0]["title"].startswith("SINet")
        # What the window refuses and what the API refuses, each in its own form.
        assert get(url, "/config").body == "There is nothing here.\n"
        problem(api.get("/api/v1/config"), 404)
        figures = api.get("/metrics").text
        assert 'route="search",status="200"' in figures, "both count in one place"
        assert 'paperchat_questions_total{outcome="answered"} 1.0' in figures
    assert f"The window is at {url}" in capfd.readouterr().err


@pytest.mark.parametrize(
    "origin",
    [
        "lab.example",
        "ftp://x",
        "https://x/y",
        "*",
        "https://",
        "https://x:y",
        "https://a@x",
        "https://[x",
    ],
)
def test_an_origin_that_is_none_is_refused(settings: Settings, tmp_path: Path, origin: str) -> None:
    from rag.errors import InputError
    from ui.api.server import serve

    with pytest.raises(InputError, match="no origin"):
        serve(settings, origins=[origin])


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("HTTPS://Lab.example/", "https://lab.example"),
        ("https://lab.example:443", "https://lab.example"),
        ("http://lab.example:443", "http://lab.example:443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_what_browsers_send(given: str, sent: str) -> None:
    assert server._origin(given) == sent
