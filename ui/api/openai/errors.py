"""Errors in the shape that OpenAI's clients read: `{"error": {"message", "type", ...}}`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from rag.errors import CollectionError, InputError, PaperchatError, QuestionError, UnavailableError
from ui.web.gate.refused import Refused
from ui.web.gate.requests import unexpected

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    408: "timeout_error",
    429: "rate_limit_error",
}
_CODES = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}
_NONE = "This is not a request. The body is a JSON object with `model` and `messages`."


class Unfit(InputError):
    """A request that cannot be answered; ``param`` is the field to blame.

    ``code`` is a word for programs.
    """

    def __init__(self, what: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(what)
        self.param = param
        self.code = code


def body(
    status: int, message: str, param: str | None = None, code: str | None = None
) -> dict[str, dict[str, str | None]]:
    """The JSON of an error with this HTTP status."""
    usual = "invalid_request_error" if status < 500 else "server_error"
    return {
        "error": {
            "message": message,
            "type": _TYPES.get(status, usual),
            "param": param,
            "code": code or _CODES.get(status),
        }
    }


def told(exc: Exception) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the JSON of whatever went wrong; what nobody foresaw is logged."""
    match exc:
        case Refused():
            return exc.status, body(exc.status, exc.line)
        case Unfit():
            return 400, body(400, exc.what, exc.param, exc.code)
        case CollectionError():
            return 404, body(404, str(exc), "model", "model_not_found")
        case QuestionError():
            return 400, body(400, str(exc), "messages")
        case InputError():
            return 400, body(400, str(exc))
        case UnavailableError():
            return 503, body(503, str(exc))
        case PaperchatError():
            return 500, body(500, str(exc))
        case HTTPException():  # 400 is FastAPI's, of a body that it cannot decode
            line = _NONE if exc.status_code == 400 else str(exc.detail)
            return exc.status_code, body(exc.status_code, line)
        case RequestValidationError():
            return 400, _invalid(exc)
        case _:
            what = " ".join(unexpected("A completion failed", exc, "Ask once more."))
            return 500, body(500, what)


def _invalid(exc: RequestValidationError) -> dict[str, Any]:
    """The first field that is wrong."""
    first = exc.errors()[0]
    place = [part for part in first["loc"][1:] if isinstance(part, int) or part.isidentifier()]
    param = ""
    for part in place:
        param += f"[{part}]" if isinstance(part, int) else f".{part}" if param else part
    if first["type"] == "json_invalid" or not param:
        return body(400, _NONE)
    why = first["msg"].removeprefix("Value error, ")
    return body(400, f"`{param}`: {why}.", param)


class Route(APIRoute):
    """A route whose every error has OpenAI's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which answers instead of raising."""
        inner = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await inner(request)
            except (Refused, ClientDisconnect):
                raise  # the application counts the one, and is silent to the other
            except Exception as exc:  # noqa: BLE001 - the edge: the client gets a line, the log the details
                status, told_so = told(exc)
                headers = dict(getattr(exc, "headers", None) or {})
                return JSONResponse(told_so, status, headers)

        return handled
