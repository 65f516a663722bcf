"""The metrics of one answer. Pure: a case and an answer in, numbers from 0 to 1 out.

A metric is a function of a case and its answer; it returns None if it has no meaning for the case.
`eval.figures` has the name of its figure and which way is better. A new metric is one entry here
and one there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from eval.cases import Case, says
from eval.results import Outcome, ScoredCase
from rag.types import Answer, Check, Claim, Paper

Scores: TypeAlias = dict[str, float]
Metric: TypeAlias = Callable[[Case, Answer], float | None]
# (claim, quotes, titles of the quoted papers) -> whether the quotes support the claim.
CheckClaim: TypeAlias = Callable[[str, Sequence[str], Sequence[str]], Check]
_Span: TypeAlias = tuple[str, int, int]  # paper, start, end


def citation_precision(case: Case, answer: Answer) -> float:
    """Of the cited papers, the share that may be cited."""
    cited = _cited(answer)
    return len(cited & {*case.must_cite, *case.may_cite}) / len(cited) if cited else 0.0


def citation_recall(case: Case, answer: Answer) -> float:
    """Of the papers to be cited, the share that are."""
    return len(_cited(answer) & set(case.must_cite)) / len(set(case.must_cite))


def strict(case: Case, answer: Answer) -> float:
    """1 for every key fact, every paper and no wrong paper."""
    cited_rightly = citation_precision(case, answer) == citation_recall(case, answer) == 1
    right = not answer.abstained and fact_recall(case, answer) in (1.0, None) and cited_rightly
    return float(right)


def false_abstention(case: Case, answer: Answer) -> float:
    """1 if an answerable question is declined."""
    return float(answer.abstained)


def evidence_precision(case: Case, answer: Answer) -> float:
    """Of the quotes, the share that overlap a gold sentence."""
    quotes, gold = _quoted(answer), _gold(case)
    return sum(_overlaps(quote, gold) for quote in quotes) / len(quotes) if quotes else 0.0


def evidence_recall(case: Case, answer: Answer) -> float:
    """Of the gold sentences, the share that a quote overlaps."""
    quotes, gold = _quoted(answer), _gold(case)
    return sum(_overlaps(span, quotes) for span in gold) / len(gold)


def fact_recall(case: Case, answer: Answer) -> float | None:
    """Of the expected facts, the share that the answer states."""
    if not case.facts:
        return None
    return sum(says(answer.answer, fact) for fact in case.facts) / len(case.facts)


def list_f1(case: Case, answer: Answer) -> float | None:
    """For lists, the harmonic mean of citation precision and recall."""
    if case.kind != "list":
        return None
    precision, recall = citation_precision(case, answer), citation_recall(case, answer)
    return 2 * precision * recall / ((precision + recall) or 1.0)


def abstention_precision(case: Case, answer: Answer) -> float | None:
    """For an answer that abstains: 1 if the question cannot be answered."""
    return float(not case.answerable) if answer.abstained else None


def abstention_recall(case: Case, answer: Answer) -> float:
    """1 if a question that cannot be answered is declined."""
    return float(answer.abstained)


def _of_kind(kind: str, metric: Metric) -> Metric:
    return lambda case, answer: metric(case, answer) if case.kind == kind else None


ANSWERABLE: Mapping[str, Metric] = {
    "citation_precision": citation_precision,
    "citation_recall": citation_recall,
    "strict": strict,
    "false_abstention": false_abstention,
    "evidence_precision": evidence_precision,
    "evidence_recall": evidence_recall,
    "fact_recall": fact_recall,
    "list_f1": list_f1,
    "abstention_precision": abstention_precision,
}
UNANSWERABLE: Mapping[str, Metric] = {
    "abstention_recall": abstention_recall,
    "abstention_recall_far": _of_kind("far", abstention_recall),
    "abstention_recall_near": _of_kind("near", abstention_recall),
    "abstention_precision": abstention_precision,
}


def score_case(
    case: Case, outcome: Outcome, papers: Mapping[str, Paper], check: CheckClaim
) -> ScoredCase:
    """Score one case; without an answer it has failed, with the worst score in every metric."""
    answer = outcome.answer
    if answer is None:
        return ScoredCase(case, None, outcome.error, _failed(case), _stages(case, outcome))
    scores = {
        name: score
        for name, metric in metrics_of(case).items()
        if (score := metric(case, answer)) is not None
    }
    scores |= {**_claims_and_quotes(answer, papers, check), **outcome.opinions}
    return ScoredCase(case, answer, None, scores, _stages(case, outcome))


def metrics_of(case: Case) -> Mapping[str, Metric]:
    """The metrics that compare with the expected answer; none for feedback, which expects none."""
    if case.kind == "feedback":
        return {}
    return ANSWERABLE if case.answerable else UNANSWERABLE


def _failed(case: Case) -> Scores:
    if case.kind == "feedback":
        return {}
    if not case.answerable:
        return {"abstention_recall": 0.0, f"abstention_recall_{case.kind}": 0.0}
    lacks = {"abstention_precision"} | ({"list_f1"} if case.kind != "list" else set())
    return {name: float(name == "false_abstention") for name in ANSWERABLE if name not in lacks}


def _stages(case: Case, outcome: Outcome) -> dict[str, float]:
    must = set(case.must_cite)
    if not must:
        return {}
    answer = outcome.answer
    there = {
        "candidates": outcome.candidates,
        "top 10": [r.paper_id for r in answer.retrieved[:10]] if answer else [],
        "evidence": outcome.evidence,
        "cited": _cited(answer) if answer else [],
    }
    return {name: len(must.intersection(ids)) / len(must) for name, ids in there.items()}


def _cited(answer: Answer) -> set[str]:
    return {citation.paper_id for citation in answer.citations}


def _quoted(answer: Answer) -> list[_Span]:
    return [(c.paper_id, q.start, q.end) for c in answer.citations for q in c.quotes]


def _gold(case: Case) -> list[_Span]:
    return [(span.paper_id, span.start, span.end) for span in case.evidence]


def _overlaps(one: _Span, others: Sequence[_Span]) -> bool:
    """Whether it overlaps one of the others by half the length of the shorter one."""
    paper_id, start, end = one
    return any(
        2 * (min(end, e) - max(start, s)) >= min(end - start, e - s)
        for other, s, e in others
        if other == paper_id
    )


def _claims_and_quotes(answer: Answer, papers: Mapping[str, Paper], check: CheckClaim) -> Scores:
    """Shares over the quotes and claims of one answer; nothing if it has none."""
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
    """Whether a claim's quotes support it, and whether they have its numbers and names."""
    cited = [c for c in answer.citations if c.number in claim.citations]
    quotes = [quote.text for c in cited for quote in c.quotes]
    if not quotes:
        return False, False
    if claim.text in quotes:
        return True, True
    titles = [papers[c.paper_id].title for c in cited]
    checked = check(claim.text, quotes, titles)
    return checked.verdict == "supported", not checked.missing
