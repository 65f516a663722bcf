"""One size: its index is made, and every side is measured in turn."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from eval.bench.scale.inputs import Raw, made_up, write_part
from eval.bench.scale.measures.changes import changes, copied, starts
from eval.bench.scale.measures.memory import on_disk
from eval.bench.scale.measures.processes import Finished, Job, task
from eval.bench.scale.report import figures
from eval.bench.scale.report.figures import PAPERCHAT, Measure, Report
from eval.bench.scale.sides.stores import STARTER

Say = Callable[[str], None]
Turned = TypeVar("Turned")

_STAND_IN = "stand-in vectors, whole"
_RATE, _PROCESSOR = "papers a second", "processor time a paper"


@dataclass(frozen=True, slots=True)
class Given:
    """How often and how much is measured."""

    rounds: int
    sample: int
    queries: int
    full: bool = False


@dataclass(slots=True)
class Size:
    """So many papers: the delivered ones, records to be indexed, or an index that is there."""

    papers: int
    folder: Path
    raw: Sequence[Raw] = ()
    delivered: Path | None = None
    index: Path | None = None
    stand_in: bool = False
    _place: Path = field(init=False)

    def __post_init__(self) -> None:
        self._place = self.folder / str(self.papers)

    def measure(self, report: Report, given: Given, say: Say) -> None:
        """Measure everything, and remove the files."""
        self._place.mkdir(parents=True)
        index, stores = self._place / "index", self._place / "stores"
        stores.mkdir()
        job = Job(str(index), str(stores), queries=given.queries, stand_in=self.stand_in)
        if self.index:
            copied(self.index, index)
        elif self.raw:
            say("index")
            self._make_index(report, job, given)
        if not self.delivered:
            self._fill_stores(report, job, say)
        say("ingest")
        for number in range(given.rounds):
            self._ingest(report, job, number, given.sample)
        if self.delivered:
            self._fill_stores(report, job, say)
        elif self.raw and not given.full:
            self._compute_whole(report)
        say("search")
        for number in range(given.rounds):
            self._search(report, job, number)
        report.add(self.papers, PAPERCHAT, on_disk(index))
        _add(report, self.papers, task("recall", job)[0])
        say("starts, changes")
        for _ in range(given.rounds):
            report.add(self.papers, PAPERCHAT, starts(index))
        changed = copied(index, self._place / "changed")
        for number in range(given.rounds):
            report.add(self.papers, PAPERCHAT, changes(changed, self._place, seed=100 + number))
        shutil.rmtree(self._place)

    def _fill_stores(self, report: Report, job: Job, say: Say) -> None:
        say("other stores")
        _add(report, self.papers, task("stores", job)[0])

    def _make_index(self, report: Report, job: Job, given: Given) -> None:
        """Index the records: with the encoder if everything is asked for, else without."""
        part = self._place / "papers.jsonl"
        write_part(part, self.raw, self.papers)
        whole = replace(job, part=str(part))
        if given.full:
            elsewhere = replace(whole, folder=str(self._place / "starter-whole"))
            sides = [("ingest", PAPERCHAT), ("ingest-starter", figures.STARTER)]
            for name, side in [*sides, ("ingest-encoder", figures.ENCODER)]:
                self._add_ingest(report, side, *task(name, elsewhere), group="ingest, whole")
            return
        found, done = task("index", whole)
        named = [one._replace(group=f"{one.group}, {_STAND_IN}") for one in found]
        report.add(self.papers, PAPERCHAT, [*named, *done.measures(f"ingest, {_STAND_IN}")])

    def _compute_whole(self, report: Report) -> None:
        """What ingesting everything would take: the parts were measured, the sum was not.

        Ours is what everything beside the encoder took with stand-in vectors, and the encoder's
        time at its rate alone, as if they did not overlap; the starter's is the rate of its sample.
        Processor time, which other work hardly changes, is added up likewise.
        """
        stand_in, group = f"ingest, {_STAND_IN}", "ingest, whole, computed"
        beside = report.find(self.papers, stand_in, "beside the encoder")
        used = report.find(self.papers, stand_in, _PROCESSOR)
        for side in (PAPERCHAT, figures.STARTER, figures.ENCODER):
            of = figures.ENCODER if side == PAPERCHAT else side
            rate = report.find(self.papers, "ingest", _RATE, of)
            processor = report.find(self.papers, "ingest", _PROCESSOR, of)
            if not (beside and used and rate and processor):
                return
            seconds, milliseconds = self.papers / rate.median, processor.median
            if side == PAPERCHAT:
                seconds, milliseconds = seconds + beside.median, milliseconds + used.median
            whole = Measure(group, _RATE, "/s", self.papers / seconds)
            report.add(
                self.papers, side, [whole, Measure(group, _PROCESSOR, "ms/paper", milliseconds)]
            )

    def _ingest(self, report: Report, job: Job, number: int, sample: int) -> None:
        """One round: each side embeds and stores the same papers."""
        part = self.delivered or self._place / "sample.jsonl"
        if not self.delivered:
            write_part(part, self.raw[self.papers :] or made_up(3), sample)
        base = Path(job.index)
        trial, other = self._place / "trial", self._place / "trial-starter"
        if base.exists() and not self.delivered:
            copied(base, trial)
        if (filled := Path(job.folder) / STARTER).exists():
            shutil.copytree(filled, other)
        jobs = [
            ("ingest", PAPERCHAT, replace(job, part=str(part), index=str(trial))),
            ("ingest-starter", figures.STARTER, replace(job, part=str(part), folder=str(other))),
            ("ingest-encoder", figures.ENCODER, replace(job, part=str(part))),
        ]
        for name, side, its in _turned(jobs, number):
            self._add_ingest(report, side, *task(name, its))
        if self.delivered:
            shutil.rmtree(base, ignore_errors=True)
            trial.rename(base)
        shutil.rmtree(trial, ignore_errors=True)
        shutil.rmtree(other, ignore_errors=True)

    def _add_ingest(
        self,
        report: Report,
        side: str,
        found: Sequence[Measure],
        done: Finished,
        group: str = "ingest",
    ) -> None:
        named = [one._replace(group=group) if one.group == "ingest" else one for one in found]
        report.add(self.papers, side, [*named, *done.measures(group)])

    def _search(self, report: Report, job: Job, number: int) -> None:
        """One round: each side answers the same questions."""
        jobs = [
            ("search", PAPERCHAT),
            ("search-starter", figures.STARTER),
            ("search-bare", ""),
            ("questions", PAPERCHAT),
        ]
        for name, side in _turned(jobs, number):
            _add(report, self.papers, task(name, job)[0], side)


def _add(report: Report, papers: int, found: Sequence[Measure], side: str = PAPERCHAT) -> None:
    """Add measures; one whose name has a side before a bar is that side's."""
    for one in found:
        whose, bar, name = one.name.partition("|")
        measure = one._replace(name=name) if bar else one
        report.add(papers, whose if bar else side, [measure])


def _turned(jobs: Sequence[Turned], number: int) -> list[Turned]:
    """The jobs in another order in every round."""
    at = number % len(jobs)
    return [*jobs[at:], *jobs[:at]]
