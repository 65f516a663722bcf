"""The calls by which the Evaluate page writes, opens and deletes a collection's own questions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from eval.cases import Case, complaints
from eval.own import LONGEST, Problem, own_case, read_own, template
from rag.errors import InputError
from rag.types import Paper
from ui.questions import add_cases, questions_file, remove_case
from ui.web import owner
from ui.web.calls import Call, Payload, safely
from ui.web.render.evaluate import questions as render
from ui.web.service import Service

_SHOWN = 10  # problems of a file


def calls(service: Service) -> Sequence[Call]:
    """What the page's script may call; what changes the questions is the owner's."""

    def library() -> Mapping[str, Paper]:
        return service.opened().papers

    async def find_titles(asked: Payload) -> Payload:
        engine, text = await service.engine(), str(asked.get("text", ""))[:LONGEST]
        found = await asyncio.to_thread(engine.papers_named, text)
        return {"papers": [{"id": paper.paper_id, "title": paper.title} for paper in found]}

    async def add_question(asked: Payload) -> Payload:
        case = _read(asked, library())
        await asyncio.to_thread(add_cases, questions_file(service.index), [case])
        return {"html": render.added(1)}

    async def add_file(asked: Payload) -> Payload:
        name, text = str(asked.get("name", "")), str(asked.get("text", ""))
        cases, problems = await asyncio.to_thread(read_own, name, text, library())
        if problems:
            return {"failure": render.problems(name, problems[:_SHOWN], _more(problems))}
        await asyncio.to_thread(add_cases, questions_file(service.index), cases)
        return {"html": render.added(len(cases))}

    async def remove_question(asked: Payload) -> Payload:
        await asyncio.to_thread(remove_case, questions_file(service.index), str(asked.get("id")))
        return {}

    async def template_file(asked: Payload) -> Payload:
        form = "jsonl" if asked.get("form") == "jsonl" else "csv"
        text = template(form, list(library().values()))
        kind = "text/csv" if form == "csv" else "application/jsonl"
        return {"name": f"questions.{form}", "type": kind, "text": text}

    mine = map(owner.alone, (add_question, add_file, remove_question))
    return [safely(call) for call in (find_titles, template_file, *mine)]


def _read(asked: Payload, papers: Mapping[str, Paper]) -> Case:
    """The question that the form has. Raises InputError for one that cannot be judged."""
    question = str(asked.get("question", "")).strip()
    if not question:
        raise InputError("There is no question yet.", "Write one.")
    if len(question) > LONGEST:
        raise InputError(f"A question has at most {LONGEST:,} characters.", "Shorten it.")
    ids = [str(i) for i in asked.get("papers") or ()]
    words = [word.strip() for word in str(asked.get("says", "")).split(";")]
    says = [alternatives.split("|") for alternatives in words if alternatives]
    declined = bool(asked.get("declined"))
    if declined and (ids or says):
        raise InputError("A question without an answer has no papers.", "Take them out.")
    case = own_case(question, ids, says, declined=declined)
    for complaint in complaints(case, papers):
        raise InputError(f"This cannot be expected: {complaint}.", "Correct it.")
    return case


def _more(problems: Sequence[Problem]) -> int:
    return max(0, len(problems) - _SHOWN)
