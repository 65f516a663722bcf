"""A language model whose replies a test scripts."""

from eval.endpoints.server import Body, ScriptedServer

__all__ = ["Body", "ScriptedServer"]
