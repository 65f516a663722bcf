"""Memory that this process holds, and bytes that an index holds on disk."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from eval.bench.scale.report.figures import Measure
from rag.index.generations.generations import IndexFolder

_STATUS = Path("/proc/self/status")
_LINES = {"VmRSS": "resident", "RssAnon": "its own", "RssFile": "mapped files", "VmHWM": "at most"}


def held(when: str) -> list[Measure]:
    """Memory of this process by kind; nothing where the system does not say (Linux does)."""
    if not _STATUS.exists():
        return []
    said = dict(re.findall(r"^(\w+):\s+(\d+) kB$", _STATUS.read_text("ascii"), re.MULTILINE))
    return [
        Measure("memory", f"{when}, {name}", "MB", int(said[line]) * 1024 / 1e6)
        for line, name in _LINES.items()
    ]


def on_disk(index: Path) -> list[Measure]:
    """KB a paper of the current generation, by part, and beside the text of the papers itself.

    The text is that of titles and abstracts, once.
    """
    folder = IndexFolder(index)
    generation, papers = folder.current(), folder.papers()
    if generation is None or not papers:
        return []
    parts: dict[str, int] = defaultdict(int)
    for file in generation.rglob("*"):
        if file.is_file():
            parts[file.relative_to(generation).parts[0]] += file.stat().st_size
    text = sum(len(f"{paper.title}{paper.abstract}".encode()) for paper in papers)
    whole = sum(parts.values())
    everything = {"whole": whole, "text": text, "beside the text": whole - text, **parts}
    return [
        Measure("disk", name, "KB/paper", size / 1000 / len(papers))
        for name, size in everything.items()
    ]
