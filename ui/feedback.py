"""A reader's rating of an answer, stored as a case for `paperchat eval --questions FILE`.

A rating is one line of the file from its first click on. A note, the other thumb, or taking it back
change that line: the file never has two cases for one rating.
"""

from __future__ import annotations

import json
import re
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
_ID = re.compile(r"feedback-[0-9a-f]{12}")
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
    rating: str = "",
) -> Case:
    """The question as a case without expectations, since the right answer is unknown.

    ``rating`` is the id of an earlier case of this rating, if there is one; without it the case
    gets a new one.

    The note has the rating, what was rated, and when (UTC). It also names ``papers``, the papers
    that the question was limited to: a case has no other place for them.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = f"declined, {answer.reason}" if answer.abstained else "answered"
    cited = ", ".join(citation.paper_id for citation in answer.citations) or "nothing"
    alone = f"; asked only of {', '.join(papers)}" if papers else ""
    said = " ".join(reason.split())[:_LONGEST]
    return Case(
        id=rating if _ID.fullmatch(rating) else f"feedback-{uuid.uuid4().hex[:12]}",
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
    """Write the case to the file, in the place of the line that has its id, if one has.

    Raises InputError if the file is full, or if somebody made a full case of that line; FileError
    if it is unwritable.
    """
    _change(path, case.id, as_line(case))


def drop_case(rating: str, path: Path) -> None:
    """Take a rating back. Without its line there is nothing to do. Raises as `save_case` does."""
    if _ID.fullmatch(rating):
        _change(path, rating, None)


def _change(path: Path, rating: str, line: str | None) -> None:
    """Put ``line`` where the rating's line is, or at the end; None removes it."""
    try:
        with _lock:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text("utf-8") if path.exists() else ""
            lines = [old for old in text.split("\n") if old.strip()]
            places = [at for at, old in enumerate(lines) if rating in old and _own(old, rating)]
            if line is None and not places:
                return
            kept = [old for at, old in enumerate(lines) if at not in places]
            if line is not None:
                kept.insert(places[0] if places else len(kept), line)
            _write(path, kept)
    except (OSError, UnicodeDecodeError) as exc:
        raise FileError(
            f"{path} cannot be written: {exc}.", "Correct its folder's permissions."
        ) from exc


def _own(line: str, rating: str) -> bool:
    """Whether the line is that of the rating. Raises InputError if it is more than a rating."""
    try:
        case = json.loads(line)
    except ValueError:
        return False
    if not isinstance(case, dict) or case.get("id") != rating:
        return False
    if case.get("kind") != "feedback":
        raise InputError(
            "This rating has become a full case of the question set, so it stays as it is.",
            f"Change it in {feedback_file(Path()).name}.",
        )
    return True


def _write(path: Path, lines: Sequence[str]) -> None:
    """Replace the file in one step. It goes with its last line, as no case is no question set."""
    if not lines:
        path.unlink()
        return
    text = "".join(f"{line}\n" for line in lines).encode()
    if len(text) > _LARGEST:
        raise InputError("The feedback file is full.", f"Move {path.name} away first.")
    made = path.with_name(f"{path.name}.new")
    made.write_bytes(text)
    if path.exists():
        made.chmod(path.stat().st_mode & 0o777)
    made.replace(path)
