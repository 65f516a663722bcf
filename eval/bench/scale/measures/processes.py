"""Processes of their own, timed from outside: what they took, and what they said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.bench.scale.report.figures import Measure

# Bytes in a unit of `ru_maxrss`.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Job:
    """What a task gets: the index, a folder for its files, records to ingest, how many questions.

    ``stand_in`` says that the index has no real vectors.
    """

    index: str
    folder: str
    part: str = ""
    queries: int = 100
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process printed, its seconds, processor seconds of all cores, and bytes at most."""

    printed: str
    seconds: float
    processor: float
    peak: int

    def measures(self, group: str, name: str = "") -> list[Measure]:
        """Time, processor time and memory of the whole process."""
        before = f"{name}, " if name else ""
        return [
            Measure(group, f"{before}whole process", "s", self.seconds),
            Measure(group, f"{before}whole process, processor", "s", self.processor),
            Measure(group, f"{before}whole process, memory at most", "MB", self.peak / 1e6),
        ]


def finished(arguments: Sequence[str], index: Path) -> Finished:
    """Run Python with these arguments to its end. Raises RuntimeError if it fails."""
    env = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "PAPERCHAT_LLM": "quotes",
        "PAPERCHAT_INDEX": str(index),
        "TOKENIZERS_PARALLELISM": "false",
    }
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, *arguments], stdout=out, stderr=errors, env=env)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if child.returncode:
            said = errors.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"python {' '.join(arguments)} failed:\n{said}")
        printed = out.read().decode("utf-8")
    return Finished(printed, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * _PEAK_UNIT)


def task(name: str, job: Job) -> tuple[list[Measure], Finished]:
    """Run one task of `worker` in a process of its own."""
    arguments = ["-m", "eval.bench.scale.worker", name, json.dumps(asdict(job))]
    done = finished(arguments, Path(job.index))
    return [Measure(*one) for one in json.loads(done.printed.splitlines()[-1])], done


def command(index: Path, *arguments: str) -> Finished:
    """Run a command of paperchat."""
    return finished(["-m", "ui", "--index", str(index), *arguments], index)
