"""What the engine answers, as the result of a tool that keeps to its budget. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.types import Answer, Cell, CheckedClaim, Citation, Claim, Comparison
from ui.mcp.budget import Budget, tokens_of
from ui.mcp.tools.shapes import (
    Answered,
    CheckedText,
    CitedPaper,
    ComparedPapers,
    ListedPaper,
    PaperList,
    PaperRow,
)

_MORE = "Ask again with a larger `max_tokens`."


def answered(answer: Answer, max_tokens: int, trouble: str) -> Answered:
    """The answer; where not all of it fits, its first claims with what they cite."""
    made = _without_text(answer)
    budget = Budget(max_tokens, made)
    question = budget.cut(answer.standalone_question)
    claims, cited = _claims_that_fit(answer, budget)
    budget.omit("claims", len(answer.claims) - len(claims), _MORE)
    text = _text_of(answer, claims, budget)
    return replace(
        made,
        question=question,
        answer=text,
        claims=claims,
        citations=cited,
        nearest=budget.fit("nearest", answer.nearest, _MORE),
        notes=budget.fit("notes", _notes(answer, trouble), _MORE),
        left_out=budget.left_out,
    )


def _notes(answer: Answer, trouble: str) -> tuple[str, ...]:
    """How the question was taken, and what is wrong with the language model."""
    return (*answer.notes, *filter(None, [trouble]))


def _without_text(answer: Answer) -> Answered:
    """The result without what may be left out."""
    return Answered(
        "",
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
        if not budget.spend(claim, _marked(claim), *new):
            break
        kept.append(claim)
        cited |= {paper.number: paper for paper in new}
    return tuple(kept), tuple(cited[number] for number in sorted(cited))


def _text_of(answer: Answer, claims: Sequence[Claim], budget: Budget) -> str:
    """The answer's own text, or if that does not fit, the text of these claims alone."""
    if not answer.claims:
        return budget.cut(answer.answer)
    alone = "\n\n".join(map(_marked, claims))
    more = tokens_of(answer.answer) - tokens_of(alone)  # the claims' text is counted already
    return answer.answer if len(claims) == len(answer.claims) and budget.take(more) else alone


def _marked(claim: Claim) -> str:
    """A claim's text with the marks of its citations."""
    return f"{claim.text} {''.join(f'[{number}]' for number in claim.citations)}".rstrip()


def _cited(citation: Citation) -> CitedPaper:
    return CitedPaper(
        citation.number,
        citation.paper_id,
        citation.title,
        citation.url,
        citation.quotes,
        citation.status,
        citation.zotero,
    )


def listed(answer: Answer, max_tokens: int, trouble: str) -> PaperList:
    """A list answer: the papers that it cites, in order, and those that may belong there."""
    papers = [
        ListedPaper(item.paper_id, item.title, item.url, item.quotes, item.status, item.zotero)
        for item in answer.citations
    ]
    maybe = [ref for section in answer.sections for ref in section.papers]
    made = PaperList("", "", (), (), answer.coverage, answer.reason, ())
    budget = Budget(max_tokens, made)
    question = budget.cut(answer.standalone_question)
    summary = budget.cut((answer.lead or answer.answer).partition("\n\n")[0])
    shown = budget.fit("papers", papers, _MORE)
    if answer.coverage is not None:
        beyond = answer.coverage.matched - len(papers)
        budget.omit("matched papers", beyond, "Narrow the question, by years or in words.")
    return replace(
        made,
        question=question,
        summary=summary,
        papers=shown,
        maybe=budget.fit("maybe", maybe, _MORE),
        nearest=budget.fit("nearest", answer.nearest, _MORE),
        notes=budget.fit("notes", _notes(answer, trouble), _MORE),
        left_out=budget.left_out,
    )


def checked(found: CheckedClaim, max_tokens: int) -> CheckedText:
    """A checked claim, with the first sources that fit."""
    made = CheckedText("", found.verdict, (), (), found.examined)
    budget = Budget(max_tokens, made)
    return replace(
        made,
        claim=budget.cut(found.claim),
        sources=budget.fit("sources", found.sources, _MORE),
        nearest=budget.fit("nearest", found.nearest, _MORE),
        left_out=budget.left_out,
    )


def compared(made: Comparison, max_tokens: int, trouble: str) -> ComparedPapers:
    """A comparison, with the first papers that fit; each has all its cells."""
    notes = tuple(filter(None, [made.trouble, trouble]))
    table = ComparedPapers(made.aspects, (), (), made.mode, made.model, notes)
    budget = Budget(max_tokens, table)
    cells: dict[str, list[Cell]] = {paper.paper_id: [] for paper in made.papers}
    for cell in made.cells:
        cells[cell.paper_id].append(cell)
    rows = [
        PaperRow(p.paper_id, p.title, p.url, tuple(cells[p.paper_id]), p.status)
        for p in made.papers
    ]
    how = "Ask again with fewer `papers` or `aspects`, or a larger `max_tokens`."
    return replace(
        table,
        papers=budget.fit("papers", rows, how),
        summary=budget.fit("summary", made.summary, how),
        left_out=budget.left_out,
    )
