"""Evaluate: run the question set, see the figures, and see why cases failed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from eval.cases import KINDS
from eval.corpora import papers_of
from eval.dataset import SPLITS, corpus_fingerprint
from eval.figures import kind_label
from eval.report.page import facets
from eval.report.store import PAGE
from eval.runner import Wanted
from rag.errors import FileError, InputError
from ui.web import owner
from ui.web.calls import Call, Payload, safely
from ui.web.evaluator import Evaluator
from ui.web.jobs import Progress
from ui.web.parts import HERE, QUIET, block
from ui.web.render import cases as render_cases
from ui.web.render import evaluation as render
from ui.web.render.status import progress
from ui.web.render.text import escape, failure
from ui.web.service import Service


def build(service: Service) -> None:
    """The page and its events."""
    evaluator = service.evaluator

    async def follow() -> AsyncGenerator[Payload, None]:
        async for now in evaluator.job.watch():
            yield _state_of(now)

    page = block(
        HERE / "pages" / "evaluate",
        {"run": None},
        elem_id="pc-evaluate",
        fill={"<!-- kinds -->": _kinds()},
        calls=[*_running(service, evaluator), *_showing(service, evaluator)],
        events=("follow",),
    )
    page.follow(follow, outputs=page, concurrency_limit=None, trigger_mode="multiple", **QUIET)


def _kinds() -> str:
    return "".join(
        f'<li><label><input type="checkbox" value="{kind}" checked>'
        f"<span>{escape(kind_label(kind))}</span> <i></i></label></li>"
        for kind in KINDS
    )


def _state_of(now: Progress) -> Payload:
    """How far an evaluation is, as the page gets it."""
    note = failure(*now.trouble) if now.trouble else ""
    html, stopping = progress(now), now.stopping
    return {"run": now.running, "html": html, "stopping": stopping, "note": note}


def _running(service: Service, evaluator: Evaluator) -> Sequence[Call]:
    """The calls that plan, begin and end an evaluation."""

    async def plan(asked: Payload) -> Payload:
        engine, wanted = await service.engine(), read_wanted(asked)
        papers = list(engine.papers.values())
        dataset = await asyncio.to_thread(evaluator.dataset, papers)
        chosen = dataset.select(wanted.kinds, wanted.split, wanted.limit)
        last = await asyncio.to_thread(evaluator.report)
        return {"html": render.plan(len(chosen), engine.choice, last[1] if last else None)}

    async def start(asked: Payload) -> Payload:
        engine, wanted = await service.engine(), read_wanted(asked)
        await asyncio.to_thread(evaluator.start, engine, wanted)
        return _state_of(evaluator.job.progress)

    async def stop(asked: Payload) -> Payload:
        evaluator.stop()
        return _state_of(evaluator.job.progress)

    return [safely(plan), safely(owner.alone(start)), safely(owner.alone(stop))]


def _showing(service: Service, evaluator: Evaluator) -> Sequence[Call]:
    """The calls that show the last report."""

    async def look(asked: Payload) -> Payload:
        engine = await service.engine()
        papers = list(engine.papers.values())
        dataset = await asyncio.to_thread(evaluator.dataset, papers)
        counts = Counter((case.kind, case.split) for case in dataset.cases)
        seen = _state_of(evaluator.job.progress)
        seen["counts"] = [[kind, split, n] for (kind, split), n in counts.items()]
        return seen

    async def show(asked: Payload) -> Payload:
        engine = await service.engine()
        last = await asyncio.to_thread(evaluator.report)
        if last is None:
            return {"at": None}
        at, report = last
        same = report.setup.corpus == corpus_fingerprint(list(engine.papers.values()))
        parts: dict[str, Callable[[Any], str]] = {
            "figures": render.figures,
            "kinds": render.kinds,
            "pictures": render.pictures,
            "cells": render.cells,
            "cases": render_cases.rows,
        }
        shown = {name: part(report) for name, part in parts.items()}
        shown["lead"] = render.lead(report, at, same_papers=same)
        return {"at": at, "parts": shown, "facets": facets(report), "all": len(report.cases)}

    async def open_case(asked: Payload) -> Payload:
        engine, wanted = await service.engine(), str(asked.get("id", ""))
        last = await asyncio.to_thread(evaluator.report)
        for item in last[1].cases if last else ():
            if item.case.id == wanted:
                turns = item.before or item.case.turns
                history = [{"role": turn.role, "content": turn.content} for turn in turns]
                papers = papers_of(item.case.corpus, engine.papers)
                html = render_cases.body(item, papers)
                return {"html": html, "question": item.case.question, "history": history}
        raise InputError("The last report has no such case.", "Reload the page to see it.")

    async def report_file(asked: Payload) -> Payload:
        path = evaluator.out / PAGE
        try:
            text = await asyncio.to_thread(path.read_text, "utf-8")
        except OSError as exc:
            raise FileError(f"{path} cannot be read: {exc.strerror}.", "Run it again.") from exc
        return {"name": PAGE, "type": "text/html", "text": text}

    return [safely(look), safely(show), safely(open_case), safely(report_file)]


def read_wanted(asked: Payload) -> Wanted:
    """What the page's form says. Raises InputError for values that the form cannot send."""
    kinds, split, limit = asked.get("kinds"), asked.get("split") or None, asked.get("limit")
    if not isinstance(kinds, list) or not kinds:
        raise InputError("No kind of question is chosen.", "Choose one or more.")
    if split not in (None, *SPLITS):
        raise InputError(f"There is no split {split!r}.", f"There are: {', '.join(SPLITS)}.")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        raise InputError("That is not a number of questions.", "Give one above 0, or none for all.")
    chosen = [str(kind) for kind in kinds]
    return Wanted(kinds=() if set(chosen) == set(KINDS) else chosen, split=split, limit=limit)
