"""`paperchat eval`: run the question set and check its figures against floors and a baseline."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import InputError, PaperchatError
from ui.cli.terminal.options import AsJson, Index, Llm, Verbose, settings_of, wrong_usage

if TYPE_CHECKING:
    from eval.runner import Task, Wanted
    from eval.scoring.results import Answerer, Report
    from rag.engine import ChatModel, Engine
    from rag.settings import Settings

_CITATION_QUERY_ENGINE = "citation-query-engine"


def evaluate(
    questions: Annotated[
        Path | None, typer.Option(help="A .jsonl file or a folder of them.")
    ] = None,
    llm: Llm = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="A report.json to compare with.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only this kind of question; single is all single questions."),
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="dev or test; with --beir the name of its qrels.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many questions.")] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(help="paperchat or citation-query-engine; give both to compare them."),
    ] = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="Also ask the configured endpoint for its opinion.")
    ] = False,
    comparisons: Annotated[
        bool, typer.Option("--comparisons", help="Compare papers even if that takes long.")
    ] = False,
    beir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Retrieval figures on a BEIR folder instead.")
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Run the question set and write a report; exit status 1 if it falls short."""
    settings = settings_of(index, verbose, llm=llm)
    if beir is not None:
        if questions or baseline or kind or limit or engine or judge or comparisons:
            wrong_usage("--beir goes only with --split and --json", "eval")
        raise typer.Exit(evaluate_beir(settings, beir, split or "test", json=json))
    from eval.runner import Wanted

    wanted = Wanted(questions, kind or (), split, limit, engine or (), judge, baseline, comparisons)
    raise typer.Exit(run(settings, wanted, out or settings.report, json=json))


def run(settings: Settings, wanted: Wanted, out: Path, *, json: bool) -> int:
    """Run the question set and write its report to ``out``.

    Returns the exit status: 1 if a floor is broken or a figure is worse than the baseline.
    """
    from eval.dataset import QUESTIONS, Dataset
    from eval.report.page import render_markdown
    from eval.report.store import PAGE, write_report
    from eval.runner import Task, setup_of
    from eval.scoring.gates import compare_with, load_baseline
    from rag.engine import Engine, open_endpoint
    from ui.exports.json_text import as_json

    names = _engines(wanted.engines)
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(settings))
        engine.check_index()
        papers = engine.folder.papers()
        every = Dataset.load(wanted.questions or QUESTIONS, papers)
        # The other engine has neither conversations nor metadata: it is asked single questions.
        kinds = wanted.kinds or (["single"] if _CITATION_QUERY_ENGINE in names else ())
        dataset = every.select(kinds, wanted.split, wanted.limit)
        choice = engine.choice
        print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
        if choice.mode == "quotes" and _CITATION_QUERY_ENGINE in names:
            raise InputError(
                f"The engine {_CITATION_QUERY_ENGINE} needs a language model.",
                "Use --llm local or --llm openai.",
            )
        setup = setup_of(dataset, papers, choice, names[0])
        before = load_baseline(wanted.baseline, setup) if wanted.baseline else None
        judge = opened.enter_context(closing(open_endpoint(settings))) if wanted.judge else None
        setup = replace(
            setup, model=engine.assistant.choice.model, judge=judge.name if judge else ""
        )
        report, *others = [
            _report_of(
                Task(
                    dataset,
                    _answerer(name, engine, judge),
                    replace(setup, engine=name),
                    engine,
                    out,
                    wanted,
                    compare=name == names[0],
                )
            )
            for name in names
        ]
        report = compare_with(report, before) if before else report
        beside = others[0] if others else None
        write_report(out, report, papers, beside)
    shown = as_json(_contract(report, beside)) if json else None
    print(shown or render_markdown(report, beside, timings=True))
    print(f"report: {out / PAGE}", file=sys.stderr)
    return 0 if report.passed else 1


def evaluate_beir(settings: Settings, folder: Path, split: str, *, json: bool) -> int:
    """Print retrieval figures of a BEIR folder, which gets an index of its own; returns 0."""
    from eval.beir import beir_json, beir_markdown, run_beir
    from ui.cli.terminal.progress import bar
    from ui.exports.json_text import as_json

    with (
        bar("Indexing", unit="documents") as indexing,
        bar("Asking", unit="queries") as asking,
    ):
        report = run_beir(folder, split, settings, indexing, asking)
    print(as_json(beir_json(report)) if json else beir_markdown(report))
    return 0


def _engines(names: Sequence[str]) -> Sequence[str]:
    from eval.runner import PAPERCHAT

    known = (PAPERCHAT, _CITATION_QUERY_ENGINE)
    for name in names:
        if name not in known:
            raise InputError(f"There is no engine {name!r}.", f"There are: {', '.join(known)}.")
    return tuple(dict.fromkeys(names)) or (PAPERCHAT,)


def _answerer(name: str, engine: Engine, judge: ChatModel | None) -> Answerer:
    """The engine of this name as an answerer; a judge, if any, scores its answers."""
    from eval.engines.paperchat import paperchat

    answerer = paperchat(engine)
    chat, choice = engine.assistant.chat, engine.assistant.choice
    if name == _CITATION_QUERY_ENGINE and chat is not None:
        from eval.engines.citation_engine import citation_query_engine

        answerer = citation_query_engine(engine.library, chat.endpoint, chat.name, choice)
    if judge is None:
        return answerer
    from eval.engines.judges import judged

    return judged(answerer, judge.endpoint, judge.name, engine.papers)


def _report_of(task: Task) -> Report:
    """The report of a task, with a progress bar for each of its stages."""
    from eval.runner import evaluate as run_task
    from eval.scoring.results import Report
    from ui.cli.terminal.progress import bar

    with (
        bar(f"Asking {task.setup.engine}", unit="questions") as asking,
        bar("Comparing", unit="papers") as comparing,
    ):
        for step in run_task(task):
            if isinstance(step, Report):
                return step
            (asking if step.stage == "asking" else comparing)(step.done, step.total)
    raise PaperchatError("The evaluation did not finish.")


def _contract(report: Report, beside: Report | None) -> dict[str, Any]:
    """The contract's ``eval --json``; with a second engine, its figures too."""
    from eval.scoring.results import report_json

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
    from eval.scoring.results import report_json

    plain = report_json(report)
    return {"engine": report.setup.engine, "figures": plain["figures"], "seconds": report.seconds}
