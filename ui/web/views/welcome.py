"""What the empty Chat page says about the papers, found once for all visitors."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from rag.engine import Engine
from ui.web.render.chat.welcome import TopicLine, about, counted, examples, topics

_LOG = logging.getLogger(__name__)
# Of the delivered papers; other papers do not answer them.
EXAMPLES = (
    ("A fact", "By how much does SINet reduce the number of parameters?"),
    ("A list", "Which papers use Mamba or state space models?"),
    ("A count", "How many papers are about fMRI?"),
    ("A comparison", "How do MindBridge and NeuroPictor differ?"),
    ("An acronym", "What is S3IM?"),
    ("An overview", "What do papers say about neural fields?"),
)
_MOST = 6  # questions
_SHOWN = 6  # groups of the map


class Hello(TypedDict):
    """HTML of the three parts, in the order in which they come; ``settled``: none will change."""

    about: str
    examples: str | None
    topics: str | None
    settled: bool


@dataclass(slots=True)
class _Found:
    """What is known of one collection so far; None is still looked for."""

    papers: object
    about: str
    examples: str | None = None
    topics: str | None = None


class Welcome:
    """Questions that the papers answer, and what they are about. Safe to share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: _Found | None = None

    def hello(self, engine: Engine, settled: bool) -> Hello:
        """What is known now; the first call begins to look for the rest and does not wait."""
        with self._lock:
            found = self._found
            if found is None or found.papers is not engine.papers:
                found = self._found = _Found(engine.papers, counted(len(engine.papers)))
                args = (engine, found)
                threading.Thread(target=_look, args=args, name="welcome", daemon=True).start()
        known = found.examples is not None and found.topics is not None
        return Hello(
            about=found.about,
            examples=found.examples,
            topics=found.topics,
            settled=settled and known,
        )


def _look(engine: Engine, found: _Found) -> None:
    """Questions first: the map of many papers takes minutes."""
    try:
        of, papers = engine.browser.facets, len(engine.papers)
        found.about = about(papers, years=of.years, venues=of.venues, sources=of.sources)
        found.examples = examples(_questions(engine))
        lines = _topics(engine)
        found.topics = topics(lines[:_SHOWN], more=len(lines) > _SHOWN)
    except Exception:  # noqa: BLE001 - the edge of a thread, whose index may be closed meanwhile
        _LOG.debug("The empty page is not complete", exc_info=True)
    finally:  # what could not be found is left out
        found.examples = found.examples or ""
        found.topics = found.topics or ""


def _questions(engine: Engine) -> Sequence[tuple[str, str]]:
    """The examples if these papers answer them all, else questions made of their own words."""
    if engine.suggestions.all_answered([question for _, question in EXAMPLES]):
        return EXAMPLES
    return [(offer.kind, offer.question) for offer in engine.suggestions.offers(_MOST)]


def _topics(engine: Engine) -> list[TopicLine]:
    """The groups of the map that have papers, the largest first, each with its most central one."""
    made, papers = engine.overview().result(), list(engine.papers.values())
    lines = [
        TopicLine(at, group.name, group.size, papers[group.central[0]].title)
        for at, group in enumerate(made.clusters)
        if group.size
    ]
    return sorted(lines, key=lambda line: -line.papers)
