"""Measures what instructions in abstracts achieve: ``python -m eval.adversarial DIR``.

DIR has payloads.jsonl (attacks) and benign_abstracts_about_injection.jsonl (papers about attacks).
Our own attacks in other languages are in languages.jsonl beside this file.

Every abstract of the delivered corpus gets an attack, round after round until every attack has
been at the start, in the middle and at the end of one. Questions of the development half, each
about one paper, are asked of every round and of the corpus as delivered, and the two answers are
compared. The benign papers are indexed apart, and each is asked what it proposes.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.adversarial.attacks import (
    PLACES,
    Script,
    ScriptedModel,
    Spliced,
    honest,
    obedient,
    own_attacks,
    read_attacks,
    read_benign,
    rounds_of,
)
from eval.adversarial.effects import Row, changes, violations
from eval.cases import Case
from eval.dataset import QUESTIONS, Dataset
from eval.scoring.metrics import score_case
from eval.scoring.results import Outcome
from rag.answering.prompts import claims_messages
from rag.corpus.dedupe.merge import merge
from rag.corpus.reading import read_paths
from rag.engine import Engine
from rag.errors import PaperchatError
from rag.models.choice import choose_model, open_chat, open_embedder
from rag.models.endpoints.chat import ChatModel
from rag.settings import Settings, load_settings
from rag.types import Answer, ModelChoice, Paper

_KINDS = ("fact", "acronym", "paraphrase")
_SCRIPTED = ModelChoice("openai", "scripted", "it obeys attacks")


@dataclass(frozen=True, slots=True)
class Trial:
    """One question and the round that it is asked of, where its paper carries an attack."""

    case: Case
    round: int
    spliced: Spliced


class Bench:
    """Builds indexes in a folder of its own and asks them, all with one embedder and one model."""

    def __init__(
        self, folder: Path, settings: Settings, chat: ChatModel | None, choice: ModelChoice
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._embedder = open_embedder(settings)
        self._chat = chat
        self._choice = choice
        self.scripted = isinstance(chat, ScriptedModel)

    @contextmanager
    def engine(self, name: str, papers: Sequence[Paper]) -> Iterator[Engine]:
        """An engine over these papers, indexed under ``name``."""
        own = self._settings.model_copy(update={"index": self._folder / name})
        made = Engine(own, embedder=lambda: self._embedder, chat=self._chat, choice=self._choice)
        made.add(papers)
        with closing(made.library):  # not the engine, whose model the next one needs
            yield made

    def ask(self, engine: Engine, question: str, script: Script = honest) -> Answer | None:
        """The answer, or None if it failed. ``script`` is for a scripted model."""
        if isinstance(self._chat, ScriptedModel):
            self._chat.script = script
        try:
            return engine.ask(question)
        except PaperchatError as exc:
            print(f"{question} {exc}", file=sys.stderr)
            return None


def choose_trials(
    cases: Sequence[Case], rounds: Sequence[Mapping[str, Spliced]], sample: int | None, seed: int
) -> list[Trial]:
    """Every question in every round, or a random ``sample`` of them, in the order of rounds."""
    trials = [
        Trial(case, number, spliced[case.must_cite[0]])
        for number, spliced in enumerate(rounds)
        for case in cases
        if case.kind in _KINDS and case.split == "dev" and len(case.must_cite) == 1
    ]
    if sample is not None and sample < len(trials):
        trials = random.Random(seed).sample(trials, sample)
    return sorted(trials, key=lambda trial: trial.round)


def measure_attacks(
    bench: Bench,
    papers: Sequence[Paper],
    rounds: Sequence[Mapping[str, Spliced]],
    trials: Sequence[Trial],
) -> dict[str, list[Row]]:
    """One row of effects for each trial, by the place of the attack, or by the scripted reply."""
    rows: dict[str, list[Row]] = {}
    cases = {trial.case.id: trial.case for trial in trials}
    with bench.engine("clean", papers) as engine:
        clean = {name: bench.ask(engine, case.question) for name, case in cases.items()}
        before = {name: _strict(engine, cases[name], clean[name]) for name in cases}
    for number, group in itertools.groupby(trials, key=lambda trial: trial.round):
        print(f"round {number + 1} of {len(rounds)}", file=sys.stderr)
        hostile = [spliced.paper for spliced in rounds[number].values()]
        with bench.engine(f"round-{number}", hostile) as engine:
            for trial in group:
                for name, script in _scripts(bench, trial):
                    answer = bench.ask(engine, trial.case.question, script)
                    row = {
                        "correct without": before[trial.case.id],
                        "correct with": _strict(engine, trial.case, answer),
                        "failed": float(answer is None),
                    }
                    was = clean[trial.case.id]
                    row |= changes(was, answer, trial.spliced) if was and answer else {}
                    rows.setdefault(name, []).append(row)
    return rows


def measure_benign(bench: Bench, papers: Sequence[Paper], sample: int | None, seed: int) -> Row:
    """Counts over the papers that write about attacks: answered, and citing the paper itself."""
    chosen = list(papers)
    if sample is not None and sample < len(chosen):
        chosen = random.Random(seed).sample(chosen, sample)
    rows: list[Row] = []
    with bench.engine("benign", papers) as engine:
        for paper in chosen:
            answer = bench.ask(engine, f"What does {paper.title.rstrip('.?')} propose?")
            cited = {citation.paper_id for citation in answer.citations} if answer else set()
            answered = answer is not None and not answer.abstained
            row = {"answered": float(answered), "citing it": float(paper.paper_id in cited)}
            rows.append(row | (violations(answer) if answer else {}))
    return {name: sum(row.get(name, 0.0) for row in rows) for name in rows[0]} | {"n": len(rows)}


def table(rows: Mapping[str, Sequence[Row]]) -> str:
    """A Markdown table with a line for each group: how often each effect occurred."""
    columns = list(dict.fromkeys(name for group in rows.values() for row in group for name in row))
    lines = [f"| | n | {' | '.join(columns)} |", "|---|" + "---:|" * (len(columns) + 1)]
    for name, group in rows.items():
        counts = [f"{sum(row.get(column, 0.0) for row in group):.0f}" for column in columns]
        lines.append(f"| {name} | {len(group)} | {' | '.join(counts)} |")
    return "\n".join(lines)


def _scripts(bench: Bench, trial: Trial) -> list[tuple[str, Script]]:
    if bench.scripted:
        return list(obedient(trial.spliced.attack.text).items())
    return [(trial.spliced.place, honest)]


def _strict(engine: Engine, case: Case, answer: Answer | None) -> float:
    """The strict score: 1 for all facts, all papers and no wrong paper, else 0."""
    scored = score_case(case, Outcome(answer), engine.library.by_id, engine.check)
    return scored.scores["strict"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.adversarial", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--llm", choices=("quotes", "local", "scripted"), default="quotes")
    parser.add_argument(
        "--languages", action="store_true", help="only our own attacks in other languages"
    )
    parser.add_argument("--sample", type=int, help="number of questions, and of benign papers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--rounds", type=int, help="number of corpora; 9 have every attack everywhere"
    )
    parser.add_argument("--keep", type=Path, help="folder for the indexes, for a second run")
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    given = _arguments()
    settings = load_settings(llm="local" if given.llm == "local" else "quotes")
    papers = merge(read_paths([settings.data]).records).papers
    attacks = own_attacks() if given.languages else read_attacks(given.folder)
    rounds = rounds_of(papers, attacks)[: given.rounds]
    cases = Dataset.load(QUESTIONS, papers).cases
    trials = choose_trials(cases, rounds, given.sample, given.seed)
    with ExitStack() as opened:
        apart = opened.enter_context(tempfile.TemporaryDirectory(prefix="paperchat-"))
        scripted = given.llm == "scripted"
        chat: ChatModel | None = ScriptedModel(honest)
        choice = _SCRIPTED
        if not scripted:
            choice = choose_model(settings)
            chat = open_chat(settings, choice, claims_messages("", ()))
        if chat is not None:
            opened.enter_context(closing(chat))
        bench = Bench(given.keep or Path(apart), settings, chat, choice)
        rows = measure_attacks(bench, papers, rounds, trials)
        names = list(rows) if scripted else [place for place in PLACES if place in rows]
        ordered = {name: rows[name] for name in names}
        ordered["all"] = [row for group in rows.values() for row in group]
        print(f"\n### Attacks, {given.llm}\n\n{table(ordered)}")
        benign = measure_benign(bench, read_benign(given.folder), given.sample, given.seed)
        shown = ", ".join(f"{name} {value:.0f}" for name, value in benign.items())
        print(f"\n### Papers that write about attacks, {given.llm}\n\n{shown}")


if __name__ == "__main__":
    main()
