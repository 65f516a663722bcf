"""What answers the cases: this product, or what a user would pick instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from eval.cases import Case
from eval.metrics import Outcome
from rag.answering.flow import Assistant
from rag.errors import PaperchatError
from rag.types import Finished, Searched

PAPERCHAT = "paperchat"
CITATION_QUERY_ENGINE = "citation-query-engine"

# Answers one case. Whatever it raises is a failed case.
Engine: TypeAlias = Callable[[Case], Outcome]


def paperchat_engine(assistant: Assistant) -> Engine:
    """The product itself, as the command line and the window use it."""

    def answer(case: Case) -> Outcome:
        candidates: tuple[str, ...] = ()
        evidence: tuple[str, ...] = ()
        for event in assistant.stream(case.question, history=case.turns, id=case.id):
            if isinstance(event, Searched):
                candidates = event.candidates
                evidence = tuple(dict.fromkeys(e.paper.paper_id for e in event.evidence))
            elif isinstance(event, Finished):
                return Outcome(event.answer, None, candidates, evidence)
        raise PaperchatError("The answer did not finish.")

    return answer
