"""`paperchat serve`: holds the shards of an index on a Ray cluster."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress

from ui.cli.options import Index, Ray, Verbose, settings_of


def serve(ray: Ray = None, index: Index = None, verbose: Verbose = False) -> None:
    """Hold the shards of the index on a Ray cluster, until Control-C."""
    settings = settings_of(index, verbose, ray=ray)
    from rag.engine import Engine

    engine = Engine(settings)
    with engine.serving() as address, suppress(KeyboardInterrupt):
        for ends in (signal.SIGINT, signal.SIGTERM):  # after Ray, which has handlers of its own
            signal.signal(ends, signal.default_int_handler)
        print(
            f"serving: {engine.folder.root}; Control-C ends it.\n"
            f"PAPERCHAT_RAY={address} lets the other commands and the window use it.",
            file=sys.stderr,
        )
        threading.Event().wait()
