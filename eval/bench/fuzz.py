"""Reads a fuzzer's bytes as every format, looking for exceptions.

``python -m eval.bench.fuzz [CORPUS ...] [-max_total_time=600]``: the arguments are libFuzzer's, and
CORPUS are folders of files to start from. Needs atheris (``pip install atheris``, for CPython 3.11
to 3.13 on Linux), which the project does not install. A failure ends
the run and leaves the bytes in a file named crash-*.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.errors import PaperchatError

# A name for each way of recognising a format, as the name decides if the content does not.
NAMES = (
    "a.bib",
    "a.ris",
    "a.nbib",
    "a.ciw",
    "a.enw",
    "a.xml",
    "a.txt",
    "a.csv",
    "a.json",
    "a.jsonl",
)


def target(folder: Path) -> Callable[[bytes], None]:
    """The function to fuzz: the first byte chooses the file's name, the others are its content.

    It raises what reading raises, and AssertionError if a file gives neither record nor refusal.
    """
    from rag.corpus.files import read_file  # here, so that atheris sees it being imported

    def one(data: bytes) -> None:
        name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
        path = folder / name
        path.write_bytes(data[1:])
        try:
            count = sum(1 for _ in read_file(path))
        except PaperchatError as exc:
            raise AssertionError("an error that is not a refusal") from exc
        if not count:
            raise AssertionError("neither a record nor a refusal")

    return one


def main(arguments: Sequence[str]) -> None:
    """Fuzz until something is raised or libFuzzer's limits are reached."""
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("This needs atheris: pip install atheris (in an environment of its own).")
    with tempfile.TemporaryDirectory() as folder:
        with atheris.instrument_imports(include=["rag", "bibtexparser"]):
            one = target(Path(folder))
        atheris.Setup(list(arguments), one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
