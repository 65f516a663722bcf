"""One case of an evaluation as HTML: question, answer, and what was expected. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from eval.cases import ANY_PAPER, Case, says
from eval.report.page import symptoms
from eval.scoring.figures import falls_short, kind_label, name_of
from eval.scoring.judging import expectation
from eval.scoring.results import Report, ScoredCase, is_right
from rag.types import Answer, Citation, Paper
from ui.web.render.basics.text import escape

# What needs no right answer, and what is said where it is missing.
_OWN = {"grounded": "not supported", "quote_fidelity": "quote not verbatim"}


def rows(report: Report) -> str:
    """A line for each case, failing ones first; the rest is fetched when a case is opened."""
    failing = [item for item in report.cases if _fails(item)]
    right = [item for item in report.cases if not _fails(item)]
    return "".join(_row(item, failed=True) for item in failing) + "".join(
        _row(item, failed=False) for item in right
    )


def _fails(item: ScoredCase) -> bool:
    """A case without an expectation fails by what needs none: its quotes and its support."""
    if item.case.kind != "feedback" or item.answer is None:
        return not is_right(item)
    return any(item.scores.get(key, 1.0) < 1.0 for key in _OWN)


def faults(report: Report) -> dict[str, int]:
    """What is wrong with the failing cases, each with its count, the most frequent first."""
    return dict(
        Counter(
            word for item in report.cases if _fails(item) for word in _wrong(item)
        ).most_common()
    )


def _wrong(item: ScoredCase) -> tuple[str, ...]:
    if item.case.kind == "feedback":
        return _unsupported(item)
    return symptoms(item) or (("not as expected",) if _fails(item) else ())


def _row(item: ScoredCase, *, failed: bool) -> str:
    wrong = _wrong(item)
    tags = "".join(f'<em class="bad">{escape(word)}</em>' for word in wrong if failed)
    return (
        f'<details class="case" data-id="{escape(item.case.id)}" data-kind="{item.case.kind}"'
        f' data-state="{"failing" if failed else "right"}" data-wrong="{escape("|".join(wrong))}">'
        f'<summary><span class="kind">{escape(_label(item.case))}</span>'
        f'<span class="ask" dir="auto">{escape(item.case.question)}</span>'
        f'<span class="tags">{tags or _fine(item)}</span></summary><div class="inside"></div>'
        "</details>"
    )


def _label(case: Case) -> str:
    """The kind in words; of what nobody expects anything of, where it comes from."""
    if case.kind != "feedback":
        return kind_label(case.kind)
    return "Rated" if case.id.startswith("feedback-") else "No answer known"


def _unsupported(item: ScoredCase) -> tuple[str, ...]:
    """What is wrong with an answer of which nothing is expected."""
    if item.answer is None:
        return ("crashed",)
    return tuple(words for key, words in _OWN.items() if item.scores.get(key, 1.0) < 1.0)


def _fine(item: ScoredCase) -> str:
    if item.case.kind != "feedback":
        return "<em>right</em>"
    return f"<em>{'declined' if item.answer and item.answer.abstained else 'supported'}</em>"


def body(item: ScoredCase, papers: Mapping[str, Paper]) -> str:
    """All of one case: answer and quotes beside what was expected."""
    return (
        '<div class="two"><section class="given"><div class="head"><h4>Answer</h4>'
        '<button type="button" class="quiet replay">Replay in chat</button></div>'
        f"{_given(item, papers)}</section>"
        f'<section class="expected">{_expected(item, papers)}</section></div>{_scores(item)}'
    )


def _given(item: ScoredCase, papers: Mapping[str, Paper]) -> str:
    answer = item.answer
    if answer is None:
        return f'<p class="failure">{escape(item.error or "It gave no answer.")}</p>'
    reason = f": {escape(answer.reason.replace('_', ' '))}" if answer.reason else ""
    declined = f'<p class="soft">Declined{reason}</p>' if answer.abstained else ""
    sources = "".join(_source(citation, item.case, papers) for citation in answer.citations)
    return f'{declined}<p class="text">{_answer_text(answer)}</p>{sources}{_doubts(answer)}'


def _source(citation: Citation, case: Case, papers: Mapping[str, Paper]) -> str:
    other = (
        ""
        if case.allows(citation.paper_id) or not case.answerable
        else ' <em class="bad">not expected</em>'
    )
    quotes = "".join(
        f'<blockquote><mark data-start="{quote.start}" data-end="{quote.end}">'
        f"{escape(quote.text)}</mark></blockquote>"
        for quote in citation.quotes
    )
    title = _title(citation.paper_id, papers, citation.title)
    return (
        f'<div class="source"><p><b class="number">{citation.number}</b> {title}{other}</p>'
        f"{quotes}</div>"
    )


def _doubts(answer: Answer) -> str:
    return "".join(
        f'<p class="doubt"><em class="{"bad" if claim.verdict == "unsupported" else "warn"}">'
        f"{'not' if claim.verdict == 'unsupported' else 'partly'} supported, {claim.support:.2f}"
        f"</em> {escape(claim.text)}</p>"
        for claim in answer.claims
        if claim.verdict != "supported"
    )


def _expected(item: ScoredCase, papers: Mapping[str, Paper]) -> str:
    case, answer = item.case, item.answer
    text = answer.answer if answer else ""
    cited = {citation.paper_id for citation in answer.citations} if answer else set()
    before = "".join(
        f'<p class="turn"><i>{"Asked" if turn.role == "user" else "Answered"}</i> '
        f"{escape(turn.content)}</p>"
        for turn in item.before or case.history
    )
    facts = [(" or ".join(fact), says(text, fact)) for fact in case.facts]
    must = [(_title(i, papers), i in cited) for i in case.must_cite]
    never = [(escape(" or ".join(wrong)), not says(text, wrong)) for wrong in case.never]
    any_of = [_title(i, papers, "any paper" if i == ANY_PAPER else "") for i in case.may_cite]
    may = "".join(f'<li class="may"><span>{title}</span></li>' for title in any_of)
    quotes = "".join(_gold(s.paper_id, s.start, s.end, papers) for s in case.evidence)
    parts = [
        ("Asked before", before),
        ("Expected", f"<p>{words}</p>" if (words := expectation(case)) else ""),
        ("Facts", _checks([(escape(words), stated) for words, stated in facts])),
        ("Must not be said", _checks(never)),
        ("Papers", _checks(must)),
        ("May be cited" if case.answerable else "On the subject", may and f"<ul>{may}</ul>"),
        ("Evidence", quotes),
        ("Note", f'<p class="soft">{escape(case.note)}</p>' if case.note else ""),
    ]
    return "".join(f"<h4>{title}</h4>{html}" for title, html in parts if html)


def _checks(items: Sequence[tuple[str, bool]]) -> str:
    """A list of what was expected and whether it is there; the words are HTML already."""
    lines = "".join(
        f'<li class="{"found" if there else "missed"}"><span>{words}'
        f'<span class="sr"> ({"there" if there else "missing"})</span></span></li>'
        for words, there in items
    )
    return f'<ul class="checks">{lines}</ul>' if lines else ""


def _gold(paper_id: str, start: int, end: int, papers: Mapping[str, Paper]) -> str:
    paper = papers.get(paper_id)
    words = paper.abstract[start:end] if paper else f"{paper_id}, characters {start} to {end}"
    return f"<blockquote>{escape(words)}</blockquote>"


def _title(paper_id: str, papers: Mapping[str, Paper], known: str = "") -> str:
    paper = papers.get(paper_id)
    return escape(paper.title if paper else known or paper_id)


def _scores(item: ScoredCase) -> str:
    shown = []
    for key, score in item.scores.items():
        mark = ' class="short"' if falls_short(key, score) else ""
        shown.append(f"<li{mark}>{escape(name_of(key).label)} <b>{score:.3g}</b></li>")
    return f'<ul class="scores">{"".join(shown)}</ul>'


def _answer_text(answer: Answer) -> str:
    """The answer with a number for each citation, or the words of a refusal."""
    if not answer.claims:
        return escape(answer.answer)
    return " ".join(
        escape(claim.text) + "".join(f' <b class="number">{n}</b>' for n in claim.citations)
        for claim in answer.claims
    )
