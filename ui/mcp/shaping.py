"""What the engine answers, as the result of a tool that keeps to its budget. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Answer, Cell, CheckedClaim, Citation, Claim, Comparison
from ui.mcp.budget import Budget
from ui.mcp.shapes import (
    Answered,
    CheckedText,
    CitedPaper,
    ComparedPapers,
    ListedPaper,
    PaperList,
    PaperRow,
)

_MORE = "Ask again with a larger `max_tokens`."
_FRAME = " " * 240  # the bytes of field names, and of what is said to be left out


def answered(answer: Answer, max_tokens: int, trouble: str) -> Answered:
    """The answer; where not all of it fits, its first claims with what they cite."""
    notes = (*answer.notes, *filter(None, [trouble]))
    budget = Budget(max_tokens)
    budget.spend(_nothing(answer), _FRAME)
    kept, cited = _claims_that_fit(answer, budget)
    notes = budget.fit("notes", notes, _MORE)
    budget.omit("claims", len(answer.claims) - len(kept), _MORE)
    whole = len(kept) == len(answer.claims)
    text = budget.cut(answer.answer) if whole else _text_of(kept)
    budget.omit("characters of `answer`", len(answer.answer) - len(text) if whole else 0, _MORE)
    return Answered(
        answer.standalone_question,
        answer.kind,
        answer.abstained,
        answer.reason,
        text,
        kept,
        cited,
        budget.fit("nearest", answer.nearest, _MORE),
        answer.coverage,
        answer.mode,
        answer.model,
        notes,
        budget.left_out,
    )


def _nothing(answer: Answer) -> Answered:
    """The result without what may be left out."""
    return Answered(
        answer.standalone_question,
        answer.kind,
        answer.abstained,
        answer.reason,
        "",
        (),
        (),
        (),
        answer.coverage,
        answer.mode,
        answer.model,
    )


def _claims_that_fit(
    answer: Answer, budget: Budget
) -> tuple[tuple[Claim, ...], tuple[CitedPaper, ...]]:
    """The first claims that fit with all papers that they cite; their text counts twice."""
    by_number = {citation.number: citation for citation in answer.citations}
    kept: list[Claim] = []
    cited: dict[int, CitedPaper] = {}
    for claim in answer.claims:
        new = [_cited(by_number[n]) for n in claim.citations if n in by_number and n not in cited]
        if not budget.spend_if_left(claim, claim.text, *new):
            break
        kept.append(claim)
        cited |= {paper.number: paper for paper in new}
    return tuple(kept), tuple(cited[number] for number in sorted(cited))


def _text_of(claims: Sequence[Claim]) -> str:
    """The text of an answer that has only these claims."""
    marked = (f"{c.text} {''.join(f'[{n}]' for n in c.citations)}".rstrip() for c in claims)
    return "\n\n".join(marked)


def _cited(citation: Citation) -> CitedPaper:
    return CitedPaper(
        citation.number,
        citation.paper_id,
        citation.title,
        citation.url,
        citation.quotes,
        citation.status,
    )


def listed(answer: Answer, max_tokens: int) -> PaperList:
    """A list answer: the papers that it cites, in order, and those that may belong there."""
    papers = [
        ListedPaper(item.paper_id, item.title, item.url, item.quotes, item.status)
        for item in answer.citations
    ]
    maybe = [ref for section in answer.sections for ref in section.papers]
    question, coverage, reason = answer.standalone_question, answer.coverage, answer.reason
    budget = Budget(max_tokens)
    budget.spend(PaperList(question, (), (), coverage, reason, ()), _FRAME)
    shown = budget.fit("papers", papers, _MORE)
    if coverage is not None:
        beyond = coverage.matched - len(papers)
        budget.omit("matched papers", beyond, "Narrow the question, by years or in words.")
    return PaperList(
        question,
        shown,
        budget.fit("maybe", maybe, _MORE),
        coverage,
        reason,
        budget.fit("nearest", answer.nearest, _MORE),
        budget.fit("notes", answer.notes, _MORE),
        budget.left_out,
    )


def checked(found: CheckedClaim, max_tokens: int) -> CheckedText:
    """A checked claim, with the first sources that fit."""
    budget = Budget(max_tokens)
    budget.spend(CheckedText(found.claim, found.verdict, (), (), found.examined), _FRAME)
    return CheckedText(
        found.claim,
        found.verdict,
        budget.fit("sources", found.sources, _MORE),
        budget.fit("nearest", found.nearest, _MORE),
        found.examined,
        budget.left_out,
    )


def compared(made: Comparison, max_tokens: int, trouble: str) -> ComparedPapers:
    """A comparison, with the first papers that fit; each has all its cells."""
    notes = tuple(filter(None, [made.trouble, trouble]))
    budget = Budget(max_tokens)
    budget.spend(ComparedPapers(made.aspects, (), (), made.mode, made.model, notes), _FRAME)
    cells: dict[str, list[Cell]] = {paper.paper_id: [] for paper in made.papers}
    for cell in made.cells:
        cells[cell.paper_id].append(cell)
    rows = [
        PaperRow(p.paper_id, p.title, p.url, tuple(cells[p.paper_id]), p.status)
        for p in made.papers
    ]
    how = "Ask again with fewer `papers` or `aspects`, or a larger `max_tokens`."
    return ComparedPapers(
        made.aspects,
        budget.fit("papers", rows, how),
        budget.fit("summary", made.summary, how),
        made.mode,
        made.model,
        notes,
        budget.left_out,
    )
