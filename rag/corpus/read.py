"""Paths to papers: which files are read, by which reader, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.corpus.listing import read_listing
from rag.errors import FileError, InputError
from rag.types import Paper, Rejected


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: papers in order, refusals, and the paths that this reading speaks for.

    A paper that was indexed from one of ``covered`` and is not among ``papers`` is gone.
    """

    papers: tuple[Paper, ...]
    rejected: tuple[Rejected, ...]
    covered: tuple[Path, ...]
    refused: tuple[str, ...]

    def covers(self, source: str) -> bool:
        """Whether this reading is the whole truth about ``source``."""
        path = Path(source)
        if source in self.refused:
            return False
        return any(path == root or root in path.parents for root in self.covered)


def read_paths(paths: Sequence[Path]) -> Reading:
    """Read listing pages: files as they are named, and the .txt files under folders.

    A file that is not right is refused whole and the others are read; where no file is right, its
    error is raised. Raises FileError where a path does not exist or a folder holds no .txt file.
    """
    papers: dict[str, Paper] = {}
    rejected: list[Rejected] = []
    errors: dict[str, InputError] = {}
    for file in _files(paths):
        try:
            found = read_listing(file)
        except InputError as exc:
            errors[str(file)] = exc
            rejected.append(Rejected(str(file), "the whole file", exc.what))
            continue
        for paper in found:
            first = papers.setdefault(paper.paper_id, paper)
            if first is not paper:
                why = f"the same title was read from {first.source}"
                rejected.append(Rejected(paper.source, paper.title, why))
    if errors and not papers:
        raise next(iter(errors.values()))
    covered = tuple(path.resolve() for path in paths)
    return Reading(tuple(papers.values()), tuple(rejected), covered, tuple(errors))


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files to read, resolved, each once."""
    files: dict[Path, None] = {}
    for path in paths:
        resolved = path.resolve()
        if resolved.is_dir():
            inside = sorted(resolved.rglob("*.txt"))
            if not inside:
                raise FileError(
                    f"The folder {path} holds no .txt file.", "Name a folder with saved pages."
                )
            files.update(dict.fromkeys(inside))
        elif resolved.exists():
            files[resolved] = None
        else:
            raise FileError(f"There is no file {path}.", "Check the path.")
    return list(files)
