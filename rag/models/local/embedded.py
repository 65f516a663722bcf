"""The embedded language model: llama.cpp's own server, inside this process and only for it.

It listens on a free loopback port with a random key, and the rest of the program uses it like any
other endpoint.
"""

from __future__ import annotations

import json
import os
import secrets
import urllib.error
import urllib.request
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelUnavailableError
from rag.models.endpoints.chat import ChatModel, Message
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.models.local.weights import OnDownload, Weights, path_of, verify

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

CONTEXT = 4096  # tokens, prompt and reply together

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_TIMEOUT_S = 300.0  # reading a full context takes minutes on a slow core; it sends pings meanwhile
_DEADLINE_S = 3 * _TIMEOUT_S
_HTTP_THREADS = 4
_PROMPT_CACHE_MIB = 256  # a prompt takes 28 KiB a token; the library's default is 8 GiB


class EmbeddedServer:
    """A running model. Close it, or use it in a ``with``; it also closes at exit."""

    def __init__(
        self,
        weights: Weights,
        folder: Path,
        progress: OnDownload | None = None,
        adapter: Path | None = None,
    ) -> None:
        """Check the sha256 of the file in ``folder``, then load it: seconds, about 2 GB of memory.

        ``adapter`` is a LoRA adapter that has been checked. Raises ModelUnavailableError if the
        file is missing or not the pinned one, or if this machine cannot load it.
        """
        path = path_of(weights, folder)
        verify(weights, path, progress)
        self._key = secrets.token_urlsafe(32)
        server = _serve(path, weights.name, self._key, adapter)
        # The server's destructor stops its threads and waits for them. That must happen before the
        # interpreter shuts down, even if `close` is never called; finalize ensures it.
        self._servers = [server]
        weakref.finalize(self, self._servers.clear)
        self.endpoint = Endpoint(
            base_url=f"{server.listening_address}/v1",
            api_key=self._key,
            model=weights.name,
            timeout_s=_TIMEOUT_S,
            deadline_s=_DEADLINE_S,
        )

    def warm(self, messages: Sequence[Message]) -> None:
        """Have the model process ``messages``, so that requests that begin with them start sooner.

        Raises ModelUnavailableError if the model does not answer.
        """
        body = {"messages": [dict(m) for m in messages], "max_tokens": 1, "temperature": 0}
        request = urllib.request.Request(
            f"{self.endpoint.base_url}/chat/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=self.endpoint.timeout_s) as reply:
                reply.read()
        except OSError as exc:
            raise ModelUnavailableError(
                f"The embedded model does not answer: {exc}.", "Start again, or use --llm quotes."
            ) from exc

    def close(self) -> None:
        """Stop the server and free the model, within seconds if a reply is running."""
        self._servers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class EmbeddedModel(ChatModel):
    """The embedded model as a chat model that owns its server: closing one closes both."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._embedded = server
        super().__init__(server.endpoint)

    def warm(self, messages: Sequence[Message]) -> None:
        """As `EmbeddedServer.warm`."""
        self._embedded.warm(messages)

    def close(self) -> None:
        """Close the connections, then stop the server."""
        super().close()
        self._embedded.close()


def _serve(path: Path, name: str, key: str, adapter: Path | None) -> Any:
    # OpenMP reads this when it is first loaded. Its threads spin while they wait for each other,
    # which makes generation 6 times slower on a busy machine.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        import xllamacpp  # type: ignore[import-untyped]
    except ImportError as exc:  # also if the system's OpenMP library is missing
        raise ModelUnavailableError(
            f"The embedded model's engine cannot be loaded: {exc}.",
            "Install xllamacpp, and libgomp1 where that is what is missing; or use --llm quotes.",
        ) from exc
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    if adapter is not None:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = ""  # no web page may call it
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = -1
    params.n_parallel = 1
    params.n_ctx = CONTEXT
    params.n_threads_http = _HTTP_THREADS
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    # Seconds between pings (default 30). The server needs as long to notice a closed connection, so
    # ``close`` waits as long.
    params.sse_ping_interval = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_cores()
    try:
        return xllamacpp.Server(params)
    except RuntimeError as exc:
        raise ModelUnavailableError(
            f"The embedded model {name} could not be loaded: {exc}",
            "It needs about 2 GB of free memory; free some, or use --llm quotes.",
        ) from exc


def usable_cores() -> int:
    """Physical cores that this process may use: a second thread on one core slows both.

    -1 if the system does not say; then llama.cpp decides.
    """
    if not hasattr(os, "sched_getaffinity"):
        return -1
    cpus: set[int] = os.sched_getaffinity(0)
    cores = {_siblings(cpu) for cpu in cpus}
    return max(1, min(len(cores), _quota()))


def _siblings(cpu: int) -> str:
    try:
        return (_CPUS / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(cpu)


def _quota() -> int:
    """CPUs that the container allows this process; more threads would wait for each other."""
    try:
        granted, period = _QUOTA.read_text().split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):  # no such file, or "max"
        return 1 << 16
