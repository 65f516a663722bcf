"""What the empty Chat page says of these papers, worked out once for everybody."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from rag.text.keyphrases import topics_of
from rag.types import ModelChoice
from ui.render.welcome import about, examples

if TYPE_CHECKING:
    from rag.answering.flow import Assistant
    from rag.index.library import Library

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
        self._library: Library | None = None
        self._topics: Sequence[str] = ()
        self._asked: Sequence[tuple[str, str]] = ()

    def hello(self, assistant: Assistant, choice: ModelChoice | None, settled: bool) -> Hello:
        """What to say now. The first call looks at all papers and takes up to a second."""
        with self._lock:
            library = assistant.library
            if library is not self._library:
                self._topics = topics_of(library.papers)
                self._asked = _proven(assistant)
                self._library = library
        return Hello(
            about=about(len(library.papers), self._topics, choice),
            examples=examples(self._asked),
            settled=settled,
        )


def _proven(assistant: Assistant) -> Sequence[tuple[str, str]]:
    """The examples if these papers answer them all, else questions made of their own titles."""
    if all(assistant.answering(question) for _, question in EXAMPLES):
        return EXAMPLES
    from rag.answering.suggestions import starters

    return [("A paper", asked) for asked in starters(assistant, assistant.library.papers, 6)]
