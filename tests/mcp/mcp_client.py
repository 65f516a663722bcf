"""The SDK's own client, talking to a server process from tests that are plain functions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from browsing import free_port
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, ListResourcesResult, TextContent

from rag.settings import CHECKOUT, Settings

T = TypeVar("T")

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"


class Talk:
    """A client's session, in a loop of its own."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self.portal, self.client = portal, client
        self.progress: list[str] = []

    def do(self, work: Callable[..., Awaitable[T]], *given: Any) -> T:
        """What a method of the client returns."""
        return self.portal.call(work, *given)

    def result(self, tool: str, **given: Any) -> CallToolResult:
        """The result of a call; the client checks structured content against the schema."""

        async def hear(
            progress: float, total: float | None = None, message: str | None = None
        ) -> None:
            self.progress.append(message or "")
            steps.append(progress)

        async def call() -> CallToolResult:
            return await self.client.call_tool(tool, given, progress_callback=hear)

        self.progress = []
        steps: list[float] = []
        result = self.portal.call(call)
        assert steps == sorted(set(steps)), "progress goes on"
        return result

    def resources(self, cursor: str | None = None) -> ListResourcesResult:
        """A page of resources."""
        return self.portal.call(partial(self.client.list_resources, cursor=cursor))

    def call(self, tool: str, **given: Any) -> Any:
        """The structured content of a call that works; its text says the same."""
        result = self.result(tool, **given)
        assert not result.is_error, text_of(result)
        assert json.loads(text_of(result)) == result.structured_content
        return result.structured_content

    def error(self, tool: str, **given: Any) -> str:
        """The one line of a call that does not work."""
        result = self.result(tool, **given)
        assert result.is_error and result.structured_content is None
        line = text_of(result)
        assert "\n" not in line and "Traceback" not in line and len(line) < 1000
        return line


def text_of(result: CallToolResult) -> str:
    """The text of a result."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def arguments(settings: Settings, *more: object) -> list[str]:
    """The arguments of Python that start a server over the index of ``settings``."""
    given = ["--index", str(settings.index), "--llm", "quotes", *map(str, more)]
    return ["-m", "ui", "mcp", *given]


def environment(**more: str) -> dict[str, str]:
    """The environment of a server process."""
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **more}


@contextmanager
def talking(transport: Any, mode: str = "auto") -> Iterator[Talk]:
    """A session over a transport, a URL or a process's parameters."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(transport, mode=mode)) as client,
    ):
        yield Talk(portal, client)


@contextmanager
def stdio(given: list[str], mode: str = "auto", **env: str) -> Iterator[Talk]:
    """A session with a process of its own; whatever that prints to stderr must be quiet."""
    parameters = StdioServerParameters(
        command=sys.executable, args=given, env=environment(**env), cwd=CHECKOUT
    )
    read, write = os.pipe()
    with os.fdopen(read) as heard, os.fdopen(write, "w") as errors:

        @asynccontextmanager
        async def transport() -> AsyncIterator[Any]:
            async with stdio_client(parameters, errlog=errors) as streams:
                yield streams

        with talking(transport(), mode) as talk:
            yield talk
        errors.close()
        said = heard.read()
    assert "Traceback" not in said, said


@contextmanager
def http_server(given: list[str], **env: str) -> Iterator[str]:
    """The address of a process that serves HTTP."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, *given, "--http", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**env),
        cwd=CHECKOUT,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        try:
            assert f"http://127.0.0.1:{port}/mcp" in said, said
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "") and "Traceback" not in err, err
