"""Opens the engines of a generation: of its own, or those of its shards, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from rag.errors import IndexUnavailableError
from rag.index.engines import Dense, Lexical, Tokens
from rag.index.generations.durable import writable
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import DENSE, LEXICAL, PARTS, read_manifest
from rag.index.shards.fan_out import FanOut, Shard
from rag.index.shards.layout import Member, lexical_of, members_of
from rag.index.shards.lexical import LexicalShard, ShardedLexical
from rag.index.shards.vectors import ShardedDense, ShardedTokens
from rag.index.vectors.exact import ExactIndex
from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.server import ChromaServer, is_changing, not_for_shards, served_chunks
from rag.index.vectors.token_store import TokenStore
from rag.index.words.lexical import LexicalIndex

INCOMPLETE = "papers or chunks are missing"


class Engines(NamedTuple):
    """The engines of a library, and the shards that they ask, if they are several."""

    dense: Dense
    lexical: Lexical
    tokens: Tokens
    shards: FanOut | None = None


@dataclass(frozen=True, slots=True)
class OpenShard:
    """The engines of one shard in this process."""

    dense: ExactIndex
    lexical: LexicalShard
    tokens: TokenStore


# (root, generation of the root, its shards, papers that are hidden) -> the shards
Connect: TypeAlias = Callable[[Path, Path, Sequence[Member], Collection[str]], Sequence[Shard]]


def open_engines(
    folder: IndexFolder,
    generation: Path,
    hidden: Collection[str],
    connect: Connect | None = None,
) -> Engines:
    """Open the engines of a generation, which do not find the papers in ``hidden``.

    Raises one of `manifest.UNREADABLE` if something is damaged.
    """
    members = members_of(generation)
    if not members and connect is not None:
        raise IndexUnavailableError(
            f"The index in {folder.root} is not in shards, so no cluster holds it.",
            "Unset PAPERCHAT_RAY, or ingest into a new folder with --shards N.",
        )
    if not members:
        lexical = LexicalIndex(writable(generation / LEXICAL), hidden)
        dense, tokens = _open_vectors(generation, lexical, hidden)
        if folder.server is None:
            return Engines(dense, lexical, tokens)
        return Engines(_served(folder.server, generation, dense), lexical, tokens)
    if folder.server is not None:
        raise not_for_shards(folder.root)
    if connect is not None:
        shards = connect(folder.root, generation, members, hidden)
    else:
        shards = [open_shard(generation, place, hidden) for place in range(len(members))]
    every = FanOut(shards, [member.papers for member in members])
    words = ShardedLexical(every, sum(member.documents for member in members))
    return Engines(ShardedDense(every), words, ShardedTokens(every), every)


def open_shard(generation: Path, place: int, hidden: Collection[str]) -> OpenShard:
    """Open one shard of a generation of the root. Raises as `open_engines` does."""
    lexical = LexicalShard(writable(lexical_of(generation, place)), hidden)
    dense, tokens = _open_vectors(members_of(generation)[place].generation, lexical, hidden)
    return OpenShard(dense, lexical, tokens)


def _served(server: ChromaServer, generation: Path, own: ExactIndex) -> Dense:
    from rag.index.vectors.served import ServedIndex, lost

    changing = partial(is_changing, generation.parent)
    if changing():
        return own
    chunks = served_chunks(server, generation, own.rows)
    if chunks is None:
        raise lost(server.url)
    return ServedIndex(own, chunks, changing)


def _open_vectors(
    generation: Path, lexical: LexicalIndex, hidden: Collection[str]
) -> tuple[ExactIndex, TokenStore]:
    rows = PaperRows.open(generation / PARTS)
    manifest = read_manifest(generation)
    # What manifests without checksums, and samples of large files, leave to be found.
    if (rows.counts()[0], lexical.size) != (manifest.chunks, manifest.papers):
        raise ValueError(INCOMPLETE)
    return ExactIndex(rows, lexical.numbers, generation / DENSE, hidden), TokenStore(rows)
