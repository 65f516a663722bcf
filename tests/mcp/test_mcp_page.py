"""docs/mcp.md: its configurations start a server, its example runs, its table has every tool."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from commands import Command
from mcp_client import Talk, arguments, environment, stdio
from test_tools import TOOLS

from rag.settings import CHECKOUT, Settings

PAGE = (CHECKOUT / "docs" / "mcp.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def _commands() -> list[list[str]]:
    """Every command of `paperchat` on the page, without its first word."""
    lines = [
        shlex.split(line, comments=True) for text in _blocks("sh") for line in text.split("\n")
    ]
    configured = [
        server for text in _blocks("json") for servers in json.loads(text).values()
        for server in servers.values()
    ]  # fmt: skip
    configured += [
        server for text in _blocks("toml") for server in tomllib.loads(text)["mcp_servers"].values()
    ]
    lines += [[server["command"], *server["args"]] for server in configured]
    own = [line[line.index("--") + 1 :] if "--" in line else line for line in lines if line]
    assert {line[0] for line in own} == {"paperchat"} and len(own) >= 8
    return [line[1:] for line in own]


def test_every_command_starts_a_server(settings: Settings) -> None:
    seen = []
    for command in {tuple(command) for command in _commands()}:
        assert command[0] == "mcp"
        if "--http" in command:  # test_http.py starts these
            assert f"127.0.0.1:{command[command.index('--port') + 1]}/mcp" in PAGE
            continue
        with stdio([*arguments(settings), *command[1:]]) as talk:
            seen.append(_names(talk))
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert listed == [*TOOLS, "ingest", "remove_papers"]
    assert sorted(seen, key=len) == [TOOLS, listed]


def _names(talk: Talk) -> list[str]:
    return [tool.name for tool in talk.do(talk.client.list_tools).tools]


def test_the_example_runs(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "paperchat").write_text(f'#!/bin/sh\nexec {sys.executable} -m ui "$@"\n')
    (tmp_path / "paperchat").chmod(0o755)
    (example,) = _blocks("python")
    command = json.dumps(str(tmp_path / "paperchat"))
    run = subprocess.run(
        [sys.executable, "-c", example.replace('command="paperchat"', f"command={command}, env=E")
         .replace("import asyncio", "import asyncio, os\nE = dict(os.environ)", 1)],
        capture_output=True, text=True, timeout=120,
        env=environment(PAPERCHAT_INDEX=str(settings.index)),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert re.match(r"supported .*SINet.* \[1\]\n", run.stdout)


@pytest.mark.parametrize("option", ["--http", "--host", "--port", "--write", "--llm", "--index"])
def test_the_help_has_the_options(paperchat: Command, option: str) -> None:
    assert option in paperchat("mcp", "--help").out
