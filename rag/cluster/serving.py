"""Shards in Ray actors: one actor holds one shard, and a new one takes its place when it dies."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cluster.connection import LOCAL, NAMESPACE, connect
from rag.errors import ClusterError, IndexUnavailableError
from rag.index.generations.generations import IndexFolder
from rag.index.opening import OpenShard, open_shard
from rag.index.shards.fan_out import ShardDownError
from rag.index.shards.layout import Member, members_of
from rag.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from rag.index.vectors.hits import Hit
    from rag.index.vectors.read_paper import ReadPaper
    from rag.index.words.terms import Clause
    from rag.models.embedding.embedder import Vector

_AT_ONCE = 8  # questions that one actor answers
_KEPT = 2  # generations that an actor has open: that of before is still read when one is new
_PATIENCE_S = 60.0  # for one answer of a shard
_AGAIN_S = 0.5  # until a shard that is down is tried again


class Holder:
    """Holds one shard; runs in an actor."""

    def __init__(self, root: str, place: int) -> None:
        """Open the shard of the current generation."""
        self._folder, self._place = IndexFolder(Path(root)), place
        self._lock = threading.Lock()
        self._open: dict[tuple[str, frozenset[str]], OpenShard] = {}
        if generation := self._folder.current():
            self._shard(generation.name, frozenset(self._folder.removed()))

    def call(
        self, generation: str, hidden: frozenset[str], part: str, method: str, *args: Any
    ) -> Any:
        """What a method of one engine returns, of that generation with those papers hidden."""
        return getattr(getattr(self._shard(generation, hidden), part), method)(*args)

    def process(self) -> int:
        """The id of the process; answers once the shard is open."""
        return os.getpid()

    def _shard(self, generation: str, hidden: frozenset[str]) -> OpenShard:
        with self._lock:
            key = generation, hidden
            if key not in self._open:
                while len(self._open) >= _KEPT:
                    del self._open[next(iter(self._open))]
                place = self._folder.root / generation
                self._open[key] = open_shard(place, self._place, hidden)
            return self._open[key]


class _Line:
    """Asks the actor of one shard. After a failure nothing is asked until it is back."""

    def __init__(self, ray: Any, name: str, generation: str, hidden: Any) -> None:
        """``hidden`` is Ray's reference to the papers that are hidden."""
        self._ray, self._name, self._key = ray, name, (generation, hidden)
        self._lock = threading.Lock()
        self._down = False
        self._actor = ray.get_actor(name, NAMESPACE)

    def ask(self, part: str, method: str, *args: Any) -> Any:
        """Raises ShardDownError, and IndexUnavailableError if the shard cannot be read."""
        if self._down:
            raise ShardDownError
        errors = self._ray.exceptions
        try:
            asked = self._actor.call.remote(*self._key, part, method, *args)
            return self._ray.get(asked, timeout=_PATIENCE_S)
        except errors.RayTaskError as exc:
            raise IndexUnavailableError(
                f"A shard of the index cannot be read: {exc.cause}.",
                "`paperchat status` says what is damaged.",
            ) from exc
        except (errors.RayError, ValueError, ConnectionError) as exc:
            self._lost()
            raise ShardDownError from exc

    def process(self) -> int:
        """The id of the process that holds the shard."""
        return int(self._ray.get(self._actor.process.remote(), timeout=_PATIENCE_S))

    def _lost(self) -> None:
        with self._lock:
            if not self._down:
                self._down = True
                threading.Thread(target=self._until_back, name=self._name, daemon=True).start()

    def _until_back(self) -> None:
        while True:
            time.sleep(_AGAIN_S)
            # The actor of this name may be another one by now, of another `paperchat index serve`.
            with suppress(self._ray.exceptions.RayError, ValueError, ConnectionError):
                self._actor = self._ray.get_actor(self._name, NAMESPACE)
                self.process()
                self._down = False
                return


class _Dense:
    def __init__(self, line: _Line) -> None:
        self._ask = partial(line.ask, "dense")

    @property
    def chunks(self) -> Any:
        raise NotImplementedError

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Hit]]:
        found: list[tuple[str, Hit]] = self._ask("search_chunks", query, k, scope)
        return found

    def paper_vectors(self, papers: Sequence[str]) -> Vector:
        found: Vector = self._ask("paper_vectors", papers)
        return found

    def close(self) -> None:
        """The actor stays open for others."""


