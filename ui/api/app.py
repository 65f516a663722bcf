"""The API as one FastAPI application, not yet behind its gate."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from ui.api import page
from ui.api.openai.router import router as openai
from ui.api.problems import TYPE, Problem, add_handlers
from ui.api.rest import about, adding, asking, checking, papers
from ui.api.routes import OPENAI, PREFIX
from ui.api.state import Api
from ui.web.gate.metrics import CONTENT_TYPE

_ABOUT = """Answers about paper abstracts: every sentence is bound to a verbatim quote.

On the machine itself no key is needed; elsewhere send `Authorization: Bearer KEY`
(`paperchat keys add NAME` makes one). What goes wrong comes as problem JSON."""


_PROBLEM = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def application(api: Api) -> FastAPI:
    """All routes of the API. Its handlers rely on what the gate notes in ``scope["state"]``."""
    app = FastAPI(
        title="paperchat",
        version=version("paperchat"),
        description=_ABOUT,
        docs_url=None,  # FastAPI's pages load scripts of another host
        redoc_url=None,
        responses={"default": {"model": Problem, "description": "A problem"}},
        separate_input_output_schemas=False,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,  # what generated clients call it
    )
    app.state.api = api
    for router in (asking, checking, papers, adding, about):
        app.include_router(router.router, prefix=PREFIX)
    app.include_router(openai(api.engines))
    _add_plain(app, api)
    add_handlers(app, api.metrics)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _add_plain(app: FastAPI, api: Api) -> None:
    """What is no part of the interface: its page, and what watches the server."""

    async def health(request: Request) -> Response:
        ready = api.engines.ready
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    async def figures(request: Request) -> Response:
        return Response(api.metrics.text(), media_type=CONTENT_TYPE)

    async def docs(request: Request) -> Response:
        return page.response(app.openapi())

    app.add_route("/healthz", health)
    app.add_route("/metrics", figures)
    app.add_route("/docs", docs)


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; problems have a content type of their own."""
    if app.openapi_schema is None:
        made = FastAPI.openapi(app)
        for path, operations in made["paths"].items():
            for operation in operations.values():
                said = operation["responses"]
                said.pop("422", None)  # FastAPI's, which is none of ours
                if not path.startswith(OPENAI):  # whose errors have a shape of their own
                    said["default"]["content"] = _PROBLEM
        made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{}, {"key": []}]
        schemas = made["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = made
    return app.openapi_schema
