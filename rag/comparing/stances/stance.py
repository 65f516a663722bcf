"""Whether papers support a statement, contradict it, or do not address it.

Two fitted decisions. A paper addresses a statement if its most relevant sentence is relevant
enough. The words of direction (rag/text/polarity.py) in its three most relevant sentences then
decide whether it supports or contradicts the statement. If they say too little, the stance is
"unclear": a false contradiction is worse than leaving the quote to the reader.

Fitted by `python -m eval.fit addresses_statement contradicts_statement --scifact DIR`; figures are
in docs/decisions/0010.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.verify.comparisons import compares, compares_alike
from rag.answering.verify.support import contradicted
from rag.comparing.cells import empty_cell
from rag.comparing.stances.opposition import Opposition, opposition
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.aspects import Aspect
from rag.decisions.logistic import load
from rag.index.library import Library
from rag.query.query import QueryText
from rag.text.names.titles import short_title
from rag.text.wording import enumerated
from rag.types import Cell, Paper, Span, Stance, SummaryClaim, Verdict

_ADDRESSES, _CONTRADICTS = load("addresses_statement"), load("contradicts_statement")
NEAREST = 3  # most relevant sentences of a paper that decide together
_MOST_SHOWN = 4  # sentences that a language model may choose from
_WORDS: Mapping[tuple[Stance, Verdict], str] = {
    ("supports", "supported"): "supported by",
    ("supports", "partial"): "perhaps supported by",
    ("contradicts", "supported"): "contradicted by",
    ("contradicts", "partial"): "perhaps contradicted by",
    ("unclear", "partial"): "addressed without a clear side by",
}


@dataclass(frozen=True, slots=True)
class StanceEvidence:
    """What a paper's sentences say about a statement.

    nearest: its most relevant sentences, best first.
    relevance: log-odds minus the threshold; the paper addresses the statement from 0 on.
    stance: by the fitted decisions; None if the paper does not address the statement.
    is_sure: False if the stance is only a hint.
    deciding: the sentence whose words decided the stance, or None.
    """

    nearest: tuple[Span, ...]
    relevance: float
    stance: Stance | None = None
    is_sure: bool = True
    deciding: Span | None = None


def stance_evidence(
    library: Library, papers: Sequence[Paper], statement: str
) -> dict[str, StanceEvidence]:
    """The evidence by paper id, without papers that have no sentence."""
    ids = [paper.paper_id for paper in papers]
    scored: dict[str, list[ScoredSentence]] = {}
    for item in score_sentences(QueryText(library, statement), ids):
        scored.setdefault(item.paper.paper_id, []).append(item)
    found = {}
    for paper_id, items in scored.items():
        best = nearest(items)[:_MOST_SHOWN]
        relevance = _ADDRESSES.log_odds(best[0].features) - _ADDRESSES.threshold
        found[paper_id] = StanceEvidence(tuple(item.span for item in best), relevance)
    relevant = {paper_id: item for paper_id, item in found.items() if item.relevance >= 0}
    return found | _with_stances(library, statement, relevant)


def _with_stances(
    library: Library, statement: str, found: Mapping[str, StanceEvidence]
) -> dict[str, StanceEvidence]:
    """The evidence with stances, by one pass of the embedder over all nearest sentences."""
    texts = sorted({s.text for item in found.values() for s in item.nearest[:NEAREST]}, key=len)
    asked, *states = library.embedder.embed_tokens([statement, *texts])
    tokens = dict(zip(texts, states, strict=True))
    decided = {}
    for paper_id, item in found.items():
        sentences = [span.text for span in item.nearest[:NEAREST]]
        opposed = opposition(asked, [tokens[text] for text in sentences])
        stance, is_sure = decide_stance(statement, sentences, opposed)
        deciding = None if opposed.place is None else item.nearest[opposed.place]
        decided[paper_id] = replace(item, stance=stance, is_sure=is_sure, deciding=deciding)
    return decided


def decide_stance(
    statement: str, sentences: Sequence[str], found: Opposition
) -> tuple[Stance, bool]:
    """The stance of a paper that addresses the statement, and whether it is sure. Pure.

    ``sentences`` are the nearest ones, best first. If the best one denies the statement, or
    compares the same things the other way round, the paper may contradict it; if the words of
    direction agree nevertheless, the stance is unclear. A statement that compares is supported only
    by a sentence that compares the same things in the same direction.
    """
    features = {"opposition": found.opposed}
    if _CONTRADICTS.accepts(features):
        return "contradicts", True
    agrees = _CONTRADICTS.rejects(features)
    if contradicted(statement, sentences[:1]):
        return ("unclear" if agrees else "contradicts"), False
    if compares(statement):
        agrees = agrees and any(compares_alike(statement, text) for text in sentences)
    return ("supports", True) if agrees else ("unclear", False)


def nearest(items: Iterable[ScoredSentence]) -> list[ScoredSentence]:
    """One paper's sentences, the most relevant first."""
    return sorted(items, key=lambda item: (-_ADDRESSES.log_odds(item.features), item.span.start))


def cell_without_model(paper: Paper, statement: Aspect, found: StanceEvidence | None) -> Cell:
    """The cell by the fitted decisions; quotes the deciding sentence, then the nearest."""
    if found is None or found.stance is None:
        return empty_cell(paper, statement)
    quotes = [found.nearest[0]]
    if found.is_sure and found.deciding is not None:
        quotes.insert(0, found.deciding)
    return stance_cell(paper, statement, found.stance, quotes, is_sure=found.is_sure)


def stance_cell(
    paper: Paper, statement: Aspect, stance: Stance, quotes: Iterable[Span], *, is_sure: bool
) -> Cell:
    """The cell of a paper that addresses the statement; each quote once, in order."""
    once = tuple(dict.fromkeys(quotes))
    verdict: Verdict = "supported" if is_sure else "partial"
    return Cell(paper.paper_id, statement.label, stance, "stated", once, verdict)


def summarise_stances(
    papers: Sequence[Paper], statements: Sequence[Aspect], cells: Sequence[Cell]
) -> tuple[SummaryClaim, ...]:
    """One claim per statement: who supports it and who contradicts it; as sure as its cells."""
    titles = {paper.paper_id: short_title(paper.title) for paper in papers}
    claims = []
    for statement in statements:
        stated = [c for c in cells if c.aspect == statement.label and c.status == "stated"]
        sides = []
        for (stance, verdict), words in _WORDS.items():
            names = [
                titles[c.paper_id] for c in stated if (c.value, c.verdict) == (stance, verdict)
            ]
            sides += [f"{words}: {enumerated(names)}"] if names else []
        outcome = "; ".join(sides) or "no abstract addresses it"
        # No stance found is not evidence: half of the papers that address a statement are missed.
        sure = bool(stated) and all(cell.verdict == "supported" for cell in stated)
        ids = tuple(cell.paper_id for cell in stated)
        text = f"“{statement.label}”: {outcome.rstrip('.')}."
        claims.append(SummaryClaim(text, ids, "supported" if sure else "partial"))
    return tuple(claims)
