"""Evaluate: how good are the answers? Questions are asked, and their answers looked at.

They are delivered with their papers, written by the owner, rated in Chat, or made of titles.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

from eval.cases import KINDS
from eval.corpora import papers_of
from eval.dataset import SPLITS, corpus_fingerprint
from eval.report.store import PAGE
from eval.runner import Wanted
from eval.scoring.figures import kind_label
from rag.errors import FileError, InputError
from ui.web import own_questions, owner
from ui.web.calls import Call, Payload, safely
from ui.web.evaluator import SOURCES, Source
from ui.web.jobs import Progress
from ui.web.parts import HERE, block
from ui.web.render.basics.status import progress
from ui.web.render.basics.text import escape, failure, note
from ui.web.render.evaluate import cases as render_cases
from ui.web.render.evaluate import evaluation as render
from ui.web.render.evaluate import questions
from ui.web.service import Service

# Kinds of which the delivered set has no question, so that nobody chooses them.
_NOT_DELIVERED = frozenset(("own", "feedback"))


def build(service: Service) -> None:
    """The page. It has no events: its script asks how far an evaluation is."""
    block(
        HERE / "pages" / "evaluate",
        elem_id="pc-evaluate",
        fill={"<!-- kinds -->": _kinds()},
        calls=[*_running(service), *_showing(service), *own_questions.calls(service)],
    )


def _kinds() -> str:
    return "".join(
        f'<li><label><input type="checkbox" value="{kind}" checked>'
        f"<span>{escape(kind_label(kind))}</span> <i></i><small></small></label></li>"
        for kind in KINDS
        if kind not in _NOT_DELIVERED
    )


def _state_of(now: Progress) -> Payload:
    """How far an evaluation is, as the page gets it."""
    return {
        "run": now.running,
        "html": progress(now),
        "stopping": now.stopping,
        "note": failure(*now.trouble) if now.trouble else "",
    }


def _running(service: Service) -> Sequence[Call]:
    """The calls that plan, begin, follow and end an evaluation."""
    evaluator = service.evaluator

    async def plan(asked: Payload) -> Payload:
        engine, source, wanted = await service.engine(), _source(asked), read_wanted(asked)
        chosen = await asyncio.to_thread(evaluator.select, engine, source, wanted)
        last = await asyncio.to_thread(evaluator.report)
        return {"html": render.plan(len(chosen), engine.choice, last[1] if last else None)}

    async def start(asked: Payload) -> Payload:
        engine, source, wanted = await service.engine(), _source(asked), read_wanted(asked)
        await asyncio.to_thread(evaluator.start, engine, source, wanted)
        return _state_of(evaluator.job.progress)

    async def far(asked: Payload) -> Payload:
        return _state_of(evaluator.job.progress)

    async def stop(asked: Payload) -> Payload:
        evaluator.stop()
        return _state_of(evaluator.job.progress)

    return [safely(call) for call in (plan, far, owner.alone(start), owner.alone(stop))]


def _showing(service: Service) -> Sequence[Call]:
    """The calls that show what can be asked, and the last report."""
    evaluator = service.evaluator

    async def look(asked: Payload) -> Payload:
        engine, closed = await service.engine(), owner.closed("start a run or change the questions")
        found = await asyncio.to_thread(evaluator.sources, engine)
        thumbs = Counter(questions.rating(case)[0] for case in found["rated"])
        kinds = Counter((case.kind, case.split) for case in found["delivered"])
        return {
            **_state_of(evaluator.job.progress),
            "closed": note(closed) if closed else "",
            "sources": {name: len(cases) for name, cases in found.items()},
            "counts": [[kind, split, n] for (kind, split), n in kinds.items()],
            "examples": {case.kind: case.question for case in reversed(found["delivered"])},
            "thumbs": [thumbs["up"], thumbs["down"]],
            "lists": {
                "own": questions.own(found["own"], engine.papers, mine=not closed),
                "rated": questions.rated(found["rated"]),
                "made": questions.made(found["made"]),
            },
        }

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
        return {
            "at": at,
            "parts": shown,
            "wrong": render_cases.faults(report),
            "all": len(report.cases),
        }

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


def _source(asked: Payload) -> Source:
    source = asked.get("source", SOURCES[0])
    if source not in SOURCES:
        raise InputError("There are no such questions.", f"There are: {', '.join(SOURCES)}.")
    return cast(Source, source)


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
    every = {*chosen} >= {*KINDS} - _NOT_DELIVERED
    return Wanted(kinds=() if every else chosen, split=split, limit=limit)
