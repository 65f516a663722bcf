"""What limits a set of papers: how many, what is left out, whether there is code."""

from __future__ import annotations

import pytest

from rag.query.limits import Limits, read_limits


@pytest.mark.parametrize(
    ("message", "limits"),
    [
        ("give me 3 papers on mamba", Limits("give me papers on mamba", 3)),
        ("top five papers about owls", Limits("top papers about owls", 5)),
        ("half a dozen papers on moss", Limits("papers on moss", 6)),
        ("papers not about vision", Limits("papers", None, "vision")),
        ("which papers dont use ImageNet", Limits("which papers", None, "ImageNet")),
        ("papers on noise but not speech", Limits("papers on noise", None, "speech")),
        ("papers besides Tolmar about mould", Limits("papers about mould", None, "Tolmar")),
        ("which papers have code on github", Limits("which papers", code=True)),
        ("papers without code", Limits("papers", code=False)),
        ("3 owl papers with code", Limits("owl papers", 3, code=True)),
    ],
)
def test_limits_are_read(message: str, limits: Limits) -> None:
    assert read_limits(message) == limits


@pytest.mark.parametrize(
    "message",
    [
        "papers on 3D printing",
        "papers on code generation",
        "papers from 2019",
        "which papers use two encoders",
        "papers with a benchmark",
        "papers with more than 5 authors",
        "which papers find that sugar does not matter",
        "show me everything about soil",
    ],
)
def test_other_numbers_negations_and_code_are_no_limits(message: str) -> None:
    assert read_limits(message) == Limits(message)
