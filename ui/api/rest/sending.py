"""Values as responses: the contract's JSON, as the command line prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from starlette.responses import Response

from ui.exports.json_text import as_json

JSON = "application/json"


def sent(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A dataclass, a list of them, or plain values as JSON."""
    return Response(as_json(_plain(value), indent=None), status, headers, media_type=JSON)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
