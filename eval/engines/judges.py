"""Asks another language model what it thinks of an answer, with llama-index's evaluators.

The opinions are shown beside the deterministic figures, and no gate uses them: a judge is a model,
errs like one, and changes with its version. Only an endpoint that the user has configured is asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from llama_index.core.callbacks import CallbackManager
from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator

from eval.cases import Case
from eval.engines.llama import async_llama_llm
from eval.scoring.results import Answerer, Outcome
from rag.errors import EndpointError
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.types import Answer, Paper

log = logging.getLogger(__name__)

_UNANSWERABLE = "The abstracts do not say; a right answer declines and says so."
_BEST = 5.0  # the scale of CorrectnessEvaluator is 1 to 5


def judged(
    answerer: Answerer, endpoint: Endpoint, model: str, papers: Mapping[str, Paper]
) -> Answerer:
    """``answerer`` with the opinions of ``model`` on each of its answers, as scores from 0 to 1.

    If the judge fails, its opinion is missing, as the n of its figure shows; the answer still
    counts.
    """

    def answer(case: Case) -> Outcome:
        outcome = answerer(case)
        if outcome.answer is None:
            return outcome
        try:
            opinions = asyncio.run(_opinions(case, outcome.answer, endpoint, model, papers))
        except EndpointError as exc:
            log.warning("No judgement of %s: %s", case.id, exc)
            return outcome
        return replace(outcome, opinions=opinions)

    return answer


async def _opinions(
    case: Case, answer: Answer, endpoint: Endpoint, model: str, papers: Mapping[str, Paper]
) -> dict[str, float]:
    quotes = [quote.text for citation in answer.citations for quote in citation.quotes]
    gold = [papers[s.paper_id].abstract[s.start : s.end] for s in case.evidence]
    opinions = {}
    async with async_llama_llm(endpoint, model, CallbackManager([])) as llm:
        correct = await CorrectnessEvaluator(llm=llm).aevaluate(
            query=case.question,
            response=answer.answer,
            reference=" ".join(gold) or _UNANSWERABLE,
        )
        if correct.score is not None:  # None: a reply without a score
            opinions["judge_correct"] = (correct.score - 1) / (_BEST - 1)
        if quotes:
            faithful = await FaithfulnessEvaluator(llm=llm).aevaluate(
                response=answer.answer, contexts=quotes
            )
            opinions["judge_faithful"] = float(bool(faithful.passing))
    return opinions
