"""Papers as agents name them: by id, by address, or by title."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from rag.engine import Engine, PaperSelection
from rag.errors import UnknownPaperError
from rag.types import Paper
from ui.mcp.addresses import PAPER

_OFFERED = 3


def paper_by_id(engine: Engine, given: str) -> Paper:
    """The paper with this id or address. Raises UnknownPaperError, with titles."""
    found = _with_id(engine, given)
    if found is not None:
        return found
    like = [f"{paper.title} ({paper.paper_id})" for paper in engine.papers_named(given)]
    meant = f"Is it one of these? {'; '.join(like[:_OFFERED])}." if like else ""
    raise UnknownPaperError(
        f"No paper has the id {given[:200]!r}.", meant or "Find it with `search_papers`."
    )


def paper_of(engine: Engine, given: str) -> Paper:
    """The paper with this id, address or title, or the only one whose title has these words.

    Raises UnknownPaperError, with titles that may be meant.
    """
    found = _with_id(engine, given)
    if found is not None:
        return found
    return engine.papers_for(PaperSelection((given,)))[0][0]


def ids_of(engine: Engine, given: Sequence[str]) -> tuple[str, ...]:
    """The ids of these papers, each once. Raises UnknownPaperError as `paper_of` does."""
    return tuple(dict.fromkeys(paper_of(engine, text).paper_id for text in given))


def _with_id(engine: Engine, given: str) -> Paper | None:
    """The paper with this id, which may stand in its address `paperchat://paper/ID`."""
    given = given.strip()
    address = given.removeprefix(PAPER)
    return engine.papers.get(given) or engine.papers.get(unquote(address))
