"""Whether papers say a claim, and where a text stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from rag.types import CheckedClaim, QuoteSource
from ui.api.answering import run
from ui.api.rest.given import Scoped, Words
from ui.api.rest.sending import sent
from ui.api.state import Running

router = APIRouter(tags=["checking"])


class ClaimGiven(Scoped):
    """A claim. Where papers are named, each of them is judged; otherwise the nearest ones are."""

    claim: Annotated[
        Words, Field(description="One statement.", examples=["The Transformer reaches 28.4 BLEU."])
    ]


class QuoteGiven(Scoped):
    """A text whose source is looked for."""

    text: Annotated[
        Words,
        Field(description="A passage.", examples=["based solely on attention mechanisms"]),
    ]
    k: Annotated[int, Field(ge=1, le=50, description="How many places at most.")] = 5


@router.post("/check", response_model=CheckedClaim, summary="Do abstracts support a claim?")
async def check(given: ClaimGiven, request: Request, api: Running) -> Response:
    """The verdict, and what each paper says of it, with quotes.

    A small model judges, and many of its contradictions are false: compare the quote.
    """

    def checked() -> CheckedClaim:
        return api.engines.get(given.collection).check_claim(given.claim, given.scope)

    return sent(await run(api, request, checked))


@router.post("/quotes", response_model=list[QuoteSource], summary="Which paper says this?")
async def quotes(given: QuoteGiven, request: Request, api: Running) -> Response:
    """The passages of abstracts that are the text or nearly so, the most similar first."""

    def found() -> tuple[QuoteSource, ...]:
        return api.engines.get(given.collection).find_quote(given.text, given.k, given.scope)

    return sent(await run(api, request, found))
