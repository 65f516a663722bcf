"""The one engine of the server: opened in the background, reopened when the index has changed."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace

from rag.engine import Engine, choose_model
from rag.errors import PaperchatError
from rag.settings import Settings


class Papers:
    """Gives every call the engine that answers now. Thread-safe; its methods may block.

    The papers are opened without a language model, which many sessions never need; `writer` opens
    that when it is first asked for.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.wanted = choose_model(settings)
        quotes = choose_model(settings.model_copy(update={"llm": "quotes"}))
        if self.wanted.mode != "quotes":
            quotes = replace(quotes, why="Until a question needs the language model")
        self._engine = Engine(settings, choice=quotes)
        self._started = self._open = False
        self._opening, self._switching = threading.Lock(), threading.Lock()
        self._written = self.wanted.mode == "quotes"
        self.trouble = ""  # why quotes stand in for the language model, in one line

    def start(self) -> None:
        """Begin to open the papers, if that has not begun; returns at once."""
        if self._started:
            return
        self._started = True
        threading.Thread(target=self._start, name="paperchat-open", daemon=True).start()

    def _start(self) -> None:
        with suppress(PaperchatError):  # whoever asks is told
            self.engine()

    @property
    def ready(self) -> bool:
        """Whether the papers are open."""
        return self._open

    @property
    def writer_ready(self) -> bool:
        """Whether `writer` need not open a language model."""
        return self._written

    def engine(self) -> Engine:
        """The engine over the index as it is now. Raises PaperchatError if that cannot be opened.

        Where a newer state of the index cannot be opened, what is open still answers.
        """
        with self._opening:
            if not self._open:
                self._engine.open()
                self._open = True
            elif self._engine.outdated:
                with suppress(PaperchatError):
                    self._replace(self._reopened())
            return self._engine

    def writer(self) -> Engine:
        """As `engine`, with the language model of the settings, if there is one that opens."""
        with self._switching:
            while not self._written:
                before = self.engine()
                try:
                    made = before.with_settings(self.settings)
                except PaperchatError as exc:
                    self.trouble = f"Quotes stand in for the language model. {exc}"
                    self._written = True
                    break
                with self._opening:
                    if self._engine is before:  # else the index has changed meanwhile
                        self._replace(made)
                        self._written = True
        return self.engine()

    def closed(self) -> Engine:
        """The engine to change the index with, whether or not there is one to open."""
        return self._engine

    def _reopened(self) -> Engine:
        made = self._engine.reopened()
        made.open()
        return made

    def _replace(self, made: Engine) -> None:
        self._engine.replaced_by(made)
        self._engine = made
