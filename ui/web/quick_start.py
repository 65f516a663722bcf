"""Imports the window, and Gradio with it, in half the time that it takes by itself."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rag.settings import Settings

_getfile = inspect.getfile


class Serve(Protocol):
    """See `ui.web.server.serve`."""

    def __call__(self, settings: Settings, *, open_browser: bool) -> None: ...


def import_serve() -> Serve:
    """`ui.web.server.serve`, with all that it needs imported.

    For each class of a component Gradio parses its own source and the stub (.pyi) beside it, and
    writes the stub anew where they differ, which is of use to nobody who runs it. Classes whose
    file is not known have no stub.
    """
    with _no_collections():
        with _unknown_files():
            import gradio  # noqa: F401
        from ui.web.server import serve
    return serve


@contextmanager
def _unknown_files() -> Iterator[None]:
    inspect.getfile = _file_of  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = _getfile


def _file_of(thing: object) -> str:
    if isinstance(thing, type) and thing.__module__.startswith("gradio."):
        raise OSError(2, "no stub is wanted", thing.__module__)
    return _getfile(thing)  # type: ignore[arg-type]


@contextmanager
def _no_collections() -> Iterator[None]:
    """Leave the garbage collector off, and what is imported to itself: nothing of it ever goes."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
