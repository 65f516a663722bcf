"""The engine: papers in, cited and checked answers out. No web, no terminal, no printing.

from rag import Engine, load_settings

The names below are imported when they are first asked for, so that whoever imports one room of the
engine does not load all of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.engine import Engine as Engine
    from rag.errors import PaperchatError as PaperchatError
    from rag.settings import Settings as Settings
    from rag.settings import load_settings as load_settings
    from rag.types import Filter as Filter
    from rag.types import Scope as Scope
    from rag.types import Turn as Turn

__all__ = ["Engine", "Filter", "PaperchatError", "Scope", "Settings", "Turn", "load_settings"]

_ROOMS = {
    "Engine": "rag.engine",
    "Filter": "rag.types",
    "PaperchatError": "rag.errors",
    "Scope": "rag.types",
    "Settings": "rag.settings",
    "Turn": "rag.types",
    "load_settings": "rag.settings",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
