"""The metrics of one answer. Pure: a case and an answer in, numbers from 0 to 1 out.

A metric is a function of a case and its answer; it returns None if it has no meaning for the case.
`eval.scoring.figures` has the name of its figure and which way is better. A new metric is one entry
here and one there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from eval.cases import BROAD, Case, says
from eval.scoring.figures import name_of
from eval.scoring.judging import cited_papers, declined, faults, share_of_others
from eval.scoring.results import Outcome, ScoredCase
from rag.types import Answer, Check, Claim, Paper, Timings

Scores: TypeAlias = dict[str, float]
Metric: TypeAlias = Callable[[Case, Answer], float | None]
# (claim, quotes, titles of the quoted papers) -> whether the quotes support the claim.
CheckClaim: TypeAlias = Callable[[str, Sequence[str], Sequence[str]], Check]
_Span: TypeAlias = tuple[str, int, int]  # paper, start, end


# Kinds that are not judged by every paper that they cite; so strictness says nothing of them.
_LOOSE = ("small_talk", "collection", "records", "count", "own", *BROAD)
# Kinds whose answer is one or two sentences that say it, so that any other quote is filler.
_LOOKUPS = (
    "fact", "paraphrase", "acronym", "follow_up", "everyday", "yes_no", "two_part", "chain", "typo",
    "language",
)  # fmt: skip
# What is said of these is read from the metadata and has no quote.
_FROM_METADATA = ("collection", "records", "count")


def right(case: Case, answer: Answer) -> float:
    """1 for an answer as its kind wants it."""
    return float(not faults(case, answer))


def citation_precision(case: Case, answer: Answer) -> float | None:
    """Of the cited papers, the share that may be cited."""
    if not case.must_cite:
        return None
    return 1 - (share_of_others(case, answer) or 0.0) if answer.citations else 0.0


def citation_recall(case: Case, answer: Answer) -> float | None:
    """Of the papers to be cited, the share that are."""
    if not case.must_cite:
        return None
    return len(cited_papers(answer) & set(case.must_cite)) / len(set(case.must_cite))


def strict(case: Case, answer: Answer) -> float | None:
    """1 for every key fact, every paper and no wrong paper."""
    if case.kind in _LOOSE:
        return None
    return float(not faults(case, answer) and not share_of_others(case, answer))


def false_abstention(case: Case, answer: Answer) -> float:
    """1 if an answerable question is declined."""
    return float(answer.abstained)


def evidence_precision(case: Case, answer: Answer) -> float | None:
    """Of the quotes, the share that overlap a gold sentence."""
    quotes, gold = _quoted(answer), _gold(case)
    if not gold:
        return None
    return sum(_overlaps(quote, gold) for quote in quotes) / len(quotes) if quotes else 0.0


def evidence_recall(case: Case, answer: Answer) -> float | None:
    """Of the gold sentences, the share that a quote overlaps."""
    quotes, gold = _quoted(answer), _gold(case)
    return sum(_overlaps(span, quotes) for span in gold) / len(gold) if gold else None


def fact_recall(case: Case, answer: Answer) -> float | None:
    """Of the expected facts, the share that the answer states."""
    if not case.facts:
        return None
    return sum(says(answer.answer, fact) for fact in case.facts) / len(case.facts)


def list_f1(case: Case, answer: Answer) -> float | None:
    """For lists, the harmonic mean of citation precision and recall."""
    precision, recall = citation_precision(case, answer), citation_recall(case, answer)
    if case.kind != "list" or precision is None or recall is None:
        return None
    return 2 * precision * recall / ((precision + recall) or 1.0)


def first_right(case: Case, answer: Answer) -> float | None:
    """For everyday questions: 1 if the paper that is cited as number 1 must be cited."""
    if case.kind != "everyday":
        return None
    first = [c.paper_id for c in answer.citations if c.number == 1]
    return float(any(paper_id in case.must_cite for paper_id in first))


def parts_answered(case: Case, answer: Answer) -> float | None:
    """For questions of two parts, the share of the parts with an answer that are answered."""
    if case.kind != "two_part":
        return None
    return 0.0 if answer.abstained else fact_recall(case, answer)


def enough_papers(case: Case, answer: Answer) -> float | None:
    """For overviews and syntheses: 1 if enough of the right papers are cited."""
    if case.kind not in BROAD:
        return None
    return float(len(cited_papers(answer) & set(case.must_cite)) >= case.enough)


def wrong_papers(case: Case, answer: Answer) -> float | None:
    """For overviews and syntheses, the share of the cited papers that may not be cited."""
    return share_of_others(case, answer) if case.kind in BROAD else None


def sentences(case: Case, answer: Answer) -> float | None:
    """How many sentences the answer has; None if it says nothing of the papers."""
    return float(len(answer.claims)) if answer.claims and not answer.abstained else None


def overview_papers(case: Case, answer: Answer) -> float | None:
    """How many papers an overview cites."""
    if case.kind != "overview" or answer.abstained:
        return None
    return float(len(cited_papers(answer)))


def filler(case: Case, answer: Answer) -> float | None:
    """Of the quotes of an answer that needs but a few, the share that overlap no gold sentence."""
    precision = evidence_precision(case, answer)
    if case.kind not in _LOOKUPS or precision is None or not _quoted(answer):
        return None
    return 1 - precision


def abstention_precision(case: Case, answer: Answer) -> float | None:
    """For an answer that abstains: 1 if the question cannot be answered."""
    return float(not case.answerable) if answer.abstained else None


def abstention_recall(case: Case, answer: Answer) -> float:
    """1 if a question that cannot be answered is declined."""
    return float(declined(answer))


def _of_kind(kind: str, metric: Metric) -> Metric:
    return lambda case, answer: metric(case, answer) if case.kind == kind else None


ANSWERABLE: Mapping[str, Metric] = {
    "right": right,
    "first_right": first_right,
    "parts_answered": parts_answered,
    "enough_papers": enough_papers,
    "wrong_papers": wrong_papers,
    "citation_precision": citation_precision,
    "citation_recall": citation_recall,
    "strict": strict,
    "false_abstention": false_abstention,
    "evidence_precision": evidence_precision,
    "evidence_recall": evidence_recall,
    "fact_recall": fact_recall,
    "list_f1": list_f1,
    "abstention_precision": abstention_precision,
    "sentences": sentences,
    "overview_papers": overview_papers,
    "filler": filler,
}
UNANSWERABLE: Mapping[str, Metric] = {
    "right": right,
    "abstention_recall": abstention_recall,
    "abstention_recall_far": _of_kind("far", abstention_recall),
    "abstention_recall_near": _of_kind("near", abstention_recall),
    "abstention_precision": abstention_precision,
}
# What a crash is scored like: it declines without a word, and then the worst of each figure.
_NOTHING = Answer(
    None, "", "", "abstention", "", True, None, (), (), (), (), None, "quotes", "", Timings()
)


def score_case(
    case: Case, outcome: Outcome, papers: Mapping[str, Paper], check: CheckClaim
) -> ScoredCase:
    """Score one case; without an answer it has failed, with the worst score in every metric."""
    answer = outcome.answer
    if answer is None:
        scores = _failed(case)
        return ScoredCase(case, None, outcome.error, scores, _stages(case, outcome), outcome.before)
    scores = {
        name: score
        for name, metric in metrics_of(case).items()
        if (score := metric(case, answer)) is not None
    }
    scores |= {**_claims_and_quotes(answer, papers, check), **outcome.opinions}
    return ScoredCase(case, answer, None, scores, _stages(case, outcome), outcome.before)


def metrics_of(case: Case) -> Mapping[str, Metric]:
    """The metrics that compare with the expected answer; none for feedback, which expects none."""
    if case.kind == "feedback":
        return {}
    return ANSWERABLE if case.answerable else UNANSWERABLE


def _failed(case: Case) -> Scores:
    return {
        name: float(name_of(name).less)
        for name, metric in metrics_of(case).items()
        if name != "abstention_precision" and metric(case, _NOTHING) is not None
    }


def _stages(case: Case, outcome: Outcome) -> dict[str, float]:
    must = set(case.must_cite)
    if not must:
        return {}
    answer = outcome.answer
    there = {
        "candidates": outcome.candidates,
        "top 10": [r.paper_id for r in answer.retrieved[:10]] if answer else [],
        "evidence": outcome.evidence,
        "cited": cited_papers(answer) if answer else [],
    }
    return {name: len(must.intersection(ids)) / len(must) for name, ids in there.items()}


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
    quoting = [claim for claim in answer.claims if not _is_metadata(claim, answer)]
    if quoting:
        checks = [_claim(claim, answer, papers, check) for claim in quoting]
        scores["grounded"] = sum(grounded for grounded, _ in checks) / len(checks)
        scores["number_fidelity"] = sum(faithful for _, faithful in checks) / len(checks)
    return scores


def _is_metadata(claim: Claim, answer: Answer) -> bool:
    """Whether it is read from its papers' metadata: it cites papers without a quote."""
    cited = [c for c in answer.citations if c.number in claim.citations]
    unquoted = bool(cited) and not any(c.quotes for c in cited)
    return unquoted and answer.intent in _FROM_METADATA


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
