"""Removes papers by hand: hides them at once, and when their source is read again."""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import UnknownPaperError
from rag.index.generations.generations import IndexFolder
from rag.index.generations.removals import Removal


def remove(folder: IndexFolder, paper_ids: Sequence[str]) -> list[Removal]:
    """Hide papers. Raises UnknownPaperError for an unknown id; then none is hidden.

    Readers skip hidden papers, and the next build drops them; nothing is copied now.
    """
    with folder.writing():
        generation, removed = folder.current(), folder.removed()
        found = folder.find(paper_ids)
        for paper_id in paper_ids:
            if generation is None or paper_id not in found:
                raise UnknownPaperError(
                    f"No paper has the id {paper_id!r}.",
                    "A search for words of its title shows the id.",
                )
        name = generation.name if generation else ""
        removals = [Removal(i, paper.title, name) for i, paper in found.items()]
        folder.write_removed({**removed, **{item.paper_id: item for item in removals}})
    return removals


def unremove(folder: IndexFolder, paper_ids: Sequence[str]) -> None:
    """Let removed papers come back at the next sync.

    Raises UnknownPaperError for one that was not removed; then none comes back.
    """
    with folder.writing():
        removed = folder.removed()
        for paper_id in paper_ids:
            if paper_id not in removed:
                raise UnknownPaperError(
                    f"No removed paper has the id {paper_id!r}.",
                    "`paperchat restore` without an id shows them.",
                )
        folder.write_removed({i: item for i, item in removed.items() if i not in set(paper_ids)})
