"""A reader's rating of an answer, stored as a case for `paperchat eval --questions FILE`."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from eval.cases import Case, GoldTurn, as_line
from rag.errors import FileError, InputError
from rag.types import Answer, Turn

Thumb: TypeAlias = Literal["up", "down"]

# Bytes of the file: the window may be open to many, who must not fill the disk.
_LARGEST = 5_000_000
_LONGEST = 500  # characters of a reason
_LONGEST_QUESTION = 4000
_lock = threading.Lock()


def feedback_file(index: Path) -> Path:
    """The file for ratings, beside the index."""
    return index.parent / "feedback.jsonl"


def case_of(
    answer: Answer,
    history: Sequence[Turn],
    thumb: Thumb,
    reason: str,
    papers: Sequence[str] = (),
) -> Case:
    """The question as a case without expectations, since the right answer is unknown.

    The note has the rating, what was rated, and when (UTC). It also names ``papers``, the papers
    that the question was limited to: a case has no other place for them.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = f"declined, {answer.reason}" if answer.abstained else "answered"
    cited = ", ".join(citation.paper_id for citation in answer.citations) or "nothing"
    alone = f"; asked only of {', '.join(papers)}" if papers else ""
    said = " ".join(reason.split())[:_LONGEST]
    return Case(
        id=f"feedback-{uuid.uuid4().hex[:12]}",
        kind="feedback",
        split="dev",
        question=answer.question[:_LONGEST_QUESTION],
        history=tuple(
            GoldTurn(role=t.role, content=t.content[:_LONGEST_QUESTION]) for t in history
        ),
        answerable=False,
        must_cite=(),
        may_cite=(),
        evidence=(),
        facts=(),
        terms=(),
        note=f"thumb {thumb}: {said or 'no reason given'} [{outcome}, citing {cited}{alone}; "
        f"{answer.mode} {answer.model}; {now}]",
    )


def save_case(case: Case, path: Path) -> None:
    """Add the case to the file. Raises InputError if it is full, FileError if unwritable."""
    line = as_line(case) + "\n"
    try:
        with _lock:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size + len(line.encode()) > _LARGEST:
                raise InputError("The feedback file is full.", f"Move {path.name} away first.")
            with path.open("a", encoding="utf-8") as file:
                file.write(line)
    except OSError as exc:
        raise FileError(
            f"{path} cannot be written: {exc}.", "Correct its folder's permissions."
        ) from exc
