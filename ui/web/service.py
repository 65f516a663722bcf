"""The one engine that all visitors share, opened in the background.

The page is served at once. A job then opens the papers, answers in quotes mode as soon as it can,
and switches to a language model when one is there. Other settings may be applied while it runs;
an answer that has begun is finished by the engine that began it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.engine import Engine, choose_model, pull_model, wants_weights
from rag.errors import PaperchatError, UnavailableError
from rag.settings import Settings
from ui.web.evaluator import Evaluator
from ui.web.gate.entry.door import Door
from ui.web.gate.metrics import Metrics
from ui.web.jobs import Job, Trouble
from ui.web.library.changes import Changes
from ui.web.library.uploads import Uploads
from ui.web.line import Line
from ui.web.views.header import Status

if TYPE_CHECKING:
    from rag.engine import DownloadProgress

_FETCHING = "Fetching the language model"
_PATIENCE = 10.0  # seconds that a change waits for the one before it, as just after a start
_LOOK = 2.0  # seconds between two looks at whether another process has changed the index
_POLL = 0.05  # seconds between two looks at whether the papers are open
_WRITTEN_AT_ONCE = 32  # answers of a language model, which mostly wait for it


class Service:
    """Opens the engine for everybody, replaces it, and reports how far that is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None
        self.uploads = Uploads()
        self.changes = Changes()
        self.door = Door(settings)
        self.line = Line(self._places)
        self.metrics = Metrics()
        self.metrics.watch(self.line)
        self._opening = Job("open", ("The papers are being opened.", "Wait until that is done."))
        self._fetching = Job(
            "fetch", ("The model is being fetched already.", "See how far it is above.")
        )
        self._switching = Job(
            "switch", ("A language model is being opened now.", "Try again in a moment.")
        )
        self._started = False
        self._ended = threading.Event()
        self._outdated: Trouble | None = None  # why the index cannot be opened as it is now

    def start(self) -> None:
        """Begin opening the engine; returns at once."""
        self._opening.start("Starting", self._open)
        self._started = True
        threading.Thread(target=self._watch, name="watch-index", daemon=True).start()

    def stop(self, patience: float = 0.0) -> None:
        """Ask the background work to end and give it ``patience`` seconds for that.

        A download ends its helper process in that time. What cannot be interrupted, such as the
        loading of a model, ends with the program: the thread is a daemon.
        """
        self._ended.set()
        for job in (self._opening, self._fetching):
            job.stop()
        self._opening.join(patience)

    async def engine(self) -> Engine:
        """The engine that answers now, once the papers are open.

        Keep a reference for as long as you use it: an engine that was replaced closes its own parts
        once nobody refers to it. Raises UnavailableError when the papers could not be opened.
        """
        while (engine := self._engine) is None:
            if self.status.settled:
                raise UnavailableError(*(self.status.trouble or ("The papers are not open.", "")))
            await asyncio.sleep(_POLL)
        return engine

    def _places(self) -> int:
        """How many questions are answered at once. Without a model all of it is computing."""
        engine = self._engine
        if engine is None or engine.choice.mode == "quotes":
            return os.cpu_count() or 1
        return _WRITTEN_AT_ONCE

    @property
    def ready(self) -> bool:
        """Whether a question is answered without waiting."""
        return self._engine is not None

    @property
    def settings(self) -> Settings:
        """The settings in use now."""
        return self._engine.settings if self._engine else self._settings

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.settings.index

    @cached_property
    def evaluator(self) -> Evaluator:
        """Says how good the answers are; one for all pages."""
        return Evaluator(self._settings.report)

    @property
    def fetching(self) -> bool:
        """Whether weights are being fetched."""
        return self._fetching.running

    @property
    def status(self) -> Status:
        """The state as every visitor sees it."""
        jobs = [job.progress for job in (self._fetching, self._switching, self._opening)]
        troubles = [trouble for trouble in (*(p.trouble for p in jobs), self._outdated) if trouble]
        engine, choice = self._engine, None
        if engine is not None:
            choice = engine.choice
            if self._opening.progress.trouble:  # it stays in quotes mode
                choice = replace(choice, why="The language model could not be opened")
        return Status(
            choice=choice,
            papers=len(engine.papers) if engine else None,
            work=next((progress for progress in jobs if progress.label), None),
            trouble=troubles[0] if troubles else None,
            ready=engine is not None,
            settled=self._started and not self._opening.running,
        )

    def apply(self, settings: Settings) -> None:
        """Answer by these settings, but from the index that is open; returns once it does.

        Raises PaperchatError, with everything left as it was, if they cannot be used.
        """
        with self._switching.here(patience=_PATIENCE):
            self._switch(settings, check=True)

    def reopen(self, index: Path | None = None) -> None:
        """Answer from the current state of the index, or from another ``index``.

        Raises PaperchatError, with everything left as it was, if it cannot be opened.
        """
        with self._switching.here(patience=-1):
            before = self.opened()
            if index in (None, before.settings.index) and not before.outdated:
                return
            made = before.reopened(index)
            made.open()
            self._replace(before, made)
            elsewhere = made.settings.index != before.settings.index
            self.changes.note(before.papers, made.papers, elsewhere=elsewhere)
            self._outdated = None

    def fetch(self) -> None:
        """Begin to fetch the embedded model's weights; returns at once.

        If the settings choose the embedded model, it answers once they are there. Raises InputError
        while they are being fetched.
        """
        self._fetching.start(_FETCHING, self._fetch_and_switch)

    def opened(self) -> Engine:
        """The engine that answers now. Raises UnavailableError while there is none."""
        if self._engine is None:
            raise UnavailableError("The papers are not open yet.", "Try again in a moment.")
        return self._engine

    def _watch(self) -> None:
        """Answer from what another process has indexed, a few seconds after it is done."""
        failed = None
        while not self._ended.wait(_LOOK):
            engine = self._engine
            if engine is None or not engine.outdated or (now := engine.folder.state()) == failed:
                continue
            try:
                self.reopen()
            except PaperchatError as exc:  # what is open still answers
                failed, self._outdated = now, (exc.what, exc.remedy)

    def _open(self) -> None:
        """Open the index, built first if need be; answer with quotes, then with a model."""
        self._engine = self._open_papers()
        if wants_weights(self._settings):
            with self._fetching.here(_FETCHING):
                self._fetch()
        with self._switching.here(patience=-1):
            self._switch(self.settings)

    def _open_papers(self) -> Engine:
        quotes = choose_model(self._settings.model_copy(update={"llm": "quotes"}))
        if self._settings.llm != "quotes":
            quotes = replace(quotes, why="Until the language model is ready")
        engine = Engine(self._settings, choice=quotes)
        if engine.folder.empty:
            self._opening.report("Reading the papers")
            engine.sync(progress=partial(self._opening.report, "Reading the papers"))
        elif engine.made_otherwise:
            self._opening.report("Rebuilding the index")
            engine.rebuild(partial(self._opening.report, "Rebuilding the index"))
        self._opening.report("Loading the papers")
        engine.open()
        return engine

    def _switch(self, settings: Settings, *, check: bool = False) -> None:
        """Go over to the language model of ``settings``, or to none; ``check`` tries it first."""
        before, choice = self.opened(), choose_model(settings)
        if choice.mode != "quotes":
            self._switching.report(f"Loading {choice.model or 'the language model'}")
        self._replace(before, before.with_settings(settings, check=check))
        for job in (self._opening, self._fetching):
            job.forget_trouble()

    def _replace(self, before: Engine, made: Engine) -> None:
        self._engine = made
        before.replaced_by(made)

    def _fetch_and_switch(self) -> None:
        self._fetch()
        self._fetching.report("")
        if choose_model(self.settings).mode == "local":
            with self._switching.here(patience=-1):
                self._switch(self.settings)

    def _fetch(self) -> None:
        def report(at: DownloadProgress) -> None:
            label = f"{at.stage.capitalize()} the language model"
            self._fetching.report(label, at.done, at.total, "bytes")

        pull_model(self._settings, progress=report, stop=self._fetching.stopped)
