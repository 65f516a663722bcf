"""Settings: which language model answers, tested before it is used, and how the window looks.

The key goes one way: it comes with the form, and the page learns only whether one is set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rag.engine import OPENAI_URL, list_models, shown_url, status_of
from rag.errors import FileError, InputError
from rag.settings import Settings
from ui.settings_form import FILE, overriding, read_form, save_form, try_form
from ui.web import owner
from ui.web.calls import Call, Payload, safely
from ui.web.parts import HERE, block
from ui.web.render import settings as render
from ui.web.render.basics.status import progress
from ui.web.render.basics.text import failure
from ui.web.render.evaluate.evaluation import NO_RESULT, last_result
from ui.web.service import Service


def build(service: Service) -> None:
    """The page. It has no events: its script calls what it needs."""
    block(HERE / "pages" / "settings", elem_id="pc-settings", calls=_calls(service))


def _in_use(service: Service) -> Payload:
    """What is in use and what is under way, as HTML by its place on the page."""
    status = service.status
    report = status_of(service.settings, read=False)
    return {
        "in_use": render.in_use(status.choice),
        "writes": status.choice is not None and status.choice.mode != "quotes",
        "trouble": failure(*status.trouble) if status.trouble else "",
        "weights": render.weights(report.weights, list_models(service.settings)[0].bytes),
        "lacks": not report.weights.on_disk and not service.fetching,
        "work": progress(status.work) if service.fetching else "",
        "facts": render.facts(report),
        "last": last_result(*last) if (last := service.evaluator.report()) else NO_RESULT,
    }


def _in_force(settings: Settings) -> render.InForce:
    return render.InForce(
        mode=settings.llm,
        url=shown_url(settings.llm_base_url or ""),
        model=settings.llm_model or "",
        top_papers=settings.top_papers,
        key_set=settings.llm_api_key is not None,
    )


def _form(service: Service) -> Payload:
    """The settings in force, without the key."""
    now = service.settings
    return {
        "mode": now.llm,
        "url": shown_url(now.llm_base_url or ""),
        "key_set": now.llm_api_key is not None,
        "model": now.llm_model or "",
        "top_papers": now.top_papers,
        "default_url": OPENAI_URL,
        "file": str(FILE.resolve()),
        "why_not": owner.closed("change these settings"),
        "as_set": render.as_set(_in_force(now)),
        "rights": render.rights(guest=not owner.at_the_machine()),
    }


def _calls(service: Service) -> Sequence[Call]:
    async def look(asked: Payload) -> Payload:
        return {**_form(service), "seen": await asyncio.to_thread(_in_use, service)}

    async def check_index(asked: Payload) -> Payload:
        """The facts again, once the index was read; of many papers that takes seconds."""
        report = await asyncio.to_thread(status_of, service.settings)
        return {"facts": render.facts(report)}

    async def try_endpoint(asked: Payload) -> Payload:
        tried = await asyncio.to_thread(try_form, asked, service.settings)
        if tried.trouble is None:
            html = render.answered(tried.model, tried.seconds)
        else:
            html = render.faulty(tried.trouble.what, tried.trouble.remedy, tried.trouble.fault)
        return {"html": html, "models": list(tried.models), "good": tried.trouble is None}

    async def save(asked: Payload) -> Payload:
        before = service.settings
        settings = read_form(asked, before)
        await asyncio.to_thread(service.apply, settings)
        made = render.changes(
            _in_force(before),
            _in_force(settings),
            new_key=before.llm_api_key != settings.llm_api_key,
        )
        try:
            path = save_form(settings)
        except (FileError, InputError) as exc:
            return {**_form(service), "html": failure(f"In use now, but {exc.what}", exc.remedy)}
        return {**_form(service), "html": render.saved(made, str(path), overriding(settings))}

    async def fetch(asked: Payload) -> Payload:
        service.fetch()
        return {}

    mine = map(owner.alone, (try_endpoint, save, fetch))
    return [safely(call) for call in (look, check_index, *mine)]
