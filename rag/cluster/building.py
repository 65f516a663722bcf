"""Reads files and builds shards on all machines of a Ray cluster, with Ray Data."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from rag.cluster.connection import connect
from rag.corpus.files import read_file
from rag.corpus.record import Record
from rag.errors import ClusterError
from rag.index.build.batches import Stop
from rag.index.build.sharded import Done, Job, Load, build_shard, to_embed
from rag.index.generations.manifest import Identity
from rag.index.generations.records_file import paper_lines, paper_of
from rag.models.embedding.embedders import load_embedder
from rag.types import Progress, Rejected

_STOP, _POLL_S = "stop", 0.5  # a file in the root that asks all workers to stop


class Builder:
    """Builds one shard after the other with one encoder; runs in an actor of Ray Data."""

    def __init__(self) -> None:
        self._load = lru_cache(1)(load_embedder)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Build the shard of a row of `_row`."""
        papers = [paper_of(line) for line in row["papers"].splitlines()]
        root = Path(row["root"])
        job = Job(
            root,
            Identity(**row["identity"]),
            papers,
            [Path(path) for path in row["keep"]],
            row["afresh"],
        )
        stop = (root.parent / _STOP).exists
        load = partial(self._load, *row["embedder"])
        done = build_shard(row["place"], job, load, stop=stop)
        return asdict(done)


class Cluster:
    """The workers of a Ray cluster: one for each GPU, or for each processor where it has none."""

    def __init__(self, address: str, *embedder: str | None) -> None:
        """Connect. ``embedder`` is what `load_embedder` takes.

        Raises ClusterError as `connect`, and if ray lacks its data library.
        """
        self._ray = connect(address)
        self._embedder = {"embedder": list(embedder)}
        try:
            import ray.data
        except ImportError as exc:
            raise ClusterError(
                "Ray Data is not installed.", "Install it: `pip install 'paperchat[cluster]'`."
            ) from exc
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        ray.data.DataContext.get_current().enable_progress_bars = False
        have = self._ray.cluster_resources()
        self._gpus, self._cpus = int(have.get("GPU", 0)), int(have.get("CPU", 1))

    @property
    def workers(self) -> int:
        """How many shards are built at once."""
        return self._gpus or self._cpus

    def read(
        self, files: Sequence[Path], columns: Mapping[str, str] | None
    ) -> Iterator[Iterator[Record | Rejected]]:
        """The items of each file, in order; see `rag.corpus.reading.ReadAll`."""
        rows = [{"place": place, "file": str(file)} for place, file in enumerate(files)]
        read = partial(_read, columns=columns)
        data = self._ray.data.from_items(rows, override_num_blocks=len(rows)).map(read)
        found = {row["place"]: row["items"] for row in self._quietly(data)}
        for place in range(len(rows)):
            yield iter(found[place])

    def build(
        self, jobs: Sequence[Job], _: Load, progress: Progress | None, stop: Stop | None
    ) -> Iterator[Done]:
        """Build all shards; see `rag.index.build.sharded.Run`. A worker that dies is replaced."""
        counts = [to_embed(job) for job in jobs]
        report = progress or (lambda done, total: None)
        report(0, sum(counts))
        rows = [{**_row(place, job), **self._embedder} for place, job in enumerate(jobs)]
        data = self._ray.data.from_items(rows, override_num_blocks=len(rows)).map(
            Builder,
            compute=self._ray.data.ActorPoolStrategy(size=min(len(jobs), self.workers)),
            **({"num_gpus": 1} if self._gpus else {"num_cpus": 1}),
        )
        finished = 0
        with _stopping(jobs[0].root.parent / _STOP, stop):
            for row in self._quietly(data):
                done = Done(**row)
                finished += counts[done.place]
                report(finished, sum(counts))
                yield done

    def _quietly(self, data: Any) -> Iterator[dict[str, Any]]:
        try:
            yield from data.iter_rows()
        except self._ray.exceptions.RayTaskError as exc:
            cause = exc.cause or exc
            [why, *_] = str(cause).splitlines() or [type(cause).__name__]
            raise ClusterError(
                f"A worker of the cluster failed: {why}",
                "What was built stays; run this again.",
            ) from exc
        except self._ray.exceptions.RayError as exc:
            raise ClusterError(
                "The Ray cluster does not answer any more.", "What was built stays; run this again."
            ) from exc


def _row(place: int, job: Job) -> dict[str, Any]:
    """A job as plain values."""
    return {
        "place": place,
        "root": str(job.root.resolve()),
        "identity": asdict(job.identity),
        "papers": b"".join(paper_lines(job.papers)),
        "keep": [str(path.resolve()) for path in job.keep],
        "afresh": job.afresh,
    }


def _read(row: dict[str, Any], columns: Mapping[str, str] | None) -> dict[str, Any]:
    return {"place": row["place"], "items": list(read_file(Path(row["file"]), columns))}


@contextmanager
def _stopping(file: Path, stop: Stop | None) -> Iterator[None]:
    """Have the workers stop when ``stop`` says so: they see ``file`` then."""
    over = threading.Event()

    def watch(asked: Callable[[], bool]) -> None:
        while not over.wait(_POLL_S):
            if asked():
                file.touch()
                return

    file.unlink(missing_ok=True)
    watcher = threading.Thread(target=watch, args=(stop or bool,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        file.unlink(missing_ok=True)
