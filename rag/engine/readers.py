"""An engine as one of its readers wants it, over the parts that all of them share."""

from __future__ import annotations

import copy
import threading
from typing import TypeVar

from rag.engine.parts import Parts
from rag.types import ModelChoice

T = TypeVar("T", bound=Parts)
QUOTES = ModelChoice("quotes", "none", "you chose quotes")


def for_reader(engine: T, quotes: bool, top_papers: int | None) -> T:
    """``engine`` that reads so many papers for a question; without a language model for ``quotes``.

    What is open is shared, so that it takes no time. It lasts as long as it is referenced, keeps
    the parts of ``engine`` open meanwhile, and is not to be closed.
    """
    settings, assistant = engine.settings, engine.assistant
    quotes = quotes and assistant.choice.mode != "quotes"
    most = settings.top_papers if top_papers is None else top_papers
    if not quotes and most == settings.top_papers:
        return engine
    made = copy.copy(engine)
    made._lock = threading.RLock()
    made._successor = engine  # referenced, it stays open
    made.settings = settings.model_copy(update={"top_papers": most})
    made._assistant = assistant.varied(most, QUOTES if quotes else None)
    if quotes:
        made._chat, made._choice, made._comparer = None, QUOTES, None
    return made
