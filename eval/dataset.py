"""Files of cases: one JSON object a line, read strictly and checked against the corpus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import ValidationError

from eval.cases import KINDS, SINGLE, Case, as_line, complaints
from eval.corpora import papers_of
from rag.errors import FileError, FormatError, InputError
from rag.types import Paper

QUESTIONS = Path(__file__).parent / "questions"
SPLITS = ("dev", "test")
_SINGLE = "single"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases in their order."""

    cases: tuple[Case, ...]

    @classmethod
    def load(cls, path: Path, papers: Sequence[Paper]) -> Self:
        """The cases of a .jsonl file, or of all such files in a folder, checked against ``papers``.

        Raises FileError for what cannot be read and FormatError, naming file and line, for a
        malformed line, a repeated id, an unknown paper, or an untrue statement about the corpus.
        """
        by_id = {paper.paper_id: paper for paper in papers}
        lines = [line for file in _files(path) for line in _read(file)]
        seen: dict[str, str] = {}
        for line in lines:
            where = f"{line.source}, line {line.number}"
            if line.case.id in seen:
                what = f"the id {line.case.id!r} is already in {seen[line.case.id]}."
                raise FormatError(line.source, line.number, what, "Give it another one.")
            seen[line.case.id] = where
            for complaint in complaints(line.case, papers_of(line.case.corpus, by_id)):
                what = f"{line.case.id}: {complaint}"
                raise FormatError(line.source, line.number, what, "Correct it.")
        return cls(tuple(line.case for line in lines))

    def select(
        self, kinds: Sequence[str] = (), split: str | None = None, limit: int | None = None
    ) -> Dataset:
        """The cases of these kinds (all where empty) and this split; of those, ``limit`` at most.

        The kind "single" is all kinds of single questions. Raises InputError for an unknown kind or
        split, and if no case is left.
        """
        for kind in kinds:
            if kind not in (*KINDS, _SINGLE):
                known = ", ".join([_SINGLE, *KINDS])
                raise InputError(f"There is no kind {kind!r}.", f"There are: {known}.")
        kinds = [*kinds, *(SINGLE if _SINGLE in kinds else ())]
        if split not in (None, *SPLITS):
            raise InputError(f"There is no split {split!r}.", f"There are: {', '.join(SPLITS)}.")
        chosen = [c for c in self if (not kinds or c.kind in kinds) and split in (None, c.split)]
        if limit is not None and limit < len(chosen):
            # Every n-th, so that a small sample still has every kind.
            chosen = [chosen[i * len(chosen) // limit] for i in range(limit)]
        if not chosen:
            raise InputError(
                "No question is left to ask.", "Ask for fewer kinds, or another split."
            )
        return Dataset(tuple(chosen))

    @property
    def fingerprint(self) -> str:
        """A hash, the same for the same cases in the same order."""
        return _hash(map(as_line, self))

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)


def corpus_fingerprint(papers: Sequence[Paper]) -> str:
    """A hash, the same for the same papers in any order and from any source."""
    return _hash(sorted(f"{p.paper_id}\n{p.title}\n{p.abstract}" for p in papers))


def read_lines(path: Path, what: str, read: Callable[[Any], T]) -> list[T]:
    """What ``read`` makes of each line of a .jsonl file, in order.

    Raises FileError if the file cannot be read, FormatError naming the line that is not a ``what``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(read(json.loads(line)))
        except (ValueError, KeyError, TypeError) as exc:
            raise FormatError(str(path), number, f"not a {what}: {exc}") from exc
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    source: str
    number: int
    case: Case


def _files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise FileError(f"The folder {path} has no .jsonl file.", "Name a question set.")
    return files


def _read(path: Path) -> list[_Line]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise FileError(f"{path} cannot be read: {exc}.", "Check the path.") from exc
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            lines.append(_Line(str(path), number, _parse(str(path), number, line)))
    if not lines:
        raise InputError(f"{path} has no question.", "Name a question set.")
    return lines


def _parse(source: str, number: int, line: str) -> Case:
    try:
        return Case.model_validate(json.loads(line))
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        what = f"the field {field!r} is not right: {first['msg']}."
        raise FormatError(source, number, what, "Fields are documented in eval/cases.py.") from exc
    except ValueError as exc:
        raise FormatError(source, number, f"this is not JSON: {exc}.", "Correct it.") from exc


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
