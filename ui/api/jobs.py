"""Adding papers in the background: one job after another, each with its progress and its end."""

from __future__ import annotations

import queue
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from rag.errors import InputError, PaperchatError
from rag.types import Ledger, Rejected
from ui.api.engines import Engines
from ui.web.gate.requests import unexpected
from ui.web.jobs import THREADS
from ui.web.library.reading import read_sources
from ui.web.library.tally import Source, Tally
from ui.web.library.uploads import Upload

if TYPE_CHECKING:
    from rag.engine import Engine

State: TypeAlias = Literal["waiting", "reading", "indexing", "done", "failed", "cancelled"]
_OVER: frozenset[State] = frozenset(("done", "failed", "cancelled"))
_KEPT = 100  # jobs that can be asked for; the oldest that is over makes room
_MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``sources`` say what was read of each file and reference so far.

    ``done`` of ``total`` papers are embedded. ``ledger`` is the report of what was indexed, which a
    job that was cancelled may have too. ``error`` says why one failed, and what to do. Times are
    seconds since 1970.
    """

    id: str
    state: State
    collection: str
    created: float
    sources: tuple[Source, ...]
    done: int = 0
    total: int = 0
    started: float | None = None
    ended: float | None = None
    ledger: Ledger | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.state in _OVER


class Jobs:
    """Runs jobs in one thread, in the order in which they came. Safe among threads."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._lock = threading.Lock()  # held while a job or the list of them changes
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._stops: dict[str, threading.Event] = {}  # of each job that is not through the thread
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def all(self) -> list[Job]:
        """Every job that is remembered, the newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def get(self, id: str) -> Job | None:
        """The job as it is now, or None."""
        with self._lock:
            return self._jobs.get(id)

    def start(
        self, collection: str, engine: Engine, uploads: Sequence[Upload], references: Sequence[str]
    ) -> Job:
        """Begin to add papers to the index of ``engine``, which need not be open; returns at once.

        The uploads' files are the job's from then on. Raises InputError if too many jobs wait.
        """
        names = [*(upload.name for upload in uploads), *references]
        sources = tuple(map(Source, names))
        job = Job(secrets.token_hex(8), "waiting", collection, time.time(), sources)
        with self._lock:
            if sum(not job.over for job in self._jobs.values()) > _MOST_WAITING:
                raise InputError("Too many jobs are waiting.", "Start it when one of them is over.")
            self._forget()
            self._jobs[job.id] = job
            self._stops[job.id] = threading.Event()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name=f"{THREADS}jobs", daemon=True
                )
                self._thread.start()
        self._waiting.put(lambda: self._run(job.id, engine, uploads, references))
        return job

    def cancel(self, id: str) -> bool:
        """Ask a job to end soon; False if it is over. What is indexed by then stays."""
        with self._lock:
            job = self._jobs[id]
            if job.over:
                return False
            self._stops[id].set()
            if job.state == "waiting":
                self._jobs[id] = replace(job, state="cancelled", ended=time.time())
            return True

    def close(self) -> None:
        """Ask all work to end; returns at once."""
        with self._lock:
            for stop in self._stops.values():
                stop.set()
        self._waiting.put(None)

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()

    def _run(
        self, id: str, engine: Engine, uploads: Sequence[Upload], references: Sequence[str]
    ) -> None:
        stop = self._stops[id].is_set
        if not stop():
            self._change(id, started=time.time(), state="reading")
        end: dict[str, Any]
        try:
            ledger = self._add(id, engine, uploads, references, stop)
            stopped = stop() if ledger is None else ledger.stopped
            end = {"state": "cancelled" if stopped else "done", "ledger": ledger}
        except PaperchatError as exc:
            end = {"state": "failed", "error": str(exc)}
        except Exception as exc:  # noqa: BLE001 - the last stop of this job: the caller gets a line, the log the rest
            line = " ".join(unexpected("A job failed", exc, "Start it once more."))
            end = {"state": "failed", "error": line}
        with self._lock:
            self._jobs[id] = replace(self._jobs[id], ended=time.time(), **end)
            del self._stops[id]

    def _add(
        self,
        id: str,
        engine: Engine,
        uploads: Sequence[Upload],
        references: Sequence[str],
        stop: Callable[[], bool],
    ) -> Ledger | None:
        """The report; None if the job ended before it indexed anything."""

        def read(sources: tuple[Source, ...], rejected: Sequence[Rejected]) -> None:
            self._change(id, sources=sources)

        def indexed(done: int, total: int) -> None:
            self._change(id, done=done, total=total)

        job = self.get(id)
        assert job is not None
        tally = Tally(job.sources, read)
        reading = read_sources(engine, uploads, references, tally, stop)
        if reading is None:
            return None
        self._change(id, state="indexing")
        ledger = engine.writer.sync_reading(reading, indexed, stop=stop)
        return replace(ledger, rejected=(*tally.rejected, *ledger.rejected))

    def _change(self, id: str, **changes: Any) -> None:
        with self._lock:
            self._jobs[id] = replace(self._jobs[id], **changes)

    def _forget(self) -> None:
        over = [id for id in self._jobs if id not in self._stops]
        for id in over[: max(0, len(self._jobs) - _KEPT + 1)]:
            del self._jobs[id]
