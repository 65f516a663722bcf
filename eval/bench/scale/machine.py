"""What a run was made on and with: the machine, the versions, the commit, the command."""

from __future__ import annotations

import os
import platform
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rag.settings import CHECKOUT

_PACKAGES = (
    "chromadb",
    "llama-index-core",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tantivy",
    "torch",
)


def setup(arguments: list[str]) -> dict[str, Any]:
    """The facts of this run, at its start."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(
            ["python", "-m", "eval.bench", "scale", *map(_without_folder, arguments)]
        ),
        "commit": _commit(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gb": _memory(),
        "load": load(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _PACKAGES},
    }


def _without_folder(argument: str) -> str:
    """A path as its name alone: the folders are those of one machine."""
    return Path(argument).name if "/" in argument or "\\" in argument else argument


def load() -> float | None:
    """How many processes wanted to run in the last minute; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _commit() -> str:
    """The checked-out commit, marked if files differ from it; empty outside a checkout."""
    try:
        said = [
            subprocess.run(
                ["git", *words], cwd=CHECKOUT, capture_output=True, text=True, check=True
            ).stdout.strip()
            for words in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "rag", "ui"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{said[0]} with changes" if said[1] else said[0]


def _processor() -> str:
    if sys.platform == "linux":
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None
