"""The scores of one answer by figure. Pure: a case and an answer in, numbers out.

A case lacks the figures that have no meaning for it, such as citation recall for a question that
cannot be answered. A case that failed gets the worst score in every figure that its kind has. What
the figures are called and which way is better stands in `eval.figures`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from eval.cases import Case, says
from eval.results import Outcome, ScoredCase
from rag.types import Answer, Check, Claim, Paper

Scores: TypeAlias = dict[str, float]
# (claim, quotes, titles of the quoted papers) -> whether the quotes support the claim.
CheckClaim: TypeAlias = Callable[[str, Sequence[str], Sequence[str]], Check]

# Of every answerable case; 0 where it crashed.
_ANSWERABLE = (
    "fact_recall",
    "strict",
    "citation_precision",
    "citation_recall",
    "evidence_precision",
    "evidence_recall",
)


def score_case(
    case: Case, outcome: Outcome, papers: Mapping[str, Paper], check: CheckClaim
) -> ScoredCase:
    """Score one case; without an answer it is a failure."""
    answer = outcome.answer
    if answer is None:
        return ScoredCase(case, None, outcome.error, _failed(case), _stages(case, outcome))
    scores = _of_gold(case, answer)
    scores |= {**_claims_and_quotes(answer, papers, check), **outcome.opinions}
    return ScoredCase(case, answer, None, scores, _stages(case, outcome))


def _stages(case: Case, outcome: Outcome) -> dict[str, float]:
    must = set(case.must_cite)
    if not must:
        return {}
    answer = outcome.answer
    there = {
        "candidates": outcome.candidates,
        "top 10": [r.paper_id for r in answer.retrieved[:10]] if answer else [],
        "evidence": outcome.evidence,
        "cited": [c.paper_id for c in answer.citations] if answer else [],
    }
    return {name: len(must.intersection(ids)) / len(must) for name, ids in there.items()}


def _of_gold(case: Case, answer: Answer) -> Scores:
    """The figures that compare with the expected answer; none for feedback."""
    if case.kind == "feedback":
        return {}
    return _answerable(case, answer) if case.answerable else _unanswerable(answer, case)


def _failed(case: Case) -> Scores:
    if case.kind == "feedback":
        return {}
    if case.answerable:
        scores = dict.fromkeys(_ANSWERABLE, 0.0) | {"false_abstention": 1.0}
        return scores | ({"list_f1": 0.0} if case.kind == "list" else {})
    return {"abstention_recall": 0.0, f"abstention_recall_{case.kind}": 0.0}


def _answerable(case: Case, answer: Answer) -> Scores:
    cited = {citation.paper_id for citation in answer.citations}
    must, allowed = set(case.must_cite), {*case.must_cite, *case.may_cite}
    stated = [says(answer.answer, fact) for fact in case.facts]
    recall = len(cited & must) / len(must)
    precision = len(cited & allowed) / len(cited) if cited else 0.0
    right = not answer.abstained and all(stated) and recall == 1 and precision == 1
    scores: Scores = {
        "citation_precision": precision,
        "citation_recall": recall,
        "strict": float(right),
        "false_abstention": float(answer.abstained),
        **_gold_evidence(case, answer),
    }
    if stated:
        scores["fact_recall"] = sum(stated) / len(stated)
    if case.kind == "list":
        scores["list_f1"] = 2 * precision * recall / ((precision + recall) or 1.0)
    if answer.abstained:
        scores["abstention_precision"] = 0.0
    return scores


def _unanswerable(answer: Answer, case: Case) -> Scores:
    abstained = float(answer.abstained)
    scores = {"abstention_recall": abstained, f"abstention_recall_{case.kind}": abstained}
    return scores | ({"abstention_precision": 1.0} if answer.abstained else {})


def _gold_evidence(case: Case, answer: Answer) -> Scores:
    """The share of quotes that overlap a gold sentence, and of gold sentences that a quote does.

    They overlap by half the length of the shorter one.
    """
    quotes = [(c.paper_id, q.start, q.end) for c in answer.citations for q in c.quotes]
    gold = [(span.paper_id, span.start, span.end) for span in case.evidence]
    hits = sum(any(_overlap(quote, span) for span in gold) for quote in quotes)
    found = sum(any(_overlap(quote, span) for quote in quotes) for span in gold)
    return {
        "evidence_precision": hits / len(quotes) if quotes else 0.0,
        "evidence_recall": found / len(gold),
    }


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    if one[0] != other[0]:
        return False
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return 2 * shared >= min(one[2] - one[1], other[2] - other[1])


def _claims_and_quotes(answer: Answer, papers: Mapping[str, Paper], check: CheckClaim) -> Scores:
    """Shares over the quotes and claims of one answer; nothing where it has none."""
    quotes = [(c.paper_id, q) for c in answer.citations for q in c.quotes]
    scores: Scores = {}
    if quotes:
        true = sum(papers[i].abstract[q.start : q.end] == q.text for i, q in quotes)
        scores["quote_fidelity"] = true / len(quotes)
    if answer.claims:
        checks = [_claim(claim, answer, papers, check) for claim in answer.claims]
        scores["grounded"] = sum(grounded for grounded, _ in checks) / len(checks)
        scores["number_fidelity"] = sum(faithful for _, faithful in checks) / len(checks)
    return scores


def _claim(
    claim: Claim, answer: Answer, papers: Mapping[str, Paper], check: CheckClaim
) -> tuple[bool, bool]:
    """Whether a claim's quotes support it, and whether they hold its numbers and names."""
    cited = [c for c in answer.citations if c.number in claim.citations]
    quotes = [quote.text for c in cited for quote in c.quotes]
    if not quotes:
        return False, False
    if claim.text in quotes:
        return True, True
    titles = [papers[c.paper_id].title for c in cited]
    checked = check(claim.text, quotes, titles)
    return checked.verdict == "supported", not checked.missing
