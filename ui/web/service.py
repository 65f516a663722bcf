"""The engine as all visitors share it: opened in the background, never holding anyone's data.

The page is served at once. A daemon thread then brings in the papers, answers in quotes mode as
soon as it can, and switches to a language model when one is there. Other settings may be applied
while it runs: whoever is being answered is answered to the end as it began.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import wiring
from rag.engine import Engine
from rag.errors import IndexUnavailableError, InputError, PaperchatError, UnavailableError
from rag.models import weights
from rag.models.pull import pull
from rag.settings import Settings
from rag.types import ModelChoice, Paper
from ui.web.pump import THREADS
from ui.web.status import Status, Work
from ui.web.uploads import Uploads

if TYPE_CHECKING:
    from rag.answering.flow import Assistant
    from rag.comparing.flow import Comparer
    from rag.index.dense import DenseIndex
    from rag.index.library import Library
    from rag.index.token_store import TokenStore
    from rag.models.chat import ChatModel
    from rag.models.embedder import Embedder
    from rag.retrieval.explore.browser import CorpusBrowser

log = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds that a change waits for the one before it, as just after a start
_POLL = 0.2  # seconds between two looks at the status; a page cannot show more than that


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Desk:
    """What visitors need: who answers, who compares, every paper by its id, and the map.

    Hold it for as long as you use what it has: once nobody does, an old one's model is closed.
    """

    assistant: Assistant
    comparer: Comparer
    papers: Mapping[str, Paper]
    catalogue: CorpusBrowser
    engine: Engine


class Service:
    """Opens the engine once for everybody and says how far it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.uploads = Uploads(settings.host)
        self._stop = threading.Event()
        self._desk: Desk | None = None
        self._library: Library | None = None
        self._generation: Path | None = None  # the folder that the library was opened from
        self._changing = threading.Lock()  # held while the language model is opened
        self._fetching = threading.Lock()
        self._saying = threading.Lock()
        self._opening = threading.Thread(target=self._run, name=f"{THREADS}open", daemon=True)
        self.status = Status(work=Work("Starting"))

    def start(self) -> None:
        """Begin opening the engine; returns at once."""
        self._opening.start()

    def stop(self, patience: float = 0.0) -> None:
        """Ask the background work to end and give it ``patience`` seconds for that.

        A download ends its helper process in that time. What cannot be broken off, such as the
        loading of a model, ends with the program: the thread is a daemon.
        """
        self._stop.set()
        if self._opening.is_alive():
            self._opening.join(patience)

    async def desk(self) -> Desk:
        """The current desk, once there is one.

        Raises UnavailableError when the engine could not be opened.
        """
        while (desk := self._desk) is None:
            if self.status.settled:
                raise UnavailableError(*(self.status.trouble or ("The papers are not open.", "")))
            await asyncio.sleep(_POLL / 4)
        return desk

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self._settings.index

    @property
    def ready(self) -> bool:
        """Whether a question is answered without waiting."""
        return self._desk is not None

    @property
    def settings(self) -> Settings:
        """What is in force now."""
        return self._settings

    def apply(self, settings: Settings) -> None:
        """Answer by these settings, but from the index that is open; returns once it does.

        Raises PaperchatError, with everything left as it was, where they cannot be used.
        """
        if not self._changing.acquire(timeout=_PATIENCE):
            raise InputError("A language model is being opened now.", "Try again in a moment.")
        try:
            index = self._settings.index  # another one may have been opened meanwhile
            self._open_chat(settings.model_copy(update={"index": index}), check=True)
        finally:
            self._say(work=None)
            self._changing.release()

    def reopen(self, index: Path | None = None) -> None:
        """Answer from what the index holds by now, or from another ``index``.

        Whoever is being answered is answered to the end from the old one. Raises PaperchatError,
        with everything left as it was, where it cannot be opened.
        """
        with self._changing:
            by = self._settings.model_copy(update={"index": index or self._settings.index})
            before, old = self._desk, self._library
            if before is None or old is None:
                raise UnavailableError("The papers are not open yet.", "Try again in a moment.")
            generation = wiring.index_folder(by).current()
            if generation == self._generation:
                return
            library = wiring.open_library(by, old.embedder)
            assistant = before.assistant
            self._serve(library, assistant.choice, assistant.chat, by)
            self._library, self._generation = library, generation
            # Not with the desk: an older one may have it too, and so may who looks into it.
            weakref.finalize(old, _close_apart, old.dense, old.tokens).atexit = False

    def embedder(self) -> Embedder:
        """The embedder that is in use. Raises UnavailableError while there is none."""
        if self._library is None:
            raise UnavailableError("The papers are not open yet.", "Try again in a moment.")
        return self._library.embedder

    def fetch(self) -> None:
        """Begin to fetch the embedded model's weights; returns at once.

        Where they are what answers by the settings, they do so once they are there. Raises
        InputError where they are being fetched.
        """
        if not self._fetching.acquire(blocking=False):
            raise InputError("The model is being fetched already.", "See how far it is above.")
        threading.Thread(target=self._fetch_apart, name=f"{THREADS}fetch", daemon=True).start()

    @property
    def fetching(self) -> bool:
        """Whether weights are being fetched."""
        return self._fetching.locked()

    def _say(self, **changes: Any) -> None:
        with self._saying:  # several threads have something to say
            self.status = replace(self.status, **changes)

    def _run(self) -> None:
        try:
            self._library = self._open_library()
            if self._wants_weights():
                with self._fetching:
                    self._fetch()
            with self._changing:
                self._open_chat(self._settings)
        except PaperchatError as exc:
            self._fail(exc.what, exc.remedy)
        except Exception as exc:  # the last stop of this thread: say so rather than hang the page
            log.exception("opening the engine failed")
            self._fail(f"Something unexpected failed: {exc}.", "The log has the details.")
        finally:
            self._say(work=None, settled=True)

    def _fail(self, what: str, remedy: str) -> None:
        """Show what went wrong; where quotes are served already, they go on."""
        if not self._stop.is_set():
            log.warning("%s %s", what, remedy)
        if self.status.choice is not None:
            kept = replace(self.status.choice, why="The language model could not be had")
            self._say(choice=kept)
        self._say(trouble=(what, remedy))

    def _open_library(self) -> Library:
        """Open the index, build it first where needed, and start answering with quotes."""
        quotes = wiring.choose(self._settings.model_copy(update={"llm": "quotes"}))
        if self._settings.llm != "quotes":
            quotes = replace(quotes, why="Until the language model is ready")
        self._say(work=Work("Loading the papers"))
        try:
            library = wiring.open_library(self._settings)
        except IndexUnavailableError:
            self._say(work=Work("Reading the papers"))
            embedder = wiring.open_embedder(self._settings)  # slow: once for both
            wiring.sync(self._settings, progress=self._reading, embedder=lambda: embedder)
            self._say(work=Work("Loading the papers"))
            library = wiring.open_library(self._settings, embedder)
        self._generation = wiring.index_folder(self._settings).current()
        self._serve(library, quotes)
        return library

    def _reading(self, done: int, total: int) -> None:
        self._say(work=Work("Reading the papers", done, total))

    def _serve(
        self, library: Library, choice: ModelChoice, chat: Any = None, by: Settings | None = None
    ) -> None:
        settings = by or self._settings
        engine = Engine(settings, library=library, chat=chat, choice=choice)
        assistant = engine.assistant
        self._settings = settings
        # With another model the papers are the same, and so is their map.
        catalogue = self._desk.catalogue if self._desk else None
        if catalogue is None or catalogue.library is not library:
            catalogue = wiring.catalogue(settings, library)
        self._desk = Desk(assistant, engine.comparer, library.by_id, catalogue, engine)
        self._say(choice=assistant.choice, papers=len(library.papers), ready=True)

    def _open_chat(self, settings: Settings, *, check: bool = False) -> None:
        """Switch to the language model of ``settings``, or to none; ``check`` tries it first."""
        library, before = self._library, self._desk
        if library is None or before is None:
            raise UnavailableError("The papers are not open yet.", "Try again in a moment.")
        choice, old = wiring.choose(settings), before.assistant.chat
        if old is not None and _model_of(settings) == _model_of(self._settings):
            self._serve(library, choice, old, settings)  # loading it again takes seconds, and 2 GB
            return
        if choice.mode != "quotes":
            self._say(work=Work(f"Loading {choice.model or 'the language model'}"))
        chat = wiring.open_chat(settings, choice)
        try:
            if check and chat is not None and choice.mode == "openai":
                chat.check()
            self._serve(library, choice, chat, settings)
        except PaperchatError:
            if chat is not None:
                chat.close()
            raise
        self._say(trouble=None)
        if old is not None:
            weakref.finalize(before, _close_apart, old).atexit = False

    def _wants_weights(self) -> bool:
        if weights.present(weights.EMBEDDED_MODELS[0], self._settings.models):
            return False
        if self._settings.llm == "auto":
            return wiring.choose(self._settings).mode != "openai"
        return self._settings.llm == "local"

    def _fetch_apart(self) -> None:
        """Fetch in this thread, then go over to the model where the settings say so."""
        try:
            self._fetch()
            self._say(work=None)
            if wiring.choose(self._settings).mode == "local":
                with self._changing:
                    self._open_chat(self._settings)
        except PaperchatError as exc:
            if not self._stop.is_set():
                log.warning("%s %s", exc.what, exc.remedy)
            self._say(trouble=(exc.what, exc.remedy))
        finally:
            self._say(work=None)
            self._fetching.release()

    def _fetch(self) -> None:
        wanted = weights.EMBEDDED_MODELS[0]
        meter = Meter()

        def on_progress(progress: weights.DownloadProgress) -> None:
            rate = meter.rate(progress.done, time.monotonic())
            label = f"{progress.stage.capitalize()} the language model"
            self._say(work=Work(label, progress.done, progress.total, "bytes", rate))

        self._say(work=Work("Fetching the language model"))
        pull(wanted, self._settings.models, on_progress, self._stop)


def _model_of(settings: Settings) -> tuple[object, ...]:
    """What tells one language model from another."""
    choice = wiring.choose(settings)
    where = settings.llm_base_url, settings.llm_api_key, settings.llm_timeout
    return choice.mode, choice.model, *(where if choice.mode == "openai" else ())


def _close_apart(*parts: ChatModel | DenseIndex | TokenStore) -> None:
    """Close what nobody uses any more; it may take seconds, and this may be any thread."""
    for part in parts:
        threading.Thread(target=part.close, name=f"{THREADS}close", daemon=True).start()


class Meter:
    """Units a second over the last few seconds."""

    def __init__(self, window: float = 5.0) -> None:
        self._window = window
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, done: int, now: float) -> float:
        """Note that ``done`` units are in at ``now`` seconds; the rate, 0 when not yet known."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()  # another stage began counting anew
        self._seen.append((now, done))
        while now - self._seen[0][0] > self._window and len(self._seen) > 2:
            self._seen.popleft()
        start, before = self._seen[0]
        return (done - before) / (now - start) if now - start >= 0.5 else 0.0