class _Lexical:
    def __init__(self, line: _Line) -> None:
        self._ask = partial(line.ask, "lexical")

    def frequencies(self, clauses: Sequence[Clause]) -> list[int]:
        found: list[int] = self._ask("frequencies", clauses)
        return found

    def best(
        self, clauses: Sequence[Clause], k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = self._ask("best", clauses, k, scope)
        return found

    def count(self, scope: Scope) -> int:
        return int(self._ask("count", scope))

    def within(self, scope: Scope, most: int) -> list[str]:
        found: list[str] = self._ask("within", scope, most)
        return found

    def may_hold(self, name: str, scope: Scope = EVERYTHING) -> list[str]:
        found: list[str] = self._ask("may_hold", name, scope)
        return found

    def key_counts(self, keys: Sequence[str]) -> list[int]:
        found: list[int] = self._ask("key_counts", keys)
        return found

    def holders(self, key: str, most: int) -> list[str]:
        found: list[str] = self._ask("holders", key, most)
        return found

    def keys(self, kind: str, begin: str = "") -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = self._ask("keys", kind, begin)
        return found


class _Tokens:
    def __init__(self, line: _Line) -> None:
        self._ask = partial(line.ask, "tokens")

    def of(self, papers: Sequence[str]) -> dict[str, ReadPaper]:
        found: dict[str, ReadPaper] = self._ask("of", papers)
        return found

    def close(self) -> None:
        """The actor stays open for others."""


class RemoteShard:
    """The engines of a shard that an actor holds."""

    def __init__(self, line: _Line) -> None:
        self.dense, self.lexical, self.tokens = _Dense(line), _Lexical(line), _Tokens(line)
        self.process = line.process


def find_shards(
    address: str, root: Path, generation: Path, members: Sequence[Member], hidden: Collection[str]
) -> list[RemoteShard]:
    """The shards of an index that `serving` holds at ``address``; see `opening.Connect`.

    Raises ClusterError if the cluster cannot be reached or nobody serves the index there.
    """
    ray = connect(address)
    put = ray.put(frozenset(hidden))
    try:
        lines = [_Line(ray, name, generation.name, put) for name in _names(root, len(members))]
    except ValueError as exc:
        raise ClusterError(
            f"Nobody serves the index in {root} at {address!r}.",
            f"Run `paperchat index serve --ray {address} --index {root}` and leave it running.",
        ) from exc
    return [RemoteShard(line) for line in lines]


@contextmanager
def serving(address: str, folder: IndexFolder) -> Iterator[str]:
    """Hold the shards of an index in actors while the block runs; gives the address for
    others.

    Raises ClusterError if the cluster cannot be reached or the index is served there already, and
    IndexUnavailableError if a shard cannot be opened or the index is not in shards.
    """
    generation = folder.current()
    members = members_of(generation) if generation else []
    if not members:
        raise IndexUnavailableError(
            f"The index in {folder.root} is not in shards.",
            "Ingest into a new folder with --shards N: `paperchat ingest FILE --index DIR`.",
        )
    ray = connect(address)
    actors: list[Any] = []
    options = {
        "num_cpus": 0,
        "max_restarts": -1,
        "max_concurrency": _AT_ONCE,
        "namespace": NAMESPACE,
        "scheduling_strategy": "SPREAD",
    }
    root = str(folder.root.resolve())
    try:
        for place, name in enumerate(_names(folder.root, len(members))):
            holder = ray.remote(Holder).options(name=name, **options)
            actors.append(holder.remote(root, place))
        ray.get([actor.process.remote() for actor in actors])
        # Ray finds the cluster of this machine itself, and its token, but not by an address.
        yield "auto" if address == LOCAL else address
    except ValueError as exc:  # Ray's, for a name that is taken
        raise ClusterError(
            f"The index in {folder.root} is served at {address!r} already.", "Stop the other one."
        ) from exc
    except ray.exceptions.RayError as exc:
        raise IndexUnavailableError(
            f"A shard of the index in {folder.root} cannot be opened.", "Run `paperchat status`."
        ) from exc
    finally:
        for actor in actors:
            ray.kill(actor)
        ray.shutdown()


def _names(root: Path, shards: int) -> list[str]:
    """The names of the actors of an index."""
    mark = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]
    return [f"{mark}-{place:03d}" for place in range(shards)]
