"""`paperchat eval`: run the question set, write the report, compare and gate."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from eval.baseline import check_floors, compare_with, load_baseline
from eval.cases import QUESTIONS, Case, CaseKind, load_cases
from eval.comparing import compare_gold, load_gold, unlabelled, with_cells
from eval.engines import CITATION_QUERY_ENGINE, PAPERCHAT, Engine, paperchat_engine
from eval.report import render_html, render_markdown
from eval.results import Report, Setup
from eval.run import corpus_hash, questions_hash, report_json, run
from rag import wiring
from rag.errors import FileError, InputError, SettingsError
from rag.settings import Settings
from ui.progress import bar
from ui.show import as_json

if TYPE_CHECKING:
    from rag.answer import Assistant
    from rag.index.library import Library
    from rag.models.chat import ChatModel

_ENGINES = (PAPERCHAT, CITATION_QUERY_ENGINE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line; empty means all."""

    questions: Path | None = None
    kinds: Sequence[str] = ()
    split: str | None = None
    limit: int | None = None
    engines: Sequence[str] = ()
    judge: bool = False
    baseline: Path | None = None
    comparisons: bool = False  # also where they are not compared by themselves

    @property
    def whole(self) -> bool:
        """Whether the whole question set is run, which is what floors are about."""
        return not (self.questions or self.kinds or self.split or self.limit)


def evaluate(settings: Settings, wanted: Wanted, out: Path, *, json: bool) -> int:
    """Run and write; returns the exit status, 1 below a floor or worse than the baseline."""
    engines = _engines(wanted.engines)
    papers = _papers(settings)
    cases = _chosen(load_cases(wanted.questions or QUESTIONS, papers), wanted)
    choice = wiring.choose(settings)
    print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
    if choice.mode == "quotes" and CITATION_QUERY_ENGINE in engines:
        raise InputError(
            f"The engine {CITATION_QUERY_ENGINE} needs a language model.",
            "Use --llm local or --llm openai.",
        )
    setup = Setup(
        engine=engines[0],
        mode=choice.mode,
        model=choice.model,
        corpus=corpus_hash(papers),
        questions=questions_hash(cases),
        version=version("paperchat"),
    )
    before = load_baseline(wanted.baseline, setup) if wanted.baseline else None
    with ExitStack() as opened:
        judge = _judge(settings, opened) if wanted.judge else None
        assistant = opened.enter_context(closing(wiring.open_assistant(settings)))
        setup = replace(setup, model=assistant.choice.model, judge=judge.name if judge else "")
        report, *others = [
            _run(
                cases,
                _engine(name, assistant, judge),
                replace(setup, engine=name),
                assistant.library,
                out,
            )
            for name in engines
        ]
        report = _with_cells(report, settings, wanted, assistant)
        report = check_floors(report) if wanted.whole else report
        report = compare_with(report, before) if before else report
        beside = others[0] if others else None
        _write(report, beside, assistant.library, out)
    shown = as_json(_contract(report, beside)) if json else None
    print(shown or render_markdown(report, beside, timings=True))
    print(f"report: {out / 'report.html'}", file=sys.stderr)
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


def _run(
    cases: Sequence[Case], engine: Engine, setup: Setup, library: Library, out: Path
) -> Report:
    with bar(f"Asking {setup.engine}", unit="questions") as progress:
        return run(cases, engine, setup, library.by_id, library.likeness, out, progress)


def _with_cells(report: Report, settings: Settings, wanted: Wanted, assistant: Assistant) -> Report:
    """The report with the labelled papers compared in the same mode, or why they were not."""
    gold = load_gold(split=wanted.split)
    unasked = ""
    if wanted.questions or wanted.kinds or wanted.limit:
        unasked = "only some of the questions were asked for"
    elif assistant.chat is not None:
        unasked = "a language model takes many minutes for them"
    if unasked and not wanted.comparisons:
        return replace(report, not_compared=f"Not run: {unasked}; --comparisons runs them.")
    lacking = unlabelled(gold, assistant.library.by_id)
    if lacking:
        return replace(report, not_compared=f"Not run: {lacking}.")
    comparer = wiring.comparer(settings, assistant.library, assistant.chat, assistant.choice)
    with closing(comparer), bar("Comparing", unit="papers") as progress:
        return with_cells(report, compare_gold(comparer, gold, progress))


def _papers(settings: Settings) -> Any:
    wiring.check_index(settings)
    return wiring.index_folder(settings).papers()


def _chosen(cases: list[Case], wanted: Wanted) -> list[Case]:
    kinds, split, limit = wanted.kinds, wanted.split, wanted.limit
    known = get_args(CaseKind)
    for kind in kinds:
        if kind not in known:
            raise InputError(f"There is no kind {kind!r}.", f"There are: {', '.join(known)}.")
    if split not in (None, "dev", "test"):
        raise InputError(f"There is no split {split!r}.", "There are: dev, test.")
    chosen = [c for c in cases if (not kinds or c.kind in kinds) and split in (None, c.split)]
    if limit is not None and limit < len(chosen):
        # Every n-th, so that a small sample still holds every kind.
        chosen = [chosen[i * len(chosen) // limit] for i in range(limit)]
    if not chosen:
        raise InputError("No question is left to ask.", "Ask for fewer kinds, or another split.")
    return chosen


def _write(report: Report, beside: Report | None, library: Library, out: Path) -> None:
    titles = {paper.paper_id: paper.title for paper in library.papers}
    abstracts = {paper.paper_id: paper.abstract for paper in library.papers}
    files = {
        "report.html": render_html(report, titles, beside, abstracts=abstracts),
        "report.md": render_markdown(report, beside, timings=True),
        "report.json": _dump(report_json(report)),
    }
    if beside is not None:
        files[f"report-{beside.setup.engine}.json"] = _dump(report_json(beside))
    try:
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise FileError(f"{out} cannot be written: {exc}.", "Name another one with --out.") from exc


def _dump(plain: Mapping[str, Any]) -> str:
    return jsonlib.dumps(plain, indent=1, ensure_ascii=False) + "\n"


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
