"""What a whole generation of the index is: its files, its manifest, and what is wrong with one.

A manifest has the counts, sizes and checksums of everything that its generation has. It is written
last, and nothing of a generation is written again, so whatever differs from it is damage.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from rag.index.generations.checksums import FileSum, fault_of, sum_of
from rag.index.generations.durable import link_file
from rag.index.generations.records_file import (
    StoredRecord,
    paper_lines,
    read_papers,
    read_records,
    record_from_paper,
    record_lines,
)
from rag.index.shards.layout import members_of
from rag.types import Paper

DENSE, LEXICAL, PARTS = "dense", "lexical", "parts"
PAPERS, RECORDS = "papers.jsonl", "records.jsonl"
_MANIFEST = "manifest.json"
REWRITTEN = (PAPERS, RECORDS, _MANIFEST)  # by every build
# What the oldest generations have, whose manifests have no checksums.
_FILES = (PAPERS, f"{DENSE}/chroma.sqlite3", f"{LEXICAL}/meta.json")
# Files of which a search reads a few rows are sampled when they are opened, 32 MiB of each.
_SAMPLE = 32  # blocks
# A wrong number in them would lead anywhere.
_READ_WHOLE = ("papers.bin", "live.bin", "ids.bin", "chunks.bin", "ends.bin")
_LOCK = ".lock"  # ends the names of tantivy's locks, which are empty and come and go
# 2: char n-grams in the lexical index. 3: tokens. 4: metadata for filters in both engines. 5: no
# copies of llama-index's nodes. 6: sentences and their roles beside the tokens. 7: scripts as
# typed, Greek symbols by name and pairs of characters in the lexical index; labels of retractions.
# 8: vectors and tokens in parts; numbers and keys of papers in the lexical index.
_LAYOUT = 8

# What reading a damaged file of lines may raise.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Identity:
    """The embedder and chunker of the vectors. A generation has vectors of one identity only."""

    embedder: str
    revision: str
    chunker: str
    layout: int = _LAYOUT

    def in_words(self) -> str:
        """The identity for a message."""
        return f"{self.embedder} {self.revision} ({self.chunker}, layout {self.layout})"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a generation. ``files`` are the checksums by path; old ones have none.

    The counts of chunks and sentences include papers that were removed after it was built.
    """

    identity: Identity
    papers: int
    chunks: int
    sentences: int
    files: Mapping[str, FileSum] = field(default_factory=dict)


def write_contents(
    generation: Path,
    manifest: Manifest,
    papers: Sequence[Paper],
    records: Sequence[StoredRecord] | None = None,
    known: Mapping[str, FileSum] | None = None,
) -> None:
    """Write a generation's papers, records and, with the checksums of all its files, its manifest.

    The last step of a build. Without ``records`` every paper is its own record. ``known`` are the
    checksums of the generation before, whose files that are `never_rewritten` are not read again.
    """
    with (generation / PAPERS).open("wb") as file:
        file.writelines(paper_lines(papers))
    if records is None:
        (generation / RECORDS).unlink(missing_ok=True)
    else:
        with (generation / RECORDS).open("wb") as file:
            file.writelines(record_lines(records))
    names = sorted(
        path.relative_to(generation).as_posix()
        for path in generation.rglob("*")
        if path.is_file() and path.name != _MANIFEST and not path.name.endswith(_LOCK)
    )
    linked = {name: files for name, files in (known or {}).items() if never_rewritten(name)}
    files = {name: asdict(linked.get(name) or sum_of(generation / name)) for name in names}
    content = {**asdict(manifest), "files": files}
    (generation / _MANIFEST).write_text(sealed(content), encoding="utf-8")


def never_rewritten(name: str) -> bool:
    """Whether the file of this name in a generation stays as it is as long as it exists."""
    path = PurePosixPath(name)
    if path.parts[0] == PARTS:
        return len(path.parts) > 2  # in a part
    return path.parts[0] == LEXICAL and path.suffix not in (".json", _LOCK)


def copy_generation(generation: Path, draft: Path) -> None:
    """Copy what a build may change, link what is `never_rewritten`, leave out what it writes anew.

    Raises OSError.
    """

    def copy(file: str, target: str) -> None:
        if never_rewritten(Path(file).relative_to(generation).as_posix()):
            link_file(Path(file), Path(target))
        else:
            shutil.copyfile(file, target)

    ignored = shutil.ignore_patterns(*REWRITTEN)
    shutil.copytree(generation, draft, copy_function=copy, ignore=ignored)


def read_manifest(generation: Path) -> Manifest:
    """The manifest of a generation. Raises one of UNREADABLE if it is damaged."""
    raw = unsealed((generation / _MANIFEST).read_text(encoding="utf-8"))
    files = {
        name: FileSum(item["size"], tuple(item["blocks"]))
        for name, item in raw.get("files", {}).items()
    }
    return Manifest(**{**raw, "identity": Identity(**raw["identity"]), "files": files})


def faults_of(generation: Path, *, thorough: bool = False) -> list[str]:
    """What is wrong with a generation, a clause for each damaged file; empty if it is whole.

    Without ``thorough`` large files that are not read whole when they are opened are sampled.
    """
    if not generation.is_dir():
        return [f"the folder {generation.name} is missing"]
    try:
        manifest = read_manifest(generation)
    except FileNotFoundError:
        return [f"{_MANIFEST} is missing"]
    except UNREADABLE:
        return [f"{_MANIFEST} is not as it was written"]
    if not manifest.files:
        return [f"{name} is missing" for name in _FILES if not _has_bytes(generation / name)]
    found = [
        f"{name} {fault}"
        for name, expected in manifest.files.items()
        if (fault := _fault(generation, name, expected, thorough))
    ]
    return found or [
        f"{shard.parent.name}: {fault}"
        for shard, *_ in members_of(generation)
        for fault in faults_of(shard, thorough=thorough)
    ]


def papers_in(generation: Path) -> list[Paper]:
    """The papers of a generation. Raises one of UNREADABLE if their file is damaged."""
    return read_papers(generation / PAPERS)


def records_in(generation: Path) -> list[StoredRecord]:
    """The records of a generation; a paper without one is its own record.

    Raises one of UNREADABLE if their file is damaged.
    """
    if not (generation / RECORDS).exists():
        return [record_from_paper(paper) for paper in papers_in(generation)]
    return read_records(generation / RECORDS)


def sealed(content: Any) -> str:
    """The content as JSON with its checksum."""
    return json.dumps({"crc32": _crc(content), "content": content}, ensure_ascii=False)


def unsealed(text: str) -> Any:
    """The content of `sealed`, or older JSON without a checksum. Raises ValueError if damaged."""
    raw = json.loads(text)
    if not isinstance(raw, dict) or "content" not in raw:
        return raw
    if raw.get("crc32") != _crc(raw["content"]):
        raise ValueError("its checksum is another")
    return raw["content"]


def _crc(content: Any) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _fault(generation: Path, name: str, expected: FileSum, thorough: bool) -> str:
    whole = thorough or name == PAPERS or PurePosixPath(name).name in _READ_WHOLE
    return fault_of(generation / name, expected, None if whole else _SAMPLE)


def _has_bytes(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
