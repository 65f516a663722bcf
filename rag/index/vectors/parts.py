"""Parts: immutable files of embedded papers, of which a generation has a few.

A part is a folder of files that are only ever appended to: the ids, chunks, vectors, tokens and
sentences of its papers, one after another, and ``papers.bin``, which says where those of each end.
A generation links the parts of the one before, adds one, and says in ``live.bin`` which papers of
each count; the others were replaced or removed since. A build that is stopped leaves a part that
the next one goes on with.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.index.vectors.read_paper import ReadPaper
from rag.models.embedding.embedder import Vector

Numbers: TypeAlias = NDArray[np.uint64]
Rows: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

# The files of a part, in the order of `EmbeddedPaper.columns`.
_COLUMNS = ("ids", "chunks", "vectors", "bits", "ends", "roles")
_PAPERS = "papers.bin"
# ``number`` and ``content`` are hashes of a paper's id and of what was embedded, ``crc`` that of
# its bytes in all files; the others are the number of bytes at which these end in each file.
_ROW = np.dtype([("number", "<u8"), ("content", "<u8"), ("crc", "<u8"), ("ends", "<i8", (6,))])
_COPIED = 1000  # papers in memory while parts are copied: 15 MB


@dataclass(frozen=True, slots=True)
class EmbeddedPaper:
    """A paper with its chunks: offsets in the abstract, and unit vectors (chunks, dimensions).

    ``content`` is the hash of all that these depend on.
    """

    paper_id: str
    content: int
    spans: NDArray[np.int32]  # (chunks, 2)
    vectors: Vector
    read: ReadPaper

    def columns(self) -> tuple[bytes, ...]:
        """The bytes of each file."""
        arrays = (self.spans, self.vectors, self.read.bits, self.read.ends, self.read.roles)
        return (self.paper_id.encode(), *(array.tobytes() for array in arrays))


def number_of(text: str) -> int:
    """A 64-bit hash, the same everywhere and always; two of a million are equal once in 10^7."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def numbers_of(paper_ids: Iterable[str]) -> Numbers:
    """The `number_of` each paper's id."""
    return np.fromiter(map(number_of, paper_ids), dtype=np.uint64)


