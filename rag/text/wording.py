"""Words for filters and lists, and when an answer is a list. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.characters.escaping import as_markdown
from rag.types import ONE_LINE_A_PAPER, Answer, Claim, Filter, Intent


def describe(wanted: Filter) -> str:
    """The filter as a phrase that follows "papers": "by Smith or Wu from 2021 on in NeurIPS"."""
    parts = [
        _named("by", wanted.authors),
        _years_in_words(wanted.first_year, wanted.last_year),
        _named("in", wanted.venues),
        _named("tagged", wanted.tags),
        _named("read from", wanted.sources),
    ]
    parts += ["with your star"] if wanted.starred else []
    parts.append(_named("with your tag", wanted.own_tags))
    if wanted.retracted is not None:
        parts.append("marked as retracted" if wanted.retracted else "not marked as retracted")
    return " ".join(part for part in parts if part)


def _named(word: str, values: Sequence[str]) -> str:
    return f"{word} {' or '.join(values)}" if values else ""


def _years_in_words(first: int | None, last: int | None) -> str:
    if first is None:
        return "" if last is None else f"up to {last}"
    if last is None:
        return f"from {first} on"
    return f"of {first}" if first == last else f"from {first} to {last}"


def enumerated(names: Sequence[str]) -> str:
    """Names joined for a sentence: "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def has_line_for_paper(intent: Intent, claims: Sequence[Claim]) -> bool:
    """Whether each claim of an answer is a line that begins with its paper's name.

    What one paper says is a paragraph, except in a list.
    """
    papers = {number for claim in claims for number in claim.citations}
    return intent in ONE_LINE_A_PAPER and (intent in ("list", "count") or len(papers) > 1)


def shown_by(answer: Answer) -> tuple[str, ...]:
    """The ids of the papers that an answer shows, in order, each once: what "the second one" means.

    They are those that it cites. A refusal shows the papers that were asked about, which it quotes
    or names; where nothing is about the question, the nearest ones are nobody's subject.
    """
    shown = [citation.paper_id for citation in answer.citations]
    if answer.reason not in ("not_in_corpus", "weak_evidence"):
        named = (p for p in answer.nearest if p.quotes or as_markdown(p.title) in answer.answer)
        shown += [paper.paper_id for paper in named]
    return tuple(dict.fromkeys(shown))
