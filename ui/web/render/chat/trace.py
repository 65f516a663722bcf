"""How an answer was made: a story of five lines, each with its details to unfold. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.wording import describe
from rag.types import ONE_LINE_A_PAPER, Answer, Evidence, Intent, RankedPaper, Searched, Trace
from ui.web.render.basics.status import writer_name
from ui.web.render.basics.text import count, duration, escape, sentence_case

_SHOWN = 10  # papers with their scores
_ASKED: dict[Intent, str] = {
    "list": "a request for a list of papers",
    "count": "a question of how many papers there are",
    "comparison": "a request for a comparison",
    "overview": "a request for an overview",
    "synthesis": "a question of what several papers say",
    "superlative": "a question of which paper goes furthest",
    "yes_no": "a question to be answered with yes or no",
    "records": "a question of who wrote what, where and when",
    "collection": "a question about this collection",
    "other_task": "a task other than a question about the papers",
}
_NOT_WRITTEN = {
    "no_source": "it named no source",
    "not_borne_out": "its quotes do not say so; the quote itself is shown instead",
    "repeated": "it repeats an earlier sentence",
    "adds_nothing": "it says less than its quotes, or the same; they stay",
}
_ROLES = {"system": "Instructions", "user": "Material and question", "assistant": "Reply"}


def trace(answer: Answer, searched: Searched, made: Trace) -> str:
    """What the question was taken for, what was searched, found, written and left out, and when."""
    cited = {citation.paper_id: citation.number for citation in answer.citations}
    lines = [_line(_read(answer, of_shown=searched.of_shown), _taken(answer))]
    if searched.of_shown:
        lines.append(_line(_read_again(searched.evidence), _evidence(searched.evidence, cited)))
    elif searched.candidates:
        lines += [
            _line(_searched(answer, searched), _ranked(searched.retrieved, cited)),
            _line(_found(answer, searched.evidence), _evidence(searched.evidence, cited)),
        ]
    else:
        lines.append(_line("No abstract was searched: the papers' records were looked up."))
    lines += [
        _line(_written(answer, made), _checks(answer, made) + _prompt(made)),
        _line(f"It took {duration(answer.timings.total_ms)}.", _times(answer)),
    ]
    return (
        '<details class="trace"><summary>How this answer was made</summary>'
        f'<ol class="story">{"".join(lines)}</ol></details>'
    )


def _line(words: str, details: str = "") -> str:
    if not details:
        return f"<li><p>{words}</p></li>"
    return f"<li><details><summary>{words}</summary><div>{details}</div></details></li>"


# ---- what was asked


def _read(answer: Answer, *, of_shown: bool) -> str:
    asked = _ASKED.get(answer.intent)
    if of_shown:
        asked = "a wish about the papers that the last answer showed"
    said = f"Your question was read as {asked}" if asked else "Your question was read"
    if answer.standalone_question.strip() != answer.question.strip():
        full = escape(answer.standalone_question)
        said += f", in full: “{full}”" if asked else f" as “{full}”"
    elif not asked:
        said += " as it stands"
    if answer.filter:
        said += f", of papers {escape(describe(answer.filter))} alone"
    return said if said.endswith(("?”", "!”", ".”")) else f"{said}."


def _taken(answer: Answer) -> str:
    return "".join(f"<p>{escape(sentence_case(note))}</p>" for note in answer.notes)


# ---- what was found


def _searched(answer: Answer, searched: Searched) -> str:
    said = (
        f"{count(len(searched.candidates), 'abstract')} {_were(len(searched.candidates))} searched"
    )
    if answer.coverage is not None:
        every = answer.coverage.examined >= len(searched.candidates)
        which = "each" if every else f"{answer.coverage.examined:,} of them"
        return f"{said}; {which} {_were(1 if every else 2)} checked for whether it belongs here."
    close = min(len(searched.retrieved), len(searched.candidates))
    return (
        f"{said}; the nearest {close:,} {_were(close)} read closely." if close > 1 else f"{said}."
    )


def _ranked(ranked: Sequence[RankedPaper], cited: dict[str, int]) -> str:
    rows = [
        _row(item.score, f"{item.score:.3f}", item.paper.title, cited.get(item.paper.paper_id))
        for item in ranked[:_SHOWN]
    ]
    if not rows:
        return ""
    said = "The nearest papers, each with how near it is in words and in meaning, at most 1:"
    return f'<p>{said}</p><ol class="rows">{"".join(rows)}</ol>'


def _found(answer: Answer, evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return "No sentence looked enough like an answer."
    papers = len({item.paper.paper_id for item in evidence})
    if answer.coverage is not None:
        matched, maybe = answer.coverage.matched, sum(len(s.papers) for s in answer.sections)
        said = f"{count(matched, 'paper')} {'belongs' if matched == 1 else 'belong'} here"
        return f"{said}, and {maybe:,} more may." if maybe else f"{said}."
    like = "looked like an answer" if len(evidence) == 1 else "looked like answers"
    return f"{count(len(evidence), 'sentence')} of {count(papers, 'paper')} {like}."


def _read_again(evidence: Sequence[Evidence]) -> str:
    papers = len({item.paper.paper_id for item in evidence})
    if not papers:
        return "The papers that were shown were read again; no sentence looked like an answer."
    said = f"{count(papers, 'paper')} of the last answer {_were(papers)} read again"
    return f"{said}, and {count(len(evidence), 'sentence')} taken from {_it(papers)}."


def _evidence(evidence: Sequence[Evidence], cited: dict[str, int]) -> str:
    rows = [
        _row(item.score, f"{item.score:.0%}", item.span.text, cited.get(item.paper.paper_id))
        for item in evidence
    ]
    if not rows:
        return ""
    said = "Each with the estimated probability that it belongs into the answer:"
    return f'<p>{said}</p><ol class="rows">{"".join(rows)}</ol>'


def _row(share: float, number: str, words: str, cited: int | None) -> str:
    badge = (
        f'<span class="num" title="Cited as [{cited}]">{cited}</span>' if cited else "<span></span>"
    )
    width = f"{min(1.0, max(0.0, share)):.0%}"
    return (
        f'<li><span class="gauge" aria-hidden="true"><i style="width:{width}"></i></span>'
        f'<b>{number}</b>{badge}<span dir="auto">{escape(words)}</span></li>'
    )


# ---- what was written


def _written(answer: Answer, made: Trace) -> str:
    """Who wrote how many sentences, and how many were left out or replaced."""
    claims, by_model = len(answer.claims), answer.mode != "quotes"
    if answer.abstained:
        if answer.reason == "model_found_none":
            return "The language model read them and found no answer, so nothing was written."
        if answer.intent == "records":
            return "They do not say, so nothing was written."
        return "So nothing was written, and what comes nearest is shown."
    if not claims:
        return "The answer was put together from the records; no language model writes it."
    if not by_model:
        shown = "One for each paper: " if answer.intent in ONE_LINE_A_PAPER and claims > 1 else ""
        quoted = f"{count(claims, 'sentence')} {_were(claims)} quoted; no language model wrote."
        failed = " The language model failed." if answer.fallback else ""
        return f"{shown}{quoted}{failed}"
    writer = writer_name(answer.mode, answer.model)
    said = f"{count(claims, 'sentence')} {_were(claims)} written by {writer} and checked"
    out, replaced = answer.removed.claims, answer.removed.replaced
    if out:
        said += f"; {out} {_were(out)} left out because no quote said {_it(out)}"
    if replaced:
        which = f"{replaced} {_were(replaced)}"
        said += f"; {which} replaced by the quote, which did not say {_it(replaced)}"
    return f"{said}."


def _checks(answer: Answer, made: Trace) -> str:
    """What the checks found of each sentence, what they took out, and what was cited."""
    kinds = {kind: 0 for kind in ("supported", "partial", "unsupported")}
    for claim in answer.claims:
        kinds[claim.verdict] += 1
    words = {
        "supported": "said by its quotes",
        "partial": "said by its quotes in part",
        "unsupported": "not said by its quotes",
    }
    parts = [f"{count(n, 'sentence')} {words[kind]}" for kind, n in kinds.items() if n]
    if answer.removed.citations:
        parts.append(f"{count(answer.removed.citations, 'citation')} without a source removed")
    said = f"<p>Checked: {', '.join(parts)}.</p>" if parts else ""
    quotes = sum(len(citation.quotes) for citation in answer.citations)
    if quotes:
        of = f"{count(quotes, 'quote')} of {count(len(answer.citations), 'paper')}"
        said += f"<p>Cited: {of}, each word for word as it stands in the abstract.</p>"
    rows = "".join(
        f"<li><del>{escape(item.text) or '(nothing)'}</del> {_NOT_WRITTEN[item.why]}</li>"
        for item in made.refused
    )
    return said + (f'<p>Left out:</p><ul class="refused">{rows}</ul>' if rows else "")


def _prompt(made: Trace) -> str:
    """All that the language model was given, with its length in tokens where that is known."""
    if not made.prompt:
        return ""
    parts = "".join(
        f"<h5>{escape(_ROLES.get(role, role))}</h5><pre>{escape(content)}</pre>"
        for role, content in made.prompt
    )
    lengths = [
        f"{amount:,} tokens {way}"
        for amount, way in ((made.prompt_tokens, "in"), (made.generated_tokens, "out"))
        if amount is not None
    ]
    length = f" ({', '.join(lengths)})" if lengths else ""
    return (
        '<details class="prompt"><summary>All that the language model was given'
        f"{length}</summary>{parts}</details>"
    )


# ---- how long it took


def _times(answer: Answer) -> str:
    """Each step's time; writing has the rest of the total."""
    given = answer.timings
    before = given.condense_ms + given.retrieve_ms + given.evidence_ms
    parts = {
        "reading the question": given.condense_ms,
        "searching": given.retrieve_ms,
        "finding sentences": given.evidence_ms,
        "writing and checking": max(0.0, given.total_ms - before),
    }
    shown = "".join(f"<span>{name} {duration(value)}</span>" for name, value in parts.items())
    first = f"<span>first sentence after {duration(given.first_token_ms)}</span>"
    return f'<p class="times">{shown}{first if given.first_token_ms else ""}</p>'


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _it(number: int) -> str:
    return "it" if number == 1 else "them"
