"""What the embedded model was taught: a LoRA adapter, shipped with the project.

It fits the one base that it was trained on (`rag.models.local.weights`). Without it the model is
not used: untaught it makes answers worse than quotes (docs/embedded-model.md).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

ADAPTER = Path(__file__).parents[1] / "adapter" / "cite.gguf"
SHA256 = "2b730fcf4f54f043f2d52c25ea3e23a65d76e3318086e98eefc597ff2b1b25f3"
_REMEDY = "install paperchat again"


def fault_of() -> str:
    """Why the adapter's file cannot be used, in a few words; "" if it is the pinned one."""
    path = ADAPTER
    try:
        stat = path.stat()
        found = _sha256(path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        return f"its adapter {path} is missing; {_REMEDY}"
    except OSError as exc:
        return f"its adapter {path} cannot be read: {exc.strerror}"
    return "" if found == SHA256 else f"its adapter {path} is not the pinned file; {_REMEDY}"


@lru_cache(maxsize=8)
def _sha256(path: Path, changed: int, size: int) -> str:
    """The sha256 of a file of this size that was last changed then, in nanoseconds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
