"""How papers stand to a statement: they support it, contradict it, or do not speak of it.

Two fitted decisions. A paper speaks of a statement where its nearest sentence is near enough. Its
three nearest sentences then support or contradict it by their words of direction (rag/polarity):
of the statement's, the one that is opposed the most decides. Where that tells too little the
stance is "unclear": accusing a paper falsely is worse than leaving the reader to read its quote.
Fitted by `python -m eval.calibrate_stance`; figures in docs/decisions/0010.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.verify.support import compares, compares_alike, turned
from rag.comparing.cells import empty_cell
from rag.comparing.stances.opposition import Opposition, opposition
from rag.comparing.summary import listed
from rag.decisions.aspect_sentences import own_focus
from rag.decisions.evidence import Scored, score_sentences
from rag.decisions.fitted_stance import CONTRADICTS, SPEAKS, SUPPORTS_BELOW
from rag.index.library import Library
from rag.text.titles import short_title
from rag.types import Cell, Paper, Span, Stance, SummaryClaim, Verdict

NEAREST = 3  # sentences of a paper that are weighed together
_WORDS: Mapping[tuple[Stance, Verdict], str] = {
    ("supports", "supported"): "supported by",
    ("supports", "partial"): "perhaps supported by",
    ("contradicts", "supported"): "contradicted by",
    ("contradicts", "partial"): "perhaps contradicted by",
    ("unclear", "partial"): "spoken of by",
}
_KEPT = 4  # that a language model may choose from


@dataclass(frozen=True, slots=True)
class StanceEvidence:
    """A paper beside a statement. ``spans`` are its nearest sentences, nearest first.

    ``speaks`` is in log odds over the threshold: from 0 on the paper speaks of the statement.
    ``value`` is its stance by the fitted decisions, None where it does not speak; ``sure`` whether
    that is more than a hint. ``telling`` is the sentence by which that is so, or None.
    """

    spans: tuple[Span, ...]
    speaks: float
    value: Stance | None = None
    sure: bool = True
    telling: Span | None = None


def find_stances(
    library: Library, papers: Sequence[Paper], statement: str
) -> dict[str, StanceEvidence]:
    """By paper id; papers without a sentence are left out."""
    ids = [paper.paper_id for paper in papers]
    near: dict[str, list[Scored]] = {}
    for item in score_sentences(library, own_focus(library, statement), ids):
        near.setdefault(item.paper.paper_id, []).append(item)
    kept = {i: nearest(items)[:_KEPT] for i, items in near.items()}
    heard = {
        i: StanceEvidence(
            tuple(item.span for item in items),
            SPEAKS.log_odds(items[0].features) - SPEAKS.threshold,
        )
        for i, items in kept.items()
    }
    return heard | _sides(library, statement, {i: h for i, h in heard.items() if h.speaks >= 0})


def _sides(
    library: Library, statement: str, heard: Mapping[str, StanceEvidence]
) -> dict[str, StanceEvidence]:
    """The same with their stances; one pass of the embedder over the nearest sentences of all."""
    texts = sorted({span.text for h in heard.values() for span in h.spans[:NEAREST]}, key=len)
    asked, *states = library.embedder.embed_tokens([statement, *texts])
    tokens = dict(zip(texts, states, strict=True))
    sided = {}
    for paper_id, h in heard.items():
        found = opposition(asked, [tokens[span.text] for span in h.spans[:NEAREST]])
        value, sure = side(statement, [span.text for span in h.spans[:NEAREST]], found)
        telling = None if found.place is None else h.spans[found.place]
        sided[paper_id] = replace(h, value=value, sure=sure, telling=telling)
    return sided


def side(statement: str, sentences: Sequence[str], found: Opposition) -> tuple[Stance, bool]:
    """The stance of a paper that speaks, and whether it is more than a hint. Pure.

    ``sentences`` are the nearest, nearest first. Where the nearest denies what the statement says,
    or has what it compares the other way round, that is a hint; against words of direction that
    say the same it is none. A comparison is supported by one that has both sides in their places.
    """
    odds = CONTRADICTS.log_odds({"opposed": found.opposed})
    if odds >= CONTRADICTS.threshold:
        return "contradicts", True
    agrees = odds <= SUPPORTS_BELOW
    if turned(statement, sentences[:1]):
        return ("unclear" if agrees else "contradicts"), False
    if compares(statement):
        agrees = agrees and any(compares_alike(statement, text) for text in sentences)
    return ("supports", True) if agrees else ("unclear", False)


def nearest(items: Iterable[Scored]) -> list[Scored]:
    """One paper's sentences, those that speak of the statement the most first."""
    return sorted(items, key=lambda item: (-SPEAKS.log_odds(item.features), item.span.start))


def fitted_cell(paper: Paper, statement: str, heard: StanceEvidence | None) -> Cell:
    """The cell by the fitted decisions; its quotes are the telling sentence and the nearest one."""
    if heard is None or heard.value is None:
        return empty_cell(paper, statement)
    quotes = [heard.spans[0]]
    if heard.sure and heard.telling is not None:
        quotes.insert(0, heard.telling)
    return stance_cell(paper, statement, heard.value, quotes, sure=heard.sure)


def stance_cell(
    paper: Paper, statement: str, value: Stance, quotes: Iterable[Span], *, sure: bool
) -> Cell:
    """A cell whose paper speaks of the statement; quotes are kept once each, in order."""
    once = tuple(dict.fromkeys(quotes))
    return Cell(
        paper.paper_id, statement, value, "stated", once, "supported" if sure else "partial"
    )


def tell(
    papers: Sequence[Paper], statements: Sequence[str], cells: Sequence[Cell]
) -> tuple[SummaryClaim, ...]:
    """A line a statement: who supports it, who contradicts it; as sure as its cells are."""
    titles = {paper.paper_id: short_title(paper.title) for paper in papers}
    claims = []
    for statement in statements:
        stated = [c for c in cells if c.aspect == statement and c.status == "stated"]
        sides = []
        for (value, verdict), word in _WORDS.items():
            names = [titles[c.paper_id] for c in stated if (c.value, c.verdict) == (value, verdict)]
            sides += [f"{word}: {listed(names)}"] if names else []
        said = "; ".join(sides) or "no paper was heard to speak of it"
        # Silence is no finding: half of the papers that speak of a statement go unheard.
        sure = bool(stated) and all(cell.verdict == "supported" for cell in stated)
        ids = tuple(cell.paper_id for cell in stated)
        text = f"“{statement}”: {said.rstrip('.')}."
        claims.append(SummaryClaim(text, ids, "supported" if sure else "partial"))
    return tuple(claims)
