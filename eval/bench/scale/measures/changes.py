"""Changes of an index and starts, as a user makes them: whole commands, on a copy of the index."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from eval.bench.commands import serving
from eval.bench.load import ask, find_event
from eval.bench.scale.inputs import Raw, made_up, write_part
from eval.bench.scale.measures.processes import command
from eval.bench.scale.report.figures import Measure
from rag.index.generations.generations import IndexFolder
from rag.types import Paper

_GENERATION = re.compile(r"[0-9]{8}")
_MANY = 100
_QUESTION = "How are images generated from text?"


def copied(index: Path, place: Path) -> Path:
    """A copy of an index. Files that nothing writes again are linked where that works."""
    shutil.copytree(index, place, copy_function=_linked)
    return place


def _linked(source: str, target: str) -> str:
    """Link a file of a generation, which is never written again; copy others, and Chroma's."""
    path = Path(source)
    if not any(map(_GENERATION.fullmatch, path.parts)) or "dense" in path.parts:
        return shutil.copy2(source, target)
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        return shutil.copy2(source, target)
    return target


def changes(index: Path, folder: Path, seed: int) -> list[Measure]:
    """One paper added, its metadata and abstract changed, removed; then a hundred at once.

    ``index`` is changed, and ``folder`` gets the files. Raises RuntimeError if a change embeds what
    it need not, or does not do what it should.
    """
    one, *many = islice(made_up(seed), _MANY + 1)
    alone, hundred = folder / f"one-{seed}.jsonl", folder / f"hundred-{seed}.jsonl"
    other = {**one, "venue": "Annals of Venues"}
    again = {**other, "abstract": many[0]["abstract"]}
    found = [
        *_ingest(index, alone, [one], "1 paper added", added=1),
        *_ingest(index, alone, [one], "a file read again, unchanged", embedded=0),
        *_ingest(index, alone, [other], "1 paper's metadata changed", updated=1, embedded=0),
        *_ingest(index, alone, [again], "1 abstract changed", updated=1),
        *_ingest(index, hundred, many, "100 papers added", added=_MANY),
        *_ingest(index, hundred, many[:1], "99 papers gone from their file", removed=_MANY - 1),
    ]
    papers = IndexFolder(index).papers()
    found += _remove(index, "1 paper removed", papers[:1])
    if len(papers) > 2 * _MANY:
        found += _remove(index, "100 papers removed", papers[1 : _MANY + 1])
    return found


def starts(index: Path) -> list[Measure]:
    """Commands and the window from the start of the process to the first answer."""
    found = [
        *_command(index, "search", "search", _QUESTION, group="start"),
        *_command(index, "ask", "ask", _QUESTION, group="start"),
        *_command(index, "status", "status", group="start"),
    ]
    started = time.perf_counter()
    with serving(index) as served:
        page = time.perf_counter() - started
        if failure := ask(find_event(served.url), _QUESTION, uuid.uuid4().hex):
            raise RuntimeError(failure)
        answered = time.perf_counter() - started
    return [
        *found,
        Measure("start", "chat: page served", "s", page),
        Measure("start", "chat: first answer", "s", answered),
    ]


def _ingest(
    index: Path, part: Path, records: Sequence[Raw], name: str, **expected: int
) -> list[Measure]:
    """Ingest ``records``, and check the counts of the command's own report."""
    write_part(part, records)
    done = command(index, "ingest", str(part), "--json")
    said = json.loads(done.printed)
    wrong = {key: said[key] for key, count in expected.items() if said[key] != count}
    if wrong:
        raise RuntimeError(f"{name}: expected {expected}, but ingest reports {wrong}")
    return done.measures("changes", name)


def _remove(index: Path, name: str, papers: Sequence[Paper]) -> list[Measure]:
    """Remove papers by hand, and check that they are out."""
    ids = [paper.paper_id for paper in papers]
    measures = _command(index, name, "remove", *ids)
    if not {*ids} <= IndexFolder(index).removed().keys():
        raise RuntimeError(f"{name}: some of {', '.join(ids[:3])} ... are still there")
    return measures


def _command(index: Path, name: str, *arguments: str, group: str = "changes") -> list[Measure]:
    return command(index, *arguments).measures(group, name)
