"""`paperchat eval`: run the question set, write the report, compare and gate."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.dataset import QUESTIONS, Dataset
from eval.engines.paperchat import paperchat
from eval.gates import compare_with, load_baseline
from eval.report.page import render_markdown
from eval.report.store import PAGE, write_report
from eval.results import Answerer, Report, report_json
from eval.runner import PAPERCHAT, Task, Wanted, setup_of
from eval.runner import evaluate as run
from rag.engine import Engine
from rag.errors import InputError, PaperchatError, SettingsError
from rag.settings import Settings
from ui.progress import bar
from ui.show import as_json

if TYPE_CHECKING:
    from rag.models.chat import ChatModel

CITATION_QUERY_ENGINE = "citation-query-engine"
_ENGINES = (PAPERCHAT, CITATION_QUERY_ENGINE)


def evaluate(settings: Settings, wanted: Wanted, out: Path, *, json: bool) -> int:
    """Run and write; returns the exit status, 1 below a floor or worse than the baseline."""
    engines = _engines(wanted.engines)
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(settings))
        engine.folder.require(engine.identity)
        papers = engine.folder.papers()
        cases = Dataset.load(wanted.questions or QUESTIONS, papers)
        dataset = cases.select(wanted.kinds, wanted.split, wanted.limit)
        choice = engine.choice
        print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
        if choice.mode == "quotes" and CITATION_QUERY_ENGINE in engines:
            raise InputError(
                f"The engine {CITATION_QUERY_ENGINE} needs a language model.",
                "Use --llm local or --llm openai.",
            )
        setup = setup_of(dataset, papers, choice, engines[0])
        before = load_baseline(wanted.baseline, setup) if wanted.baseline else None
        judge = _judge(settings, opened) if wanted.judge else None
        model = engine.assistant.choice.model
        setup = replace(setup, model=model, judge=judge.name if judge else "")
        report, *others = [
            _drained(
                Task(
                    dataset,
                    _answerer(name, engine, judge),
                    replace(setup, engine=name),
                    engine,
                    out,
                    wanted,
                    compare=name == engines[0],
                )
            )
            for name in engines
        ]
        report = compare_with(report, before) if before else report
        beside = others[0] if others else None
        write_report(out, report, papers, beside)
    shown = as_json(_contract(report, beside)) if json else None
    print(shown or render_markdown(report, beside, timings=True))
    print(f"report: {out / PAGE}", file=sys.stderr)
    return 0 if report.passed else 1


def evaluate_beir(settings: Settings, folder: Path, split: str, *, json: bool) -> int:
    """Retrieval figures on a BEIR folder, in an index apart from the user's own."""
    from eval.beir import beir_json, beir_markdown, run_beir

    with (
        bar("Indexing", unit="documents") as indexing,
        bar("Asking", unit="queries") as asking,
    ):
        report = run_beir(folder, split, settings, indexing, asking)
    print(as_json(beir_json(report)) if json else beir_markdown(report))
    return 0


def _engines(names: Sequence[str]) -> Sequence[str]:
    for name in names:
        if name not in _ENGINES:
            raise InputError(f"There is no engine {name!r}.", f"There are: {', '.join(_ENGINES)}.")
    return tuple(dict.fromkeys(names)) or (PAPERCHAT,)


def _judge(settings: Settings, opened: ExitStack) -> ChatModel:
    """The model at the configured endpoint, whatever model answers."""
    from rag.models.choice import choose_model, open_chat

    endpoint = settings.model_copy(update={"llm": "openai"})
    chat = open_chat(endpoint, choose_model(endpoint), ())
    if chat is None:
        raise SettingsError("A judge needs an endpoint.", "Set PAPERCHAT_LLM_BASE_URL.")
    return opened.enter_context(closing(chat))


def _answerer(name: str, engine: Engine, judge: ChatModel | None) -> Answerer:
    answerer = paperchat(engine)
    chat, choice = engine.assistant.chat, engine.assistant.choice
    if name == CITATION_QUERY_ENGINE and chat is not None:
        from eval.engines.citation_engine import citation_query_engine

        answerer = citation_query_engine(engine.library, chat.endpoint, chat.name, choice)
    if judge is None:
        return answerer
    from eval.engines.judges import judged

    return judged(answerer, judge.endpoint, judge.name, engine.library.by_id)


def _drained(task: Task) -> Report:
    """The report of a task, with a progress bar for each of its stages."""
    with (
        bar(f"Asking {task.setup.engine}", unit="questions") as asking,
        bar("Comparing", unit="papers") as comparing,
    ):
        for step in run(task):
            if isinstance(step, Report):
                return step
            (asking if step.stage == "asking" else comparing)(step.done, step.total)
    raise PaperchatError("The evaluation did not finish.")


def _contract(report: Report, beside: Report | None) -> dict[str, Any]:
    """The contract's ``eval --json``; with a second engine, its figures too."""
    plain = report_json(report)
    cells: dict[str, Any] = {
        name: plain[name] for name in ("by_aspect", "not_compared") if name in plain
    }
    return {
        "figures": plain["figures"],
        "by_kind": plain["by_kind"],
        "floors": {
            f.name: {"bound": f.bound, "value": f.value, "kept": f.kept} for f in report.floors
        },
        "regressions": [asdict(change) for change in report.changes if change.regression],
        "mode": report.setup.mode,
        "model": report.setup.model,
        "seconds": report.seconds,
        **cells,
        **({"beside": _beside(beside)} if beside else {}),
    }


def _beside(report: Report) -> dict[str, Any]:
    plain = report_json(report)
    return {"engine": report.setup.engine, "figures": plain["figures"], "seconds": report.seconds}
