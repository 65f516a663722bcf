"""The questions of a collection that its owner wrote, in a file beside its index."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from eval.cases import Case, as_line, complaints
from eval.own import MOST
from rag.errors import FileError, InputError
from rag.types import Paper

_lock = threading.Lock()


def questions_file(index: Path) -> Path:
    """The file for a collection's own questions; `paperchat eval --questions` takes it."""
    return index.parent / "questions.jsonl"


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, none if there is no file; of two with one id the later one.

    Lines that are no case are left out: the file may be of another version, or cut short.
    """
    try:
        return _read(path.read_text(encoding="utf-8"))[0]
    except (OSError, UnicodeDecodeError):
        return []


def _read(text: str) -> tuple[list[Case], list[str]]:
    """The cases of a file's text, and its lines that are none."""
    found: dict[str, Case] = {}
    others = []
    for line in filter(str.strip, text.split("\n")):
        try:
            case = Case.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            others.append(line)
        else:
            found[case.id] = case
    return list(found.values()), others


def usable(cases: Iterable[Case], papers: Mapping[str, Paper]) -> list[Case]:
    """Those whose papers are in the collection."""
    return [case for case in cases if not complaints(case, papers)]


def add_cases(path: Path, new: Sequence[Case]) -> None:
    """Add questions; one that is there already is replaced. Raises FileError and InputError."""

    def merged(cases: dict[str, Case]) -> dict[str, Case]:
        made = cases | {case.id: case for case in new}
        if len(made) > MOST:
            raise InputError(
                f"A collection has at most {MOST:,} questions.", "Delete some of them first."
            )
        return made

    _change(path, merged)


def remove_case(path: Path, case_id: str) -> None:
    """Delete a question. Raises FileError."""
    _change(path, lambda cases: {i: case for i, case in cases.items() if i != case_id})


def _change(path: Path, change: Callable[[dict[str, Case]], dict[str, Case]]) -> None:
    """Replace the file in one step. Lines that are no case stay, and so does a file of no text."""
    beside = path.with_name(f"{path.name}.new")
    try:
        with _lock:
            path.parent.mkdir(parents=True, exist_ok=True)
            cases, others = _read(path.read_text("utf-8") if path.exists() else "")
            made = change({case.id: case for case in cases})
            lines = [*others, *map(as_line, made.values())]
            beside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            beside.replace(path)
    except (OSError, UnicodeDecodeError) as exc:
        raise FileError(
            f"{path} cannot be changed: {exc}.", "Mend the file, or its folder's permissions."
        ) from exc
