"""Asks the question set of two scripted endpoints: ``python -m eval.endpoints [--split dev]``.

For the strong model: how many answers are right, and how many were declined without reason, by
kind. For the liar: how many of its lies stood in an answer.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from eval.cases import Case
from eval.dataset import QUESTIONS, Dataset
from eval.endpoints.models import LIES, GoldModel, Liar, Lie, Strong
from eval.endpoints.server import ScriptedServer
from eval.engines.paperchat import paperchat
from eval.scoring.judging import faults
from rag.engine import Engine
from rag.models.endpoints.chat import ChatModel
from rag.settings import load_settings
from rag.text.sentences.third_person import in_third_person
from rag.types import Answer, ModelChoice

# What is told from the index needs no model; a conversation is had by the model of quotes mode.
_UNASKED = ("small_talk", "unknown", "collection", "records", "chain")
_CHOICE = ModelChoice("openai", "scripted", "it answers from the question set")


def main() -> None:
    """Run both and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"))
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--index", help="default: that of the settings")
    parser.add_argument("--show", action="store_true", help="print each answer that is not right")
    given = parser.parse_args()
    with Engine(load_settings(index=given.index, llm="quotes")) as engine:
        dataset = Dataset.load(QUESTIONS, engine.library.papers)
        chosen = dataset.select(given.kind, given.split, given.limit)
        cases = [c for c in chosen if c.kind not in _UNASKED and c.corpus == "delivered"]
        print(ask_strong(engine, cases, show=given.show).table())
        told, stood = ask_liar(engine, cases, show=given.show)
    print(f"\n{'liar':14} {'told':>6} {'stand':>6}")
    for lie in LIES:
        print(f"{lie:14} {told[lie]:6} {stood[lie]:6}")


@dataclass(slots=True)
class Tally:
    """Counts by kind: ``declined`` and ``answered`` are answers that should not be."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    declined: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def table(self) -> str:
        """One line a kind."""
        lines = [f"{'strong model':14} {'n':>4} {'right':>6} {'declined':>9} {'answered':>9}"]
        for kind in [*self.asked, "all"]:
            counters = (self.asked, self.right, self.declined, self.answered)
            n, right, no, yes = (c.total() if kind == "all" else c[kind] for c in counters)
            lines.append(f"{kind:14} {n:4} {right / max(n, 1):6.2f} {no:9} {yes:9}")
        return "\n".join(lines)


def ask_strong(engine: Engine, cases: Sequence[Case], *, show: bool = False) -> Tally:
    """Ask the strong model; with ``show`` print what is not right."""
    model, tally = Strong(engine.library.by_id), Tally()
    with served(engine, model) as scripted:
        answer = paperchat(scripted)
        for case in cases:
            model.case = case
            given = answer(case).answer
            if given is None:
                continue
            wrong = faults(case, given)
            tally.asked[case.kind] += 1
            tally.right[case.kind] += not wrong
            tally.declined[case.kind] += case.answerable and given.abstained
            tally.answered[case.kind] += not case.answerable and not given.abstained
            if wrong and show:
                print(f"{case.id}: {', '.join(wrong)}\n  {case.question}\n  {given.answer}\n")
    return tally


def ask_liar(
    engine: Engine, cases: Sequence[Case], *, show: bool = False
) -> tuple[Counter[Lie], Counter[Lie]]:
    """Ask the liar: how many lies of each kind it told, and how many stand in the answers."""
    model = Liar(engine.library.by_id)
    told, stood = Counter[Lie](), Counter[Lie]()
    with served(engine, model) as scripted:
        answer = paperchat(scripted)
        for case in cases:
            model.case, model.told = case, {}
            given = answer(case).answer
            said = _unquoted(given) if given else set()
            for text, lie in model.told.items():
                told[lie] += 1
                stood[lie] += text in said
                if text in said and show:
                    print(f"{case.id} ({lie}): {text}")
    return told, stood


def _unquoted(answer: Answer) -> set[str]:
    """The claims that are no quotes of a paper that they cite, nor such in the third person."""
    quotes: dict[int, set[str]] = {}
    for citation in answer.citations:
        texts = [quote.text for quote in citation.quotes]
        quotes[citation.number] = {*texts, *map(in_third_person, texts)}
    return {
        claim.text
        for claim in answer.claims
        if not any(claim.text in quotes[number] for number in claim.citations)
    }


@contextmanager
def served(engine: Engine, model: GoldModel) -> Iterator[Engine]:
    """An engine over the same papers whose language model is ``model``, over the protocol."""
    with ScriptedServer(model, piece=400) as server, closing(ChatModel(server.endpoint())) as chat:
        yield Engine(engine.settings, library=engine.library, chat=chat, choice=_CHOICE)


if __name__ == "__main__":
    main()
