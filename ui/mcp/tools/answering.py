"""The tools that answer: ask, which_papers, check_claim, compare_papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Annotated

from mcp_types import CallToolResult
from pydantic import Field

from rag.engine import ASPECTS, Aspect, Engine, PaperSelection, choose_columns
from rag.errors import InputError
from rag.types import (
    Answer,
    Compared,
    Comparison,
    Finished,
    Row,
    Scope,
    Searched,
    Sentence,
    Turn,
)
from ui.mcp.calls import Call, Ctx, Desk
from ui.mcp.tools.naming import ids_of
from ui.mcp.tools.parameters import (
    Authors,
    FirstYear,
    LastYear,
    MaxTokens,
    PaperIds,
    Tags,
    Venues,
    Words,
    scope_of,
)
from ui.mcp.tools.shapes import Answered, CheckedText, ComparedPapers, PaperList
from ui.mcp.tools.shaping import answered, checked, compared, listed

_LISTS = ("list", "count", "records", "collection")  # intents whose answer is a list of papers


class AnswerTools:
    """Each method is a tool; its docstring is what an agent reads about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(
        self,
        context: Ctx,
        question: Annotated[str, Field(description="One question about the papers, in words.")],
        history: Annotated[
            tuple[Turn, ...],
            Field(max_length=100, description="What was said before; it may be a follow-up."),
        ] = (),
        papers: PaperIds = (),
        first_year: FirstYear = None,
        last_year: LastYear = None,
        authors: Authors = (),
        venues: Venues = (),
        tags: Tags = (),
        max_tokens: MaxTokens = 6_000,
    ) -> Annotated[CallToolResult, Answered]:
        """Answer a question from the papers: checked claims, each bound to verbatim quotes.

        Every claim names its citations, and every quote its place in the abstract. If the papers do
        not answer it, `abstained` is true: `reason` is "not_in_corpus" (no paper is about it),
        "not_in_abstracts" (papers are, but their abstracts do not say), "weak_evidence" or
        "model_found_none", and `nearest` has papers to look at. Tell the user so.
        """

        def work(call: Call) -> Answered:
            named = ids_of(call.engine(), papers)
            scope = scope_of(named, first_year, last_year, authors, venues, tags)
            answer = _ask(call, call.writer(), question, history, scope)
            return answered(answer, max_tokens, call.papers.trouble)

        return await self._desk.run(context, work, waits=self._desk.asks_model)

    async def which_papers(
        self,
        context: Ctx,
        question: Annotated[
            str,
            Field(description='"Which papers use diffusion models?", a topic, or any question.'),
        ],
        first_year: FirstYear = None,
        last_year: LastYear = None,
        authors: Authors = (),
        venues: Venues = (),
        tags: Tags = (),
        max_tokens: MaxTokens = 8_000,
    ) -> Annotated[CallToolResult, PaperList]:
        """List all papers of the library on a topic, with how many were examined and matched.

        Use it for "which papers ...", "list all ...", "how many ...": unlike a search it decides
        which papers belong there. `coverage.matched` counts all of them, also those not shown;
        `maybe` has doubtful ones.
        """

        def work(call: Call) -> PaperList:
            scope = scope_of((), first_year, last_year, authors, venues, tags)
            answer = _list(call, call.writer(), question, scope)
            return listed(answer, max_tokens, call.papers.trouble)

        return await self._desk.run(context, work, waits=self._desk.asks_model)

    async def check_claim(
        self,
        context: Ctx,
        claim: Annotated[Words, Field(description="One statement, in words.")],
        papers: PaperIds = (),
        max_tokens: MaxTokens = 4_000,
    ) -> Annotated[CallToolResult, CheckedText]:
        """Check a statement against the abstracts: supported, partly, contradicted or not_found.

        Use it before you state something about the papers, and for each sentence of a draft. With
        `papers` each of these is judged; otherwise the nearest ones are read. "not_found" means
        that these abstracts do not say it, not that it is false. A small model judges, and many of
        its contradictions are false: compare the quote before you repeat a verdict.
        """

        def work(call: Call) -> CheckedText:
            engine = call.engine()
            found = engine.check_claim(claim, Scope(ids_of(engine, papers)))
            return checked(found, max_tokens)

        return await self._desk.run(context, work)

    async def compare_papers(
        self,
        context: Ctx,
        papers: Annotated[
            tuple[str, ...], Field(max_length=50, description="Papers to compare, by id or title.")
        ] = (),
        about: Annotated[
            str | None, Field(description="Or a question: the papers that it is about.")
        ] = None,
        aspects: Annotated[
            tuple[str, ...],
            Field(
                description="Columns: any of "
                + ", ".join(aspect.label for aspect in ASPECTS)
                + "; or your own, in words. Empty: all of these."
            ),
        ] = (),
        statements: Annotated[
            tuple[str, ...],
            Field(description="More columns: which papers support or contradict this statement?"),
        ] = (),
        max_tokens: MaxTokens = 10_000,
    ) -> Annotated[CallToolResult, ComparedPapers]:
        """Compare 2 to 50 papers in a table: what each abstract says about each aspect.

        Every cell has its quotes, or is "not_stated". Give `papers`, or `about`, or only
        `statements` to find the papers nearest to them.
        """

        def work(call: Call) -> ComparedPapers:
            if not (papers or about or statements):
                raise InputError("No papers are named.", "Give `papers`, `about` or `statements`.")
            columns = choose_columns(aspects, statements) or ASPECTS
            said = tuple(column.label for column in columns if column.kind == "statement")
            selection = PaperSelection(papers, about, None, said)
            engine = call.writer()
            chosen, _ = engine.papers_for(selection)
            ids = [paper.paper_id for paper in chosen]
            made = _compare(call, engine, ids, columns)
            return compared(made, max_tokens, call.papers.trouble)

        return await self._desk.run(context, work, waits=self._desk.asks_model)


