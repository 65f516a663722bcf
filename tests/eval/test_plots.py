"""Figures in words, in Markdown and in plots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_report import report

from eval.report import plots
from eval.report.kinds import quantile
from eval.report.page import render_markdown
from eval.scoring.stats import Figure


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0"), (1, "100"), (0.9996, ">99.9"), (0.998, "99.8"), (0.0003, "<0.1"), (0.604, "60")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert plots.percent(share) == text


def test_quantiles_are_observed_values_with_order_statistics_around_them() -> None:
    times = [float(n) for n in range(1, 101)]
    assert quantile(times, 0.5) == Figure(50.0, 41.0, 60.0, 100)
    assert quantile(times, 0.95) == Figure(95.0, 91.0, 100.0, 100)
    assert quantile([7.0], 0.95) == Figure(7.0, 7.0, 7.0, 1)


def test_wilson() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    assert plots.wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert plots.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_markdown_has_its_setup_in_one_line_and_timings_only_when_asked() -> None:
    table = render_markdown(report())
    assert "paperchat · local · qwen-1.5b · version 0.1.0 · corpus c0 · questions q0\n" in table
    assert "| Strictly correct | 61% | 52–70% | 112 |" in table
    assert "| Figure | Facts |" in table
    assert "| top 10 | 94% |" in table
    assert "ms" not in table.split() and "p95" not in table
    assert "| Answer, p95 | 4.2 s |" in render_markdown(report(), timings=True)
    assert table == render_markdown(replace(report(), total_ms=(1.0,), seconds=99))
