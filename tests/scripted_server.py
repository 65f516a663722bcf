"""A language model whose replies a test scripts."""

from eval.endpoints.server import Body, Listing, ScriptedServer

__all__ = ["Body", "Listing", "ScriptedServer"]
