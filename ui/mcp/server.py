"""The MCP server: made of its tools, resources and prompts, with errors of one line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, GetPromptResult, InputRequiredResult
from pydantic import ValidationError

from ui.mcp.calls import Desk
from ui.mcp.papers import Papers
from ui.mcp.prompts import add_prompts
from ui.mcp.resources import add_resources, paged_listing
from ui.mcp.texts import INSTRUCTIONS
from ui.mcp.tools.table import tools_of


class PapersServer(MCPServer[None]):
    """Answers wrong calls in one line that says what is right."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The tool's result. Raises ToolError, of one line, for whatever goes wrong."""
        tools = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"There is no tool {name[:100]!r}. There are: {', '.join(tools)}.")
        unknown = [given for given in arguments if given not in tools[name]]
        if unknown:
            known = ", ".join(tools[name]) or "nothing"
            raise ToolError(f"{name} has no parameter {unknown[0][:100]!r}. It takes: {known}.")
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError as exc:
            line = f"{name} failed; the server's log says how. Other calls still work."
            raise UnexpectedToolError(line) from exc
        except ToolError as exc:
            wrong = exc.__cause__
            line = _first_wrong(name, wrong) if isinstance(wrong, ValidationError) else str(wrong)
            raise ToolError(line) from exc

    async def get_prompt(
        self,
        name: str,
        arguments: dict[str, Any] | None = None,
        context: Context[Any, Any] | None = None,
    ) -> GetPromptResult | InputRequiredResult:
        """The prompt. Raises MCPError for an unknown one, and for missing arguments."""
        prompts = {prompt.name: prompt for prompt in await self.list_prompts()}
        if name not in prompts:
            known = ", ".join(prompts)
            raise MCPError(
                INVALID_PARAMS, f"There is no prompt {name[:100]!r}. There are: {known}."
            )
        wanted = [argument.name for argument in prompts[name].arguments or () if argument.required]
        missing = [argument for argument in wanted if argument not in (arguments or {})]
        if missing:
            raise MCPError(INVALID_PARAMS, f"{name} needs {', '.join(missing)}.")
        return await super().get_prompt(name, arguments, context)


def _first_wrong(tool: str, exc: ValidationError) -> str:
    """The first argument that is wrong, and what is wrong with it, without its value."""
    first = exc.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = " ".join(first["msg"].split())
    if first["type"] == "tuple_type":
        message = "Input should be an array"  # JSON knows no tuples
    return f"{tool} cannot take this `{where}`: {message}."


def make_server(papers: Papers, *, writes: bool, log_level: Any = "WARNING") -> PapersServer:
    """The server over these papers; with ``writes`` it also has the tools that change them."""
    desk = Desk(papers)

    @asynccontextmanager
    async def opening(_: MCPServer[None]) -> AsyncIterator[None]:
        papers.start()  # not before: on stdio, what is printed now cannot get into the protocol
        yield

    server = PapersServer(
        "paperchat",
        title="paperchat",
        description="Checked, quoted answers from a library of paper abstracts.",
        instructions=INSTRUCTIONS,
        version=version("paperchat"),
        tools=tools_of(desk, writes=writes),
        log_level=log_level,
        lifespan=opening,
        middleware=[paged_listing(desk)],
    )
    add_resources(server, desk, writes=writes)
    add_prompts(server)
    return server
