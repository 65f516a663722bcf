"""The product itself as an answerer."""

from __future__ import annotations

from eval.cases import Case
from eval.results import Answerer, Outcome
from rag.engine import Engine
from rag.errors import PaperchatError
from rag.types import Finished, Searched


def paperchat(engine: Engine) -> Answerer:
    """An answerer that asks ``engine``."""

    def answer(case: Case) -> Outcome:
        candidates: tuple[str, ...] = ()
        evidence: tuple[str, ...] = ()
        for event in engine.stream(case.question, history=case.turns, id=case.id):
            if isinstance(event, Searched):
                candidates = event.candidates
                evidence = tuple(dict.fromkeys(e.paper.paper_id for e in event.evidence))
            elif isinstance(event, Finished):
                return Outcome(event.answer, None, candidates, evidence)
        raise PaperchatError("The answer did not finish.")

    return answer
