"""Asks the question set of two scripted endpoints: ``python -m eval.endpoints [--split dev]``.

For the strong model: how many answers are right, and how many were declined without reason, by
kind. For the liar: how many of its lies stood in an answer.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from eval.cases import Case
from eval.dataset import QUESTIONS, Dataset
from eval.endpoints.models import LIES, GoldModel, Liar, Strong
from eval.endpoints.server import ScriptedServer
from eval.engines.paperchat import paperchat
from eval.judging import faults
from rag.engine import Engine
from rag.models.chat import ChatModel
from rag.settings import load_settings
from rag.text.third_person import in_third_person
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
        ask_strong(engine, cases, show=given.show)
        ask_liar(engine, cases, show=given.show)


def ask_strong(engine: Engine, cases: Sequence[Case], *, show: bool = False) -> None:
    """Print how many answers are right, by kind."""
    model = Strong(engine.library.by_id)
    asked, right, declined, answered = (
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
    )
    with served(engine, model) as scripted:
        answer = paperchat(scripted)
        for case in cases:
            model.case = case
            given = answer(case).answer
            if given is None:
                continue
            wrong = faults(case, given)
            asked[case.kind] += 1
            right[case.kind] += not wrong
            declined[case.kind] += case.answerable and given.abstained
            answered[case.kind] += not case.answerable and not given.abstained
            if wrong and show:
                print(f"{case.id}: {', '.join(wrong)}\n  {case.question}\n  {given.answer}\n")
    print(f"{'strong model':14} {'n':>4} {'right':>6} {'declined':>9} {'answered anyway':>16}")
    for kind in [*asked, ""]:
        n, r, d, a = (c[kind] if kind else c.total() for c in (asked, right, declined, answered))
        print(f"{kind or 'all':14} {n:4} {r / max(n, 1):6.2f} {d:9} {a:16}")


def ask_liar(engine: Engine, cases: Sequence[Case], *, show: bool = False) -> None:
    """Print how many lies stand in the answers, by their kind."""
    model = Liar(engine.library.by_id)
    told, stood = Counter[str](), Counter[str]()
    with served(engine, model) as scripted:
        for case in cases:
            model.case, model.told = case, {}
            given = paperchat(scripted)(case).answer
            said = _unquoted(given) if given else set()
            for text, lie in model.told.items():
                told[lie] += 1
                stood[lie] += text in said
                if text in said and show:
                    print(f"{case.id} ({lie}): {text}")
    print(f"\n{'liar':14} {'told':>6} {'stood':>6}")
    for lie in LIES:
        print(f"{lie:14} {told[lie]:6} {stood[lie]:6}")


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
