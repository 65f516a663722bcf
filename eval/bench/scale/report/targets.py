"""What the figures should be, on two cores."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Literal

from eval.bench.scale.report.figures import ENCODER, STARTER, Report, ratios

_LARGE = 90_000  # papers: the sizes that count as 100,000
_Of = Literal["value", "starter", "encoder", "smallest", "tenth"]


@dataclass(frozen=True, slots=True)
class Target:
    """A bound for one figure of ours, at sizes from ``least`` to ``most`` papers.

    ``of`` says what the figure is compared with: nothing, the same figure of another side, or our
    own among the fewest papers (as a difference) or a tenth of the papers (as a ratio).
    """

    words: str
    group: str
    name: str
    bound: float
    at_least: bool = False
    of: _Of = "value"
    unit: str = ""
    least: int = 0
    most: int = 10**9

    def measured(self, report: Report) -> tuple[int, float] | None:
        """The largest size at which it was measured, and the figure; None if nowhere."""
        for papers in reversed(report.sizes):
            if self.least <= papers <= self.most:
                value = self._at(report, papers)
                if value is not None:
                    return papers, value
        return None

    def reached(self, value: float) -> bool:
        """Whether a value is within the bound."""
        return value >= self.bound if self.at_least else value <= self.bound

    def _at(self, report: Report, papers: int) -> float | None:
        own = report.find(papers, self.group, self.name)
        if own is None or self.of == "value":
            return None if own is None else own.median
        if self.of in ("starter", "encoder"):
            side = STARTER if self.of == "starter" else ENCODER
            other = report.find(papers, self.group, self.name, side)
            return median(ratios(own, other)) if other else None
        smaller = [size for size in report.sizes if size < papers]
        if self.of == "tenth":
            smaller = [size for size in smaller if abs(size * 10 - papers) < papers / 100]
        other = report.find(smaller[0], self.group, self.name) if smaller else None
        if other is None:
            return None
        return own.median / other.median if self.of == "tenth" else own.median - other.median


_FILTERS = ("several papers", "years", "venue", "author", "several at once")
_RATE = "papers a second"

TARGETS = (
    Target(
        "ingest of the 82: at least 3 times the starter's papers/s",
        "ingest",
        _RATE,
        3.0,
        at_least=True,
        of="starter",
        most=82,
    ),
    Target(
        "ingest of 10,000, computed: at least 3 times the starter's papers/s",
        "ingest, whole, computed",
        _RATE,
        3.0,
        at_least=True,
        of="starter",
        least=10_000,
        most=10_000,
    ),
    Target(
        "ingest of the 82: at least .85 of the bare encoder's papers/s",
        "ingest",
        _RATE,
        0.85,
        at_least=True,
        of="encoder",
        most=82,
    ),
    Target(
        "ingest of 10,000, computed: at least .85 of the bare encoder's papers/s",
        "ingest, whole, computed",
        _RATE,
        0.85,
        at_least=True,
        of="encoder",
        least=10_000,
        most=10_000,
    ),
    Target("ingest of the 82 after imports: 2 s", "ingest", "seconds", 2.0, most=82),
    Target("search, hybrid with passages, p95: 60 ms", "search", "p95", 60.0, least=_LARGE),
    *(
        Target(f"search, filter: {name}, p95: 80 ms", f"search, filter: {name}", "p95", 80.0,
               least=_LARGE)
        for name in _FILTERS
    ),
    Target(
        "search, p50, from a tenth of the papers: at most 2.5 times",
        "search",
        "p50",
        2.5,
        of="tenth",
        least=_LARGE,
    ),
    Target(
        "dense recall@10 of exact: .95",
        "recall@10",
        "dense search",
        0.95,
        at_least=True,
        unit="share",
    ),
    Target("memory of a process that answers: 2,500 MB", "memory", "answering questions, resident",
           2500.0, least=_LARGE),
    Target("100 papers added: 8 s", "changes", "100 papers added, whole process", 8.0,
           least=_LARGE),
    Target("100 papers removed: 3 s", "changes", "100 papers removed, whole process", 3.0,
           least=_LARGE),
    Target("99 papers gone from their file: 3 s", "changes",
           "99 papers gone from their file, whole process", 3.0, least=_LARGE),
    Target("start to first answer: 4 s more than with 82", "start", "chat: first answer", 4.0,
           of="smallest", least=_LARGE),
    Target("disk beside the text: 12 KB a paper", "disk", "beside the text", 12.0, least=1000),
    Target("lists over all papers, p95: 1,500 ms", "answers, which papers use ...", "p95", 1500.0,
           least=_LARGE),
    Target("chat: page served in 3 s", "start", "chat: page served", 3.0, most=82),
    Target("search as a process: 2 s", "start", "search, whole process", 2.0, most=82),
)  # fmt: skip
