"""marks.json: what the reader has noted about papers, by paper id.

It lies in the folder of the index, beside the generations, as that of
`rag.index.generations.removals` does: a build does not touch it. Marks of papers that are not there
any more stay, and count again once these come back. Several processes may change it: each change
holds a lock, reads the file and replaces it in one step. A file that cannot be read is never
written over.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from filelock import FileLock, Timeout

from rag.errors import FileError, InputError
from rag.index.generations.durable import replace_file
from rag.types import NO_MARK, Filter, Mark, MarkChange

FILE = "marks.json"
MOST_TAGS = 50  # of one paper
LONGEST_TAG = 80  # characters
LONGEST_NOTE = 20_000  # characters
_LARGEST = 50_000_000  # bytes of the file: a server may be open to many
_PATIENCE = 10.0  # seconds that a change waits for another process's
_VERSION = 1

Marks: TypeAlias = Mapping[str, Mark]  # by paper id; papers without marks are left out


class MarksFile:
    """The marks beside one index. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self.file = root / FILE
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int], Marks] | None = None

    def all(self) -> Marks:
        """All marks. Raises FileError if the file cannot be read."""
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return MappingProxyType({})
        except OSError as exc:
            raise self._unreadable(exc.strerror or str(exc)) from exc
        state = stat.st_mtime_ns, stat.st_size, stat.st_ino
        with self._lock:
            if self._read is None or self._read[0] != state:
                self._read = state, self._load()
            return self._read[1]

    def of(self, paper_ids: Iterable[str]) -> dict[str, Mark]:
        """The marks of each of these papers, also of those without any."""
        marks = self.all()
        return {paper_id: marks.get(paper_id, NO_MARK) for paper_id in paper_ids}

    def change(self, paper_ids: Iterable[str], change: MarkChange) -> dict[str, Mark]:
        """Change the marks of these papers; returns what they were before, for `put`.

        Raises InputError for what is too long, and FileError if the file cannot be read or written.
        """
        with self._changing() as marks:
            before = {paper_id: marks.get(paper_id, NO_MARK) for paper_id in paper_ids}
            marks.update({paper_id: change.of(mark) for paper_id, mark in before.items()})
            _check(marks[paper_id] for paper_id in before)
        return before

    def put(self, wanted: Marks) -> None:
        """Give these papers exactly these marks, as to undo a change. Raises as `change`."""
        _check(wanted.values())
        with self._changing() as marks:
            marks.update(wanted)

    def passing(self, wanted: Filter) -> frozenset[str]:
        """The ids of the papers whose marks pass the filter's conditions on marks."""
        tags = {tag.casefold() for tag in wanted.own_tags}
        return frozenset(
            paper_id
            for paper_id, mark in self.all().items()
            if (mark.starred or not wanted.starred)
            and (not tags or not tags.isdisjoint(tag.casefold() for tag in mark.tags))
        )

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Mark]]:
        """The marks, to be changed; they are written at the end unless the block raises."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.file}.lock", timeout=_PATIENCE):
                marks = dict(self.all())
                yield marks
                self._write({paper_id: mark for paper_id, mark in marks.items() if mark})
        except Timeout as exc:
            raise FileError("Another process is changing the marks.", "Try again.") from exc
        except OSError as exc:
            why = exc.strerror or exc
            raise FileError(
                f"{self.file} cannot be written: {why}.", "Correct its folder's permissions."
            ) from exc

    def _write(self, marks: Marks) -> None:
        papers = {paper_id: _plain(mark) for paper_id, mark in sorted(marks.items())}
        text = json.dumps({"version": _VERSION, "papers": papers}, ensure_ascii=False, indent=1)
        if len(text.encode()) > _LARGEST:
            raise InputError("There is no room for more marks.", "Shorten notes, or remove some.")
        replace_file(self.file, text + "\n")

    def _load(self) -> Marks:
        try:
            given = json.loads(self.file.read_text(encoding="utf-8"))
            return MappingProxyType({str(i): _mark(raw) for i, raw in given["papers"].items()})
        except OSError as exc:
            raise self._unreadable(exc.strerror or str(exc)) from exc
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
            raise self._unreadable("it is not as paperchat writes it") from exc

    def _unreadable(self, why: str) -> FileError:
        return FileError(
            f"Your marks in {self.file} cannot be read: {why}.",
            "Mend the file or move it away; until then it is left as it is.",
        )


def _plain(mark: Mark) -> dict[str, object]:
    """The marks as JSON, without those that are not set."""
    return {name: value for name, value in asdict(mark).items() if value}


def _mark(raw: Mapping[str, object]) -> Mark:
    """Raises TypeError or ValueError for anything but the JSON of `_plain`."""
    mark = Mark(**{name: tuple(v) if name == "tags" else v for name, v in raw.items()})  # type: ignore[arg-type]
    flags = isinstance(mark.starred, bool) and isinstance(mark.read, bool)
    if not flags or not all(isinstance(text, str) for text in (mark.note, *mark.tags)):
        raise ValueError("a mark of another kind")
    return mark


def _check(marks: Iterable[Mark]) -> None:
    for mark in marks:
        if len(mark.note) > LONGEST_NOTE:
            raise InputError(f"A note has at most {LONGEST_NOTE:,} characters.", "Shorten it.")
        if len(mark.tags) > MOST_TAGS:
            raise InputError(f"A paper has at most {MOST_TAGS} tags.", "Remove some.")
        if any(len(tag) > LONGEST_TAG for tag in mark.tags):
            raise InputError(f"A tag has at most {LONGEST_TAG} characters.", "Shorten it.")
