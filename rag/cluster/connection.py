"""The connection to a Ray cluster."""

from __future__ import annotations

import os
import socket
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ClusterError

LOCAL = "local"  # the address that starts a cluster on this machine
NAMESPACE = "paperchat"
_PATIENCE_S = 5.0
_PORT = 6379


def connect(address: str) -> Any:
    """Ray, connected to the cluster at ``address``; `LOCAL` starts one. Connects once a process.

    Raises ClusterError if ray is not installed or the cluster cannot be reached.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else it warns
    try:
        import ray
    except ImportError as exc:
        raise ClusterError(
            "Ray is not installed.", "Install it: `pip install 'paperchat[cluster]'`."
        ) from exc
    if address not in (LOCAL, "auto"):
        _reach(address)
    if ray.is_initialized():
        return ray
    options = {} if address != LOCAL else {"include_dashboard": False}
    try:
        ray.init(
            address=address,
            namespace=NAMESPACE,
            log_to_driver=False,
            logging_level="ERROR",
            **options,
        )
    except (OSError, RuntimeError, ValueError) as exc:
        raise _unreachable(address) from exc
    return ray


def _reach(address: str) -> None:
    """Ray itself tries for minutes where nobody answers."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        where = parts.hostname or "", parts.port or _PORT
        socket.create_connection(where, _PATIENCE_S).close()
    except (OSError, ValueError) as exc:
        raise _unreachable(address) from exc


def _unreachable(address: str) -> ClusterError:
    return ClusterError(
        f"No Ray cluster can be reached at {address!r}.",
        "Check the address; a cluster that asks for a token needs RAY_AUTH_MODE=token, too.",
    )
