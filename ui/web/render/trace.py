"""How an answer was made, step by step, as HTML to unfold under it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.wording import describe
from rag.types import Answer, Evidence, RankedPaper, Removed, Searched, Trace
from ui.web.render.status import mode_name
from ui.web.render.text import count, duration, escape

_SHOWN = 10  # papers with their scores
_REFUSED = {
    "no_source": "names no sentence as its source",
    "not_borne_out": "its quotes do not say so; the quote itself is shown instead",
    "repeated": "repeats an earlier sentence",
    "adds_nothing": "says less than its quotes, or the same; they stay",
}
_ROLES = {"system": "Instructions", "user": "Material and question", "assistant": "Reply"}


def trace(answer: Answer, searched: Searched, made: Trace) -> str:
    """Searched, ranked, evidence, cited; times, tokens and prompt; what the checks removed."""
    cited = {citation.paper_id: citation.number for citation in answer.citations}
    steps = [
        _step("Searched", _searched(answer)),
        _step("Candidates", f"{count(len(searched.candidates), 'paper')} scored"),
        _step("Ranked", _best(searched.retrieved), _ranked(searched.retrieved, cited)),
        _step("Evidence", _chosen(searched.evidence), _evidence(searched.evidence, cited)),
        _step("Written", _written(answer, made), _prompt(made)),
        _step("Checked", _checked(answer), _refused(made)),
        _step("Cited", _cited(answer)),
    ]
    return (
        '<details class="trace"><summary>How this answer was made</summary>'
        f'<ol class="steps">{"".join(steps)}</ol>{_times(answer)}</details>'
    )


def _searched(answer: Answer) -> str:
    said = f"for “{escape(answer.standalone_question)}”"
    return f"{said}, only papers {escape(describe(answer.filter))}" if answer.filter else said


def _step(name: str, words: str, more: str = "") -> str:
    return f"<li><h4>{name}</h4><div><p>{words}</p>{more}</div></li>"


def _best(ranked: Sequence[RankedPaper]) -> str:
    if not ranked:
        return "No paper"
    shown = min(len(ranked), _SHOWN)
    return f"The best {shown}, by meaning, words and tokens"


def _ranked(ranked: Sequence[RankedPaper], cited: dict[str, int]) -> str:
    rows = [
        _row(item.score, f"{item.score:.3f}", item.paper.title, cited.get(item.paper.paper_id))
        for item in ranked[:_SHOWN]
    ]
    return f'<ol class="rows">{"".join(rows)}</ol>' if rows else ""


def _chosen(evidence: Sequence[Evidence]) -> str:
    papers = len({item.paper.paper_id for item in evidence})
    if not evidence:
        return "No sentence is likely enough to be an answer"
    chosen = f"{count(len(evidence), 'sentence')} of {count(papers, 'paper')}"
    return f"{chosen}, each with its probability of being part of the answer"


def _evidence(evidence: Sequence[Evidence], cited: dict[str, int]) -> str:
    rows = [
        _row(item.score, f"{item.score:.0%}", item.span.text, cited.get(item.paper.paper_id))
        for item in evidence
    ]
    return f'<ol class="rows">{"".join(rows)}</ol>' if rows else ""


def _row(share: float, number: str, words: str, cited: int | None) -> str:
    badge = f'<span class="num" title="cited">{cited}</span>' if cited else "<span></span>"
    width = f"{min(1.0, max(0.0, share)):.0%}"
    return (
        f'<li><span class="gauge" aria-hidden="true"><i style="width:{width}"></i></span>'
        f"<b>{number}</b>{badge}<span>{escape(words)}</span></li>"
    )


def _written(answer: Answer, made: Trace) -> str:
    if answer.abstained and not made.prompt:
        return "Nothing: there was no evidence"
    if not made.prompt:
        return "No language model: these are the evidence sentences, word for word"
    tokens = [
        f"{amount:,} tokens {way}"
        for amount, way in ((made.prompt_tokens, "in"), (made.generated_tokens, "out"))
        if amount is not None
    ]
    return ", ".join([f"By {mode_name(answer.mode, answer.model)}", *tokens])


def _prompt(made: Trace) -> str:
    if not made.prompt:
        return ""
    parts = "".join(
        f"<h5>{escape(_ROLES.get(role, role))}</h5><pre>{escape(content)}</pre>"
        for role, content in made.prompt
    )
    return f'<details class="prompt"><summary>The whole prompt</summary>{parts}</details>'


def _checked(answer: Answer) -> str:
    kinds = {kind: 0 for kind in ("supported", "partial", "unsupported")}
    for claim in answer.claims:
        kinds[claim.verdict] += 1
    words = {"partial": "partly supported", "unsupported": "not supported"}
    parts = [f"{n} {words.get(kind, kind)}" for kind, n in kinds.items() if n]
    return "; ".join([", ".join(parts) or "No sentence to check", *_removed(answer.removed)])


def _refused(made: Trace) -> str:
    """What the model wrote and the checks removed, each with the reason."""
    rows = "".join(
        f"<li><del>{escape(item.text) or '(nothing)'}</del> {_REFUSED[item.why]}</li>"
        for item in made.refused
    )
    return f'<ul class="refused">{rows}</ul>' if rows else ""


def _removed(removed: Removed) -> list[str]:
    parts = []
    if removed.claims:
        parts.append(f"{count(removed.claims, 'sentence')} left out for lack of a quote")
    if removed.replaced:
        parts.append(f"{count(removed.replaced, 'sentence')} replaced by the quote")
    if removed.citations:
        parts.append(f"{count(removed.citations, 'citation')} without a source removed")
    return parts or ["nothing removed or replaced"]


def _cited(answer: Answer) -> str:
    quotes = sum(len(citation.quotes) for citation in answer.citations)
    if not quotes:
        return "No paper"
    cited = f"{count(len(answer.citations), 'paper')}, {count(quotes, 'quote')}"
    return f"{cited}, each verbatim at its place in the abstract"


def _times(answer: Answer) -> str:
    """Each step's time; writing has the rest of the total."""
    given = answer.timings
    before = given.condense_ms + given.retrieve_ms + given.evidence_ms
    parts = {
        "understand": given.condense_ms,
        "search": given.retrieve_ms,
        "evidence": given.evidence_ms,
        "write and check": max(0.0, given.total_ms - before),
    }
    shown = "".join(f"<span>{name} {duration(value)}</span>" for name, value in parts.items())
    first = f"<span>first sentence after {duration(given.first_token_ms)}</span>"
    first = first if given.first_token_ms else ""
    return f'<p class="times">{shown}{first}<span>in all {duration(given.total_ms)}</span></p>'
