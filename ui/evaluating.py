"""`paperchat eval`: run the question set, write the report, compare and gate."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.baseline import compare_with, load_baseline
from eval.cases import QUESTIONS, load_cases
from eval.engines import CITATION_QUERY_ENGINE, PAPERCHAT, Engine, paperchat_engine
from eval.kept import PAGE, write_report
from eval.report import render_markdown
from eval.results import Report
from eval.run import report_json
from eval.session import Task, Wanted, choose_cases, evaluating, setup_of
from rag import wiring
from rag.errors import InputError, PaperchatError, SettingsError
from rag.settings import Settings
from ui.progress import bar
from ui.show import as_json

if TYPE_CHECKING:
    from rag.answering.flow import Assistant
    from rag.comparing.flow import Comparer
    from rag.models.chat import ChatModel

_ENGINES = (PAPERCHAT, CITATION_QUERY_ENGINE)


def evaluate(settings: Settings, wanted: Wanted, out: Path, *, json: bool) -> int:
    """Run and write; returns the exit status, 1 below a floor or worse than the baseline."""
    engines = _engines(wanted.engines)
    papers = _papers(settings)
    cases = choose_cases(load_cases(wanted.questions or QUESTIONS, papers), wanted)
    choice = wiring.choose(settings)
    print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
    if choice.mode == "quotes" and CITATION_QUERY_ENGINE in engines:
        raise InputError(
            f"The engine {CITATION_QUERY_ENGINE} needs a language model.",
            "Use --llm local or --llm openai.",
        )
    setup = setup_of(cases, papers, choice, engines[0])
    before = load_baseline(wanted.baseline, setup) if wanted.baseline else None
    with ExitStack() as opened:
        judge = _judge(settings, opened) if wanted.judge else None
        assistant = opened.enter_context(closing(wiring.open_assistant(settings)))
        judged_by = judge.name if judge else ""
        setup = replace(setup, model=assistant.choice.model, judge=judged_by)
        library, chat = assistant.library, assistant.chat

        def comparer() -> Comparer:
            made = wiring.comparer(settings, library, chat, assistant.choice)
            return opened.enter_context(closing(made))

        report, *others = [
            _drained(
                Task(
                    cases,
                    _engine(name, assistant, judge),
                    replace(setup, engine=name),
                    library,
                    out,
                    wanted,
                    comparer if name == engines[0] else None,
                )
            )
            for name in engines
        ]
        report = compare_with(report, before) if before else report
        beside = others[0] if others else None
        write_report(out, report, library.papers, beside)
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
    endpoint = settings.model_copy(update={"llm": "openai"})
    chat = wiring.open_chat(endpoint, wiring.choose(endpoint))
    if chat is None:
        raise SettingsError("A judge needs an endpoint.", "Set PAPERCHAT_LLM_BASE_URL.")
    return opened.enter_context(closing(chat))


def _engine(name: str, assistant: Assistant, judge: ChatModel | None) -> Engine:
    engine = paperchat_engine(assistant)
    if name == CITATION_QUERY_ENGINE and assistant.chat is not None:
        from eval.citation_engine import citation_query_engine

        engine = citation_query_engine(
            assistant.library, assistant.chat.endpoint, assistant.chat.name, assistant.choice
        )
    if judge is None:
        return engine
    from eval.judges import judged_engine

    return judged_engine(engine, judge.endpoint, judge.name, assistant.library.by_id)


def _drained(task: Task) -> Report:
    """The report of a task, with a progress bar for each of its stages."""
    with (
        bar(f"Asking {task.setup.engine}", unit="questions") as asking,
        bar("Comparing", unit="papers") as comparing,
    ):
        for step in evaluating(task):
            if isinstance(step, Report):
                return step
            (asking if step.stage == "asking" else comparing)(step.done, step.total)
    raise PaperchatError("The evaluation did not finish.")


def _papers(settings: Settings) -> Any:
    wiring.check_index(settings)
    return wiring.index_folder(settings).papers()


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
