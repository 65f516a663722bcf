"""The header, progress and numbers in words."""

from __future__ import annotations

import pytest
from rendering import Seen

from rag.types import Mode, ModelChoice
from ui.web.jobs import Progress
from ui.web.render.basics import text
from ui.web.render.basics.status import mode_badge, mode_line, size, time_left
from ui.web.views.header import Status, header


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0.4, "0 ms"), (999.4, "999 ms"), (1240, "1.2 s"), (61000, "61.0 s")],
)
def test_durations(milliseconds: float, words: str) -> None:
    assert text.duration(milliseconds) == words


# ---- the header


def test_the_header_shows_mode_model_reason_and_papers() -> None:
    choice = ModelChoice("local", "qwen", "its weights are on disk")
    seen = Seen(header(Status(choice=choice, papers=82, ready=True)))
    assert seen.text.startswith("82 papersLocal model: qwen writes, and is checked")
    assert "Its weights are on disk." in seen.values


@pytest.mark.parametrize(
    ("mode", "model", "line"),
    [
        ("quotes", "none", "Quotes only: no language model writes"),
        ("openai", "gpt-<4>", "Endpoint: gpt-<4> writes, and is checked"),
        ("openai", "", "Endpoint: it writes, and is checked"),
    ],
)
def test_one_line_says_who_writes(mode: Mode, model: str, line: str) -> None:
    assert Seen(mode_line(mode, model)).text == line
    badge = Seen(mode_badge(ModelChoice(mode, model, "it was asked for"), reason=True)).text
    assert badge.replace(" ", "").startswith(line.replace(" ", ""))
    assert badge.endswith("It was asked for.")


def test_progress_shows_bytes_share_rate_and_time_left() -> None:
    work = Progress("Fetching", 279_330_192, 1_117_320_768, "bytes", 4_000_000.0)
    seen = Seen(header(Status(work=work)))
    assert "25% · 279 MB of 1.12 GB · 4 MB/s · about 3 min left" in seen.text
    assert "25" in seen.values


def test_trouble_is_one_line_in_the_header() -> None:
    seen = Seen(header(Status(trouble=("It failed.", "Do this."))))
    assert "It failed. Do this." in seen.text


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (999_700, "1 MB")]
)
def test_sizes(amount: float, words: str) -> None:
    assert size(amount) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "under a minute left"), (70, "about 1 min left"), (8000, "about 2 h left")],
)
def test_time_left(seconds: float, words: str) -> None:
    assert time_left(seconds) == words
