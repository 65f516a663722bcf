"""What the empty Chat page says about the papers, computed once for all visitors."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TypedDict

from rag.engine import Engine
from ui.web.render.welcome import about, examples

EXAMPLES = (
    ("A fact", "By how much does SINet reduce the number of parameters?"),
    ("An acronym", "What is S3IM?"),
    ("In other words", "Can pictures be reconstructed from brain scans?"),
    ("A list", "Which papers use Mamba or state space models?"),
    ("A comparison", "How do MindBridge and NeuroPictor differ?"),
    ("To follow up", "What is MultiMAE?"),
)


class Hello(TypedDict):
    """``about`` and ``examples`` are HTML; ``settled`` says that neither will change."""

    about: str
    examples: str
    settled: bool


class Welcome:
    """Topics of the papers, and questions that they answer. Safe to share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._corpus = ""  # the papers that the rest is about
        self._topics: Sequence[str] = ()
        self._questions: Sequence[tuple[str, str]] = ()

    def hello(self, engine: Engine, settled: bool) -> Hello:
        """What to say now. The first call looks at all papers and takes up to a second."""
        with self._lock:
            if engine.browser.key != self._corpus:
                self._topics = engine.suggestions.topics()
                self._questions = _questions(engine)
                self._corpus = engine.browser.key
        return Hello(
            about=about(len(engine.papers), self._topics, engine.choice),
            examples=examples(self._questions),
            settled=settled,
        )


def _questions(engine: Engine) -> Sequence[tuple[str, str]]:
    """The examples if these papers answer them all, else questions made of their own titles."""
    if engine.suggestions.all_answered([question for _, question in EXAMPLES]):
        return EXAMPLES
    return [("A paper", question) for question in engine.suggestions.starters(6)]