def _ask(
    call: Call, engine: Engine, question: str, history: Sequence[Turn], scope: Scope
) -> Answer:
    """The whole answer; the client hears of every step."""
    answer = _answer_if(call, engine, question, history, scope, lambda searched: True)
    assert answer is not None, "the stream of an answer ends with it"
    return answer


def _answer_if(
    call: Call,
    engine: Engine,
    question: str,
    history: Sequence[Turn],
    scope: Scope,
    wanted: Callable[[Searched], bool],
) -> Answer | None:
    """The answer; None, before anything is written, where it is not ``wanted``."""
    with closing(engine.stream(question, history=history, scope=scope)) as events:
        for event in events:
            call.check()
            if isinstance(event, Searched):
                call.tell("The evidence is found")
                if not wanted(event):
                    return None
            elif isinstance(event, Sentence):
                call.tell("A sentence is checked")
            elif isinstance(event, Finished):
                return event.answer
    return None


def _list(call: Call, engine: Engine, question: str, scope: Scope) -> Answer:
    """The list for a question, or for a topic that does not ask for one by itself."""

    def lists(searched: Searched) -> bool:
        return searched.intent in _LISTS

    answer = _answer_if(call, engine, question, (), scope, lists)
    if answer is not None:
        return answer
    topic = " ".join(question.split()).replace('"', "'")
    # In quotation marks, since the topic may be a whole question: "What is SINet?".
    return _ask(call, engine, f'Which papers are about "{topic}"?', (), scope)


def _compare(
    call: Call, engine: Engine, paper_ids: list[str], columns: tuple[Aspect, ...]
) -> Comparison:
    done = 0
    with closing(engine.stream_comparison(paper_ids, columns)) as events:
        for event in events:
            call.check()
            if isinstance(event, Row):
                done += 1
                call.tell("A paper is compared", done, len(paper_ids))
            elif isinstance(event, Compared):
                return event.comparison
    raise AssertionError("the stream of a comparison ends with it")
