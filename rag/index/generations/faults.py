"""The errors for an index that cannot be written or read."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexUnavailableError

_NUMBER = re.compile(r"^\[Errno \d+\] ")


def damaged(root: Path, faults: Sequence[str]) -> IndexUnavailableError:
    """The error for an index that exists but is not whole; ``faults`` are clauses, at least one."""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return IndexUnavailableError(
        f"The index in {root} cannot be read: {faults[0]}{more}.", f"{remedy(root)}."
    )


def missing(root: Path) -> IndexUnavailableError:
    """The error where nothing was indexed."""
    return IndexUnavailableError(
        f"There is no index in {root}.", "Run `paperchat ingest` to build it."
    )


def remedy(root: Path) -> str:
    """What to do about damage, without a full stop."""
    return f"Run `paperchat index rebuild --index {shlex.quote(str(root))}`"


def unwritable(root: Path, exc: Exception) -> IndexUnavailableError:
    """The error for a folder that cannot be written."""
    why = getattr(exc, "strerror", None) or str(exc)
    if isinstance(exc, shutil.Error):  # has a list of (from, to, why), as text
        why = _NUMBER.sub("", str(exc.args[0][0][-1])).partition(": ")[0]
    return IndexUnavailableError(
        f"The index folder {root} cannot be written: {why}.",
        "Make it writable, or name another one with --index or PAPERCHAT_INDEX; "
        "what was indexed before is untouched.",
    )


@contextmanager
def reading(part: Path, *errors: type[Exception]) -> Iterator[None]:
    """Turn an engine's ``errors`` while it reads ``part`` of a generation into our own.

    Large files are sampled when they are opened, so some damage is met only later.
    """
    try:
        yield
    except errors as exc:
        raise damaged(part.parent.parent, [f"{part.name} is damaged ({exc})"]) from exc
