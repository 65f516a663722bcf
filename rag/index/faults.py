"""The errors for an index that cannot be written or read."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexUnavailableError


def damaged(root: Path, faults: Sequence[str]) -> IndexUnavailableError:
    """The error for an index that exists but is not whole; ``faults`` are clauses, at least one."""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return IndexUnavailableError(
        f"The index in {root} cannot be read: {faults[0]}{more}.", f"{remedy(root)}."
    )


def remedy(root: Path) -> str:
    """What to do about damage, without a full stop."""
    return f"Run `paperchat index rebuild --index {shlex.quote(str(root))}`"


def unwritable(root: Path, exc: Exception) -> IndexUnavailableError:
    """The error for a folder that cannot be written."""
    why: object = exc
    if isinstance(exc, shutil.Error) and exc.args and exc.args[0]:  # one for each file
        why = exc.args[0][0][-1]
    return IndexUnavailableError(
        f"The index folder {root} cannot be written: {getattr(why, 'strerror', None) or why}.",
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
