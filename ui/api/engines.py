"""One engine for each index that the API answers from: opened when first asked, a few kept open."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

from rag.engine import Engine, choose_model, indexes
from rag.errors import CollectionError, InputError
from rag.settings import DEFAULT, Settings, is_name
from rag.types import ModelChoice

_OPEN = 4  # engines that stay open; an index in memory has some 5 KB a paper
_REMEDY = "GET /api/v1/collections lists what there is."


class Window(Protocol):
    """The window's service, whose engine the API shares when both run in one server."""

    def opened(self) -> Engine:
        """The engine that answers now. Raises UnavailableError while there is none."""
        ...

    def reopen(self, index: Path | None = None) -> None:
        """Answer from the current state of the index. Raises PaperchatError."""
        ...


class Engines:
    """Opens the indexes by name: the server's own, and every collection. Safe among threads.

    All engines share one encoder and one language model. An engine that was closed or replaced
    ends its own parts once nobody refers to it, so keep a reference for as long as you use it.
    """

    def __init__(self, settings: Settings, window: Window | None = None, most: int = _OPEN) -> None:
        """``most``: how many engines stay open beside the first."""
        self._settings = settings
        self._window = window
        self._most = most
        self._lock = threading.Lock()
        self._first: Engine | None = None  # its models are those of all others
        self._others: OrderedDict[Path, Engine] = OrderedDict()

    @property
    def own(self) -> str:
        """The name of the index that the server was started with."""
        named = indexes(self._settings.collections).items()
        return next((name for name, index in named if index == self._settings.index), DEFAULT)

    def names(self) -> list[str]:
        """The names that `get` knows: the server's own index first, then the collections."""
        own = self.own
        return [own, *(name for name in indexes(self._settings.collections) if name != own)]

    def index_of(self, name: str | None) -> Path:
        """The folder of an index; None is the server's own. Raises CollectionError."""
        if not name or name == DEFAULT:
            return self._settings.index
        index = indexes(self._settings.collections).get(name)
        if index is None:
            raise CollectionError(f"There is no collection {name!r}.", _REMEDY)
        return index

    def settings_of(self, name: str | None) -> Settings:
        """The settings with that index. Raises CollectionError."""
        return self._settings.model_copy(update={"index": self.index_of(name)})

    def get(self, name: str | None = None) -> Engine:
        """The engine over the index as it is now; None is the server's own index.

        Takes as long as opening, so not in an event loop. Raises CollectionError,
        IndexUnavailableError, and as `Engine.open` does for the language model.
        """
        index = self.index_of(name)
        if (ready := self._ready(index)) is not None:
            return ready  # without waiting while another index is opened
        with self._lock:
            first = self._current(index)
            if first is None:
                first = self._first = self._opened(index)
            return first if first.settings.index == index else self._other(first, index)

    def unopened(self, name: str | None = None, *, create: bool = False) -> Engine:
        """An engine that is not open, to change the index; ``create`` lets ``name`` be a new one.

        Raises CollectionError, UnavailableError while the window opens, and InputError for a new
        name that cannot be one.
        """
        try:
            index = self.index_of(name)
        except CollectionError:
            if not create or name is None:
                raise
            if not is_name(name):
                raise InputError(
                    f"A collection cannot be called {name!r}.",
                    "Use letters, digits, dots, dashes and underscores, 64 at most.",
                ) from None
            index = self._settings.collections / name / "index"
        first = self._window.opened() if self._window else self._first
        if first is not None:
            return first.reopened(index)  # with the encoder that is loaded
        return Engine(self._settings.model_copy(update={"index": index}))

    @property
    def choice(self) -> ModelChoice:
        """Which language model answers, and why."""
        return self._first.choice if self._first else choose_model(self._settings)

    @property
    def ready(self) -> bool:
        """Whether an index is open."""
        return self._first is not None

    def close(self) -> None:
        """Close what was opened here. Not while it answers."""
        with self._lock:
            self._others.clear()
            if self._first is not None and self._window is None:
                self._first.close()
            self._first = None

    def _ready(self, index: Path) -> Engine | None:
        first = self._first
        if first is None or (self._window and self._window.opened() is not first):
            return None
        found = first if first.settings.index == index else self._others.get(index)
        return None if found is None or found.outdated else found

    def _opened(self, index: Path) -> Engine:
        made = Engine(self._settings.model_copy(update={"index": index}))
        made.open()
        return made

    def _current(self, index: Path) -> Engine | None:
        """The first engine; if ``index`` is its index, over that as it is now."""
        first = self._window.opened() if self._window else self._first
        if first is not None and first.settings.index == index and first.outdated:
            if self._window:
                self._window.reopen()
                first = self._window.opened()
            else:
                made = first.reopened()
                made.open()
                first.replaced_by(made)
                first = made
        if first is not self._first:
            self._others.clear()  # their models are those of an engine that is none any more
            self._first = first
        return first

    def _other(self, first: Engine, index: Path) -> Engine:
        engine = self._others.get(index)
        if engine is None or engine.outdated:
            engine = first.reopened(index)
            engine.open()
            engine.replaced_by(first)  # what it does not share is closed when nobody uses it
            self._others[index] = engine
        self._others.move_to_end(index)
        if len(self._others) > self._most:
            self._others.popitem(last=False)
        return engine
