"""A Chroma server that has an index's chunks and searches them: `chroma run`, or Chroma Cloud.

All else of the index stays in its folder, the vectors too: they fill a server that has lost its
data, and search without one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from rag.errors import IndexUnavailableError, SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

    from rag.index.vectors.paper_rows import PaperRows
    from rag.index.vectors.served import ServedChunks

Result = TypeVar("Result")

_SERVED = "chroma.json"  # names the collection of a generation whose chunks a server has
# Beside the generations while a build changes a collection, and after one that did not get to its
# end: then the collection may have the chunks of no generation.
_CHANGING = "chroma.changing"
_PREFIX = "paperchat-"
_TIMEOUT = 30.0  # seconds without an answer; Chroma's own client would wait for ever


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where a server is, and what it wants to know. Opens nothing."""

    url: str
    token: str = field(default="", repr=False)
    tenant: str = "default_tenant"
    database: str = "default_database"

    def __post_init__(self) -> None:
        """Raise SettingsError for what is no address."""
        try:
            parts = urlsplit(self.url)
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:  # brackets, or a port that is no number
            good = False
        if not good:
            raise SettingsError(
                f"PAPERCHAT_CHROMA_URL cannot be {self.url!r}.",
                "Give an address such as http://localhost:8000.",
            )

    def client(self) -> ClientAPI:
        """A client that has reached the server. Raises IndexUnavailableError."""
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        with self.asking():
            client = chromadb.HttpClient(
                host=str(parts.hostname),
                port=parts.port or (443 if secure else 8000),
                ssl=secure,
                headers={"X-Chroma-Token": self.token} if self.token else None,
                settings=ChromaSettings(anonymized_telemetry=False),
                tenant=self.tenant,
                database=self.database,
            )
        cast(Any, client)._server._session.timeout = _TIMEOUT
        return client

    def chunks(self, name: str) -> ServedChunks | None:
        """The collection of this name, if the server has it. Raises IndexUnavailableError."""
        from chromadb.errors import NotFoundError

        from rag.index.vectors.served import ServedChunks

        client = self.client()
        try:
            with self.asking():
                return ServedChunks(self, client.get_collection(name, None))
        except NotFoundError:
            return None

    def create(self) -> tuple[str, ServedChunks]:
        """A new collection, and its name. Raises IndexUnavailableError."""
        from rag.index.vectors.dense import schema
        from rag.index.vectors.served import ServedChunks

        name, client = f"{_PREFIX}{uuid.uuid4().hex[:12]}", self.client()
        with self.asking():
            made = client.create_collection(name, embedding_function=None, schema=schema())
        return name, ServedChunks(self, made)

    def delete(self, name: str) -> None:
        """Delete a collection that nobody needs; it is no fault if it is gone."""
        from chromadb.errors import NotFoundError

        client = self.client()
        try:
            with self.asking():
                client.delete_collection(name)
        except NotFoundError:
            pass

    def repeated(self, ask: Callable[[], Result]) -> Result:
        """What a request that changes nothing answers; tried again if its connection was broken.

        A server that was started again has closed the connections of before.
        """
        import httpx

        with self.asking():
            try:
                return ask()
            except httpx.TransportError:
                return ask()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Turn failures of the server, but not that something is not found, into our own error."""
        import httpx
        from chromadb.errors import ChromaError, NotFoundError

        try:
            yield
        except NotFoundError:
            raise
        except (ChromaError, ValueError, httpx.HTTPError) as exc:
            why = " ".join(str(exc).split()) or type(exc).__name__
            raise IndexUnavailableError(
                f"The Chroma server at {self.url} does not answer as it should: {why[:200]}",
                "Start it, or unset PAPERCHAT_CHROMA_URL to search without it.",
            ) from exc


def chroma_server(settings: Settings) -> ChromaServer | None:
    """The server that the settings name, if any. Raises SettingsError."""
    if not settings.chroma_url:
        return None
    token = settings.chroma_token.get_secret_value() if settings.chroma_token else ""
    return ChromaServer(
        settings.chroma_url, token, settings.chroma_tenant, settings.chroma_database
    )


def collection_of(generation: Path) -> str | None:
    """The collection that a generation's chunks are in; None if they are in its own folder."""
    try:
        name = json.loads((generation / _SERVED).read_text("utf-8"))["collection"]
    except FileNotFoundError:
        return None
    return str(name)


def served_chunks(server: ChromaServer, generation: Path, rows: PaperRows) -> ServedChunks | None:
    """The chunks of a generation, if the server has all of them. Raises IndexUnavailableError."""
    name = collection_of(generation)
    found = server.chunks(name) if name else None
    return found if found and found.count() >= rows.counts()[0] else None


def in_place(server: ChromaServer | None, generation: Path | None) -> bool:
    """Whether a generation's chunks are where they belong: on the server, or in its folder.

    Raises IndexUnavailableError if the server does not answer.
    """
    if generation is None or server is None:
        return generation is None or collection_of(generation) is None
    from rag.index.generations.manifest import PARTS
    from rag.index.shards.layout import members_of
    from rag.index.vectors.paper_rows import PaperRows

    if members_of(generation):
        raise not_for_shards(generation.parent)
    if is_changing(generation.parent):
        return False
    return served_chunks(server, generation, PaperRows.open(generation / PARTS)) is not None


def is_changing(root: Path) -> bool:
    """Whether a build changes the server's chunks of an index, or has left them half changed."""
    return (root / _CHANGING).exists()


def note_changing(root: Path, *, begins: bool) -> None:
    """Note that a build changes the server's chunks, or that it is done. Raises OSError."""
    if begins:
        (root / _CHANGING).touch()
    else:
        (root / _CHANGING).unlink(missing_ok=True)


def not_for_shards(root: Path) -> IndexUnavailableError:
    """The error for an index in shards, each of which has its chunks itself."""
    return IndexUnavailableError(
        f"The index in {root} is in shards, whose chunks no Chroma server has.",
        "Unset PAPERCHAT_CHROMA_URL, or ingest into a new folder without --shards.",
    )


def note_collection(generation: Path, name: str | None) -> None:
    """Note the collection that a draft's chunks are in; None for its own folder."""
    if name is None:
        (generation / _SERVED).unlink(missing_ok=True)
    else:
        (generation / _SERVED).write_text(json.dumps({"collection": name}), encoding="utf-8")
