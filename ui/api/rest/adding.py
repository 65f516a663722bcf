"""Adding papers: files are sent first, a job then reads them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as PathPart
from pydantic import Field
from starlette.responses import Response

from rag.errors import InputError
from ui.api.jobs import Job
from ui.api.problems import Conflict, Unknown
from ui.api.rest.given import Given
from ui.api.rest.sending import sent
from ui.api.routes import PREFIX
from ui.api.state import Api, Running
from ui.cli.terminal.output import ledger_json
from ui.web.gate.refused import Refused
from ui.web.library.uploads import name_of

router = APIRouter(tags=["adding papers"])
Name = Annotated[str, PathPart(description="What the file is called, perhaps with folders.")]
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
Id = Annotated[str, PathPart(description="A job's id.")]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that waits for a job. ``file`` is what to name it by in `ingest`."""

    file: str
    name: str


class IngestGiven(Given):
    """What to add."""

    files: Annotated[tuple[str, ...], Field(max_length=1000, description="From PUT files.")] = ()
    references: Annotated[
        tuple[str, ...],
        Field(max_length=1000, description="arXiv ids, DOIs.", examples=[["arxiv:1706.03762"]]),
    ] = ()
    create: Annotated[bool, Field(description="The collection may be a new one.")] = False


@router.put(
    "/files/{name:path}",
    response_model=StoredFile,
    status_code=201,
    summary="Send a file",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
async def store(name: Name, request: Request, api: Running) -> Response:
    """The body is the file: BibTeX, RIS, PubMed, CSV, JSON, an archive of them, and more. Needs a
    key that may write."""
    named = name_of(name)
    if not named:
        raise InputError("The file has no name.", "Put it at the end of the address.")
    try:
        token = await api.uploads.store(named, request.stream())
    except InputError as exc:
        raise Refused(413, "size", str(exc)) from exc
    return sent(StoredFile(token, named), 201)


@router.post("/ingest", response_model=Job, status_code=202, summary="Begin to add papers")
async def ingest(given: IngestGiven, api: Running) -> Response:
    """Files and references become a job. A file with the name of an earlier one replaces its papers
    if it repeats most of them. Needs a key that may write."""
    if not given.files and not given.references:
        raise InputError("There is nothing to add.", "Give files or references.")
    engine = await asyncio.to_thread(api.engines.unopened, given.collection, create=given.create)
    with api.uploads.taking(given.files) as uploads:
        name = given.collection or api.engines.own
        try:
            job = api.jobs.start(name, engine, uploads, given.references)
        except InputError as exc:
            raise Refused(429, "busy", str(exc), ((b"retry-after", b"30"),)) from exc
    return sent(_plain(job), 202, {"location": f"{PREFIX}/jobs/{job.id}"})


@router.get("/jobs", response_model=list[Job], summary="The jobs")
async def jobs(api: Running) -> Response:
    """The last hundred, the newest first."""
    return sent([_plain(job) for job in api.jobs.all()])


@router.get("/jobs/{id}", response_model=Job, summary="One job")
async def job(id: Id, api: Running) -> Response:
    """How far it is, and once it is over, its report (as `paperchat ingest --json`) or error."""
    return sent(_plain(_job(api, id)))


@router.delete("/jobs/{id}", response_model=Job, status_code=202, summary="Cancel a job")
async def cancel(id: Id, api: Running) -> Response:
    """It ends soon; what is indexed by then stays. Needs a key that may write."""
    _job(api, id)
    if not api.jobs.cancel(id):
        raise Conflict("This job is over already.", "There is nothing to cancel.")
    return sent(_plain(_job(api, id)), 202)


def _job(api: Api, id: str) -> Job:
    found = api.jobs.get(id)
    if found is None:
        raise Unknown(f"There is no job {id!r}.", f"GET {PREFIX}/jobs lists them.")
    return found


def _plain(job: Job) -> dict[str, Any]:
    from dataclasses import asdict

    ledger = ledger_json(job.ledger) if job.ledger else None
    return {**asdict(job), "ledger": ledger}