class Part:
    """A part, open for reading; thread-safe. Vectors stay on the disk until they are used."""

    def __init__(self, folder: Path) -> None:
        """Open ``folder``. Raises OSError if it is not a whole part."""
        self.folder = folder
        self.papers: NDArray[Any] = np.fromfile(folder / _PAPERS, dtype=_ROW)
        lengths = self.papers["ends"][-1].tolist() if len(self.papers) else [0] * len(_COLUMNS)
        self._bytes = {
            name: _mapped(folder / f"{name}.bin", length)
            for name, length in zip(_COLUMNS, lengths, strict=True)
        }
        ends = self.papers["ends"].astype(np.int64)
        self._ends = np.concatenate([np.zeros((1, len(_COLUMNS)), dtype=np.int64), ends])
        self.spans: NDArray[np.int32] = self._bytes["chunks"].view(np.int32).reshape(-1, 2)
        flat = self._bytes["vectors"].view(np.float32)
        self.vectors: Vector = flat.reshape(len(self.spans), -1) if len(self.spans) else flat
        # The chunks of paper i are those from first_chunks[i] to first_chunks[i + 1].
        self.first_chunks: Rows = self._ends[:, _COLUMNS.index("chunks")] // 8

    def __len__(self) -> int:
        return len(self.papers)

    def paper_ids(self, rows: Rows) -> list[str]:
        """The ids of the papers in these rows."""
        ids, column = memoryview(self._bytes["ids"].data), _COLUMNS.index("ids")
        places = zip(self._ends[rows, column], self._ends[rows + 1, column], strict=True)
        return [str(ids[start:end], "utf-8") for start, end in places]

    def read(self, row: int) -> ReadPaper:
        """The paper in a row as the encoder read it."""
        places = self._column("ends", row).view(np.int32).reshape(-1, 2)
        tokens, sentences = int(places[-1, 1]), len(places) - 1
        bits, roles = self._column("bits", row), self._column("roles", row).view(np.float16)
        return ReadPaper(
            bits.reshape(tokens, len(bits) // max(1, tokens)),
            places,
            roles.reshape(sentences, len(roles) // max(1, sentences)),
        )

    def spans_of(self, row: int) -> NDArray[np.int32]:
        """The offsets of the chunks of the paper in a row; shape (chunks, 2)."""
        return self.spans[slice(*self.first_chunks[row : row + 2].tolist())]

    def embedded(self, row: int) -> EmbeddedPaper:
        """The paper in a row with everything."""
        chunks = slice(*self.first_chunks[row : row + 2].tolist())
        return EmbeddedPaper(
            self.paper_ids(np.array([row]))[0],
            int(self.papers["content"][row]),
            self.spans[chunks],
            self.vectors[chunks],
            self.read(row),
        )

    @property
    def sentences(self) -> Rows:
        """How many sentences each paper has; shape (papers,)."""
        # Two 32-bit numbers for each sentence and for the title.
        return np.diff(self._ends[:, _COLUMNS.index("ends")]) // 8 - 1

    def _column(self, name: str, row: int) -> NDArray[np.uint8]:
        start, end = self._ends[row : row + 2, _COLUMNS.index(name)].tolist()
        return self._bytes[name][start:end]


class PartWriter:
    """Appends papers to a part. What a killed process has appended is kept as far as it is whole.

    Methods raise OSError.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        rows = _whole_rows(folder)
        self._ends = rows["ends"][-1].tolist() if len(rows) else [0] * len(_COLUMNS)
        lengths = {_PAPERS: rows.nbytes}
        lengths |= {f"{name}.bin": end for name, end in zip(_COLUMNS, self._ends, strict=True)}
        with ExitStack() as opened:
            self._files = {
                name: opened.enter_context(_cut(folder / name, length))
                for name, length in lengths.items()
            }
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        self._opened.close()

    def append(self, papers: Sequence[EmbeddedPaper]) -> None:
        """Append papers; they are there when this returns, even if the process is killed."""
        rows = np.zeros(len(papers), dtype=_ROW)
        columns = [paper.columns() for paper in papers]
        for row, paper, of_paper in zip(rows, papers, columns, strict=True):
            self._ends = [end + len(data) for end, data in zip(self._ends, of_paper, strict=True)]
            row["number"], row["content"] = number_of(paper.paper_id), paper.content
            row["crc"], row["ends"] = zlib.crc32(b"".join(of_paper)), self._ends
        for name, data in zip(_COLUMNS, zip(*columns, strict=True), strict=False):
            self._files[f"{name}.bin"].write(b"".join(data))
        for name in (*(f"{name}.bin" for name in _COLUMNS), _PAPERS):
            if name == _PAPERS:
                self._files[name].write(rows.tobytes())
            self._files[name].flush()


def copy_rows(part: Part, rows: Iterable[int], target: PartWriter) -> None:
    """Append these rows of a part to another. Raises OSError for one that is damaged."""
    batch: list[EmbeddedPaper] = []
    for row in rows:
        paper = part.embedded(row)
        if zlib.crc32(b"".join(paper.columns())) != part.papers["crc"][row]:
            raise OSError(5, "it is not as it was written", str(part.folder))
        batch.append(paper)
        if len(batch) == _COPIED:
            target.append(batch)
            batch = []
    if batch:
        target.append(batch)


def _whole_rows(folder: Path) -> NDArray[Any]:
    """The rows of the papers up to the first whose bytes are not all there, or not as written."""
    file, names = folder / _PAPERS, [f"{name}.bin" for name in _COLUMNS]
    if not all((folder / name).exists() for name in (_PAPERS, *names)):
        return np.zeros(0, dtype=_ROW)  # a process was killed while it made or removed the part
    size = file.stat().st_size // _ROW.itemsize
    rows: NDArray[Any] = np.fromfile(file, dtype=_ROW, count=size)
    with ExitStack() as opened:
        columns = [opened.enter_context((folder / name).open("rb")) for name in names]
        return rows[: sum(1 for _ in _checked(rows, columns))]


def _checked(rows: NDArray[Any], columns: Sequence[BinaryIO]) -> Iterator[None]:
    before = [0] * len(columns)
    for row in rows:
        ends = row["ends"].tolist()
        sizes = [end - start for start, end in zip(before, ends, strict=True)]
        if min(sizes) < 0:
            return
        read = b"".join(column.read(size) for column, size in zip(columns, sizes, strict=True))
        if len(read) != sum(sizes) or zlib.crc32(read) != row["crc"]:
            return
        before = ends
        yield


def _cut(file: Path, length: int) -> BinaryIO:
    """The file, open for appending after its first ``length`` bytes."""
    if file.exists() and file.stat().st_nlink > 1:  # a generation has it, too
        own = file.with_name(f"{file.name}.own")
        shutil.copyfile(file, own)
        own.replace(file)
    opened = file.open("r+b" if file.exists() else "w+b")
    opened.truncate(length)
    opened.seek(length)
    return opened


def _mapped(file: Path, length: int) -> NDArray[np.uint8]:
    """The first bytes of a file, in memory only where they are read."""
    if file.stat().st_size < length:
        raise OSError(5, "it is shorter than it was written", str(file))
    if not length:  # an empty file cannot be mapped
        return np.zeros(0, dtype=np.uint8)
    return np.asarray(np.memmap(file, dtype=np.uint8, mode="r", shape=(length,)))
