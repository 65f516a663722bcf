"""What all handlers of one running API share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from rag.settings import Settings
from ui.api.access import Caller
from ui.api.engines import Engines
from ui.api.jobs import Jobs
from ui.web.gate.metrics import Metrics
from ui.web.library.uploads import Uploads
from ui.web.line import Line


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of a running API; ``line`` is the window's where there is one."""

    settings: Settings
    engines: Engines
    line: Line
    metrics: Metrics
    uploads: Uploads
    jobs: Jobs


def api_of(request: Request) -> Api:
    """The running API that got the request."""
    api: Api = request.app.state.api
    return api


def caller_of(request: Request) -> Caller:
    """Who asks, as the gate found out."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


Running = Annotated[Api, Depends(api_of)]
