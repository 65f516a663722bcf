"""Background threads: jobs whose progress pages show, and generators read by an event loop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, TypeVar

from rag.engine import stoppable
from rag.errors import InputError, PaperchatError
from ui.web.gate.requests import unexpected

T = TypeVar("T")
Unit: TypeAlias = Literal["bytes", "questions", "papers", "files"]
Trouble: TypeAlias = tuple[str, str]  # what went wrong, and what to do about it

log = logging.getLogger(__name__)

THREADS = "paperchat-"  # begins the name of every thread of this package
_POLL = 0.2  # seconds between two looks at a job; a page cannot show more than that
_WINDOW = 5.0  # seconds over which a rate is measured


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, or how it ended.

    ``label`` says what it is doing, and is empty while there is nothing to show. ``total`` is 0
    while the size is unknown; ``rate`` is units a second, 0 while unknown. ``since`` is when it
    began to do that, in seconds since 1970. ``trouble`` is why the last run failed.
    """

    label: str = ""
    done: int = 0
    total: int = 0
    unit: Unit = "papers"
    rate: float = 0.0
    running: bool = False
    stopping: bool = False
    since: float = field(default=0.0, compare=False)
    trouble: Trouble | None = None


class Job:
    """Runs one function at a time, whoever asks: all visitors see the same progress."""

    def __init__(
        self,
        name: str,
        busy: Trouble,
        *,
        window: float = _WINDOW,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``busy`` is the error of starting it while it runs.

        ``window``: see `Meter`.
        """
        self.progress = Progress()
        self._name = name
        self._busy = busy
        self._meter = Meter(window)
        self._clock = clock
        self._alone = threading.Lock()  # held while it runs
        self._changing = threading.Lock()  # held while `progress` is replaced
        self._thread: threading.Thread | None = None
        self.stopped = threading.Event()

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return self._alone.locked()

    def start(
        self, label: str, work: Callable[[], object], first: Callable[[], None] | None = None
    ) -> None:
        """Begin ``work`` in a thread; returns at once. Raises InputError while it runs.

        ``first`` runs before this returns. What ``work`` raises becomes the progress's ``trouble``.
        """
        self._begin(label, patience=0.0)
        try:
            if first is not None:
                first()
        except BaseException:
            self._end(None)
            raise
        self._thread = threading.Thread(
            target=self._run, args=(work,), name=THREADS + self._name, daemon=True
        )
        self._thread.start()

    @contextmanager
    def here(self, label: str = "", *, patience: float = 0.0) -> Iterator[None]:
        """Run the block as this job, in the caller's thread; it raises what the block raises.

        Raises InputError if the job still runs after ``patience`` seconds; -1 waits forever.
        """
        self._begin(label, patience)
        try:
            yield
        finally:
            self._end(None)

    def stop(self) -> None:
        """Ask the work to end soon: ``stopped`` is set until the next start."""
        self.stopped.set()
        self._change(stopping=self.running)

    def join(self, patience: float) -> None:
        """Wait at most ``patience`` seconds until the work that `start` began ends."""
        if self._thread is not None:
            self._thread.join(patience)

    def report(self, label: str, done: int = 0, total: int = 0, unit: Unit = "papers") -> None:
        """Say how far the work is; only the work itself calls this."""
        if label != self.progress.label:
            self._meter.clear()
            self._change(since=time.time())
        rate = self._meter.rate(done, self._clock()) if total else 0.0
        self._change(label=label, done=done, total=total, unit=unit, rate=rate)

    def forget_trouble(self) -> None:
        """The last failure no longer matters."""
        self._change(trouble=None)

    async def watch(self) -> AsyncGenerator[Progress, None]:
        """The progress now and after each change, until the job does not run."""
        seen = None
        while seen is None or seen.running:
            if (now := self.progress) is not seen:
                seen = now
                yield now
            else:
                await asyncio.sleep(_POLL)

    def _begin(self, label: str, patience: float) -> None:
        if not self._alone.acquire(timeout=patience):
            raise InputError(*self._busy)
        self.stopped.clear()
        self._meter.clear()
        with self._changing:
            self.progress = Progress(label, running=True, since=time.time())

    def _end(self, trouble: Trouble | None) -> None:
        with self._changing:
            self.progress = Progress(trouble=trouble)
            self._alone.release()

    def _run(self, work: Callable[[], object]) -> None:
        trouble = None
        try:
            work()
        except PaperchatError as exc:
            trouble = exc.what, exc.remedy
            if not self.stopped.is_set():
                log.warning("%s: %s %s", self._name, *trouble)
        except Exception as exc:  # noqa: BLE001 - the last stop of this thread: say so rather than hang the page
            trouble = unexpected(f"{self._name} failed", exc, "The log has the details.")
        finally:
            self._end(trouble)

    def _change(self, **changes: Any) -> None:
        with self._changing:  # the work reports in its thread, visitors stop it in theirs
            self.progress = replace(self.progress, **changes)


class Meter:
    """Units a second over the last ``window`` seconds."""

    def __init__(self, window: float = _WINDOW) -> None:
        self._window = window
        self._seen: deque[tuple[float, int]] = deque()

    def clear(self) -> None:
        """Start counting again."""
        self._seen.clear()

    def rate(self, done: int, now: float) -> float:
        """Record the units ``done`` at ``now`` seconds; returns the rate, 0 while unknown."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()  # another stage counts from 0
        self._seen.append((now, done))
        while now - self._seen[0][0] > self._window and len(self._seen) > 2:
            self._seen.popleft()
        start, before = self._seen[0]
        return (done - before) / (now - start) if now - start >= 0.5 else 0.0


class _End(Exception):
    """The generator ran to its end."""


async def pump(source: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
    """The items of ``source()``, which is called, run and closed in a thread of its own.

    Leaving this generator (cancelled, or closed) ends what a language model is saying, and closes
    that one at its next item. One thread
    does it all because a generator cannot be closed while another thread runs it.
    Raises what ``source`` raises.
    """
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[T | Exception] = asyncio.Queue()
    left = threading.Event()

    def post(item: T | Exception) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server is going down
            loop.call_soon_threadsafe(inbox.put_nowait, item)

    def work() -> None:
        try:
            with stoppable(left.is_set):
                _drain(source(), left, post)
        except Exception as exc:  # noqa: BLE001 - raised again below, where its meaning is known
            post(exc)

    threading.Thread(target=work, name=f"{THREADS}answer", daemon=True).start()
    try:
        while not isinstance(item := await inbox.get(), Exception):
            yield item
        if not isinstance(item, _End):
            raise item
    finally:
        left.set()


def _drain(
    items: Iterator[T], left: threading.Event, post: Callable[[T | Exception], None]
) -> None:
    try:
        for item in items:
            if left.is_set():
                return
            post(item)
        post(_End())
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
