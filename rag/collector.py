"""Python's garbage collector, paused where very many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Make objects without looking for cycles of unused ones.

    The collector walks all objects each time their number has grown by a quarter, which takes as
    long as making a hundred thousand records; records and papers form no cycles.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()  # all that was made is old now, and not walked as new three times
            gc.enable()
