"""What a caller gets when something goes wrong: problem JSON (RFC 9457), never a traceback.

Under /v1 it has the shape of OpenAI's API, which its clients read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rag.errors import (
    CollectionError,
    InputError,
    PaperchatError,
    UnavailableError,
    UnknownPaperError,
)
from ui.api.openai import errors
from ui.api.routes import OPENAI
from ui.exports.json_text import as_json
from ui.web.asgi import Scope
from ui.web.gate.metrics import Metrics
from ui.web.gate.refused import Refused
from ui.web.gate.requests import current, unexpected

TYPE = "application/problem+json"
_LEFT = 499  # nobody reads it
_SEE = "See /docs for what this address takes."
_SHOWN = 3  # faults of one body
_LATER = {"retry-after": "5"}


@dataclass(frozen=True, slots=True)
class Problem:
    """``detail`` says what happened, ``remedy`` what to do; the log has ``request``."""

    title: str
    status: int
    detail: str
    remedy: str = ""
    request: str = ""
    type: str = "about:blank"


class Unknown(InputError):
    """Nothing has this id."""


class Conflict(InputError):
    """What is asked does not go with what is there now."""


# The first that fits, so what is more special comes first.
_STATUS: Sequence[tuple[type[PaperchatError], int]] = (
    (Conflict, 409),
    (Unknown, 404),
    (UnknownPaperError, 404),
    (CollectionError, 404),
    (InputError, 422),
    (UnavailableError, 503),
)


def problem_of(exc: Exception) -> Problem:
    """What is said of an exception; one that nobody foresaw is logged under the request's id."""
    if isinstance(exc, Refused):
        lost = exc.reason == "route"
        return _problem(exc.status, exc.line, "/docs lists what there is." if lost else "")
    if isinstance(exc, PaperchatError):
        status = next((status for kind, status in _STATUS if isinstance(exc, kind)), 500)
        return _problem(status, exc.what, exc.remedy)
    return _problem(500, *unexpected("A request of the API failed", exc, "Try once more."))


def told(scope: Scope, refused: Refused) -> tuple[str, bytes]:
    """A refusal of the gate as a body."""
    return _body(scope["path"], problem_of(refused))


def add_handlers(app: FastAPI, metrics: Metrics) -> None:
    """Have ``app`` answer every exception with a problem."""

    async def expected(request: Request, exc: Exception) -> Response:
        if isinstance(exc, Refused):
            metrics.refused(exc.reason)
            more = {name.decode(): text.decode() for name, text in exc.headers}
            return _response(request, problem_of(exc), {"connection": "close", **more})
        return _response(request, problem_of(exc))

    async def invalid(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)
        return _response(request, _invalid(exc))

    async def http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        if exc.status_code == 400:  # FastAPI's, of a body that it cannot decode
            return _response(request, _no_json())
        return _response(request, _problem(exc.status_code, str(exc.detail)))

    async def left(request: Request, exc: Exception) -> Response:
        return Response(status_code=_LEFT)

    for kind in (PaperchatError, Refused):
        app.add_exception_handler(kind, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, left)


def _invalid(exc: RequestValidationError) -> Problem:
    """The first faults of a request, each with its place."""
    faults = exc.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return _no_json()
    said = [f"{_place(fault['loc'])}: {_said(fault['msg'])}" for fault in faults[:_SHOWN]]
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    line = " ".join(f"{'; '.join(said)}{more}.".split())
    return _problem(422, line, _SEE)


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")


def _no_json() -> Problem:
    return _problem(400, "The body is not JSON.", _SEE)


def _place(loc: Sequence[Any]) -> str:
    return ".".join(str(part) for part in loc[1:]) or str(loc[0])


def _problem(status: int, detail: str, remedy: str = "") -> Problem:
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    return Problem(title, status, detail, remedy, current())


def _response(request: Request, problem: Problem, headers: Mapping[str, str] = {}) -> Response:
    kind, body = _body(request.url.path, problem)
    more = {**(_LATER if problem.status == 503 else {}), **headers}
    return Response(body, problem.status, more, media_type=kind)


def _body(path: str, problem: Problem) -> tuple[str, bytes]:
    if path.startswith(f"{OPENAI}/"):
        said = errors.body(problem.status, f"{problem.detail} {problem.remedy}".strip())
        return "application/json", as_json(said, indent=None).encode()
    return TYPE, as_json(problem, indent=None).encode()
