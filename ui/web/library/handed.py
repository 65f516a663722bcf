"""Files that a visitor hands in for one answer: written to a folder that is removed after it.

They come with the request itself, so that its limits hold for them, and a guest leaves nothing.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from rag.errors import InputError
from rag.types import MANUSCRIPTS
from ui.web.calls import Payload
from ui.web.library.uploads import name_of

_MOST = 200  # files
_REMEDY = "`paperchat check FILE` takes larger ones."


def handed_in(asked: Payload, folder: Path) -> tuple[Path, list[Path]]:
    """The manuscript that the page sent, written to ``folder``, and its bibliographies.

    Files lie as their names say, so that a manuscript finds what it includes. Raises InputError if
    there is no manuscript among them.
    """
    files = [_written(item, folder) for item in _listed(asked.get("files"))]
    text = str(asked.get("text") or "")
    if not files and text.strip():
        ending = "tex" if "\\cite" in text or "\\documentclass" in text else "md"
        files = [folder / f"pasted text.{ending}"]
        files[0].write_text(text, "utf-8")
    texts = [path for path in files if path.suffix.lower() in MANUSCRIPTS]
    if not texts:
        names = ", ".join(sorted(MANUSCRIPTS))
        raise InputError("There is no manuscript among these files.", f"It may be {names}.")
    whole = [path for path in texts if path.suffix.lower() == ".tex" and _is_whole(path)]
    main = (whole or texts)[0]
    return main, [path for path in files if path not in texts]


def _listed(given: object) -> list[object]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > _MOST:
        raise InputError(f"The page sent no list of at most {_MOST} files.", _REMEDY)
    return given


def _written(item: object, folder: Path) -> Path:
    """One file of the page's {"name", "data"}, where ``data`` is Base64."""
    name = name_of(str(item.get("name") or "")) if isinstance(item, dict) else ""
    data = item.get("data") if isinstance(item, dict) else None
    if not name or not isinstance(data, str):
        raise InputError("The page sent a file without a name or content.", "Choose it again.")
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data, validate=True))
    except (binascii.Error, OSError, ValueError) as exc:
        raise InputError(f"{name} did not arrive whole.", "Choose it again.") from exc
    return path


def _is_whole(path: Path) -> bool:
    return b"\\documentclass" in path.read_bytes()
