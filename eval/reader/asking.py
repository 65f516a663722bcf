"""Asks the engine every item of some papers, and scores what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.comparing.cells import GoldCell, score_cells
from eval.dataset import corpus_fingerprint
from eval.reader.data import ANSWERABLE, CLAIMS, TOPICS, Item, ReaderPaper
from eval.scoring.results import ComparedCells
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.aspects import ASPECTS, Aspect
from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.query.query import QueryText, read_query
from rag.settings import Settings
from rag.types import EVERYTHING, Answer, Paper, Scope

_QUOTES = 2  # sentences that a claim is checked against
_COMPARED = 49  # papers in one comparison, besides one of the one before


@dataclass(frozen=True, slots=True)
class Asked:
    """One item of a paper with its scores, by name, and in ``got`` what was told or why not.

    Scores are 0 or 1 but for ``papers listed``, a number of papers.
    """

    paper_id: str
    item: Item
    scores: Mapping[str, float]
    got: str = ""


def open_papers(
    settings: Settings,
    folder: Path,
    papers: Sequence[ReaderPaper],
    embedder: Embedder | None = None,
) -> Engine:
    """An engine over these papers alone, indexed in a folder of ``folder`` if they are not yet.

    The folder's name is a hash of papers and embedder. An embedder's folder whose weights changed
    keeps its name: then index elsewhere.
    """
    wanted = [paper.as_paper(order) for order, paper in enumerate(papers)]
    return open_indexed(settings, folder, wanted, embedder)


def open_indexed(
    settings: Settings, folder: Path, wanted: Sequence[Paper], embedder: Embedder | None = None
) -> Engine:
    """As `open_papers`, for papers of any source."""
    made_of = f"{corpus_fingerprint(wanted)} {asdict(Engine(settings).identity)}"
    name = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    load = (lambda: embedder) if embedder else None
    engine = Engine(settings.model_copy(update={"index": folder / name}), embedder=load)
    engine.add(wanted)
    return engine


def ask_items(
    engine: Engine, papers: Sequence[ReaderPaper], *, paper_scope: bool = False
) -> Iterator[Asked]:
    """Every item of the papers with its scores.

    With ``paper_scope`` each question is asked of its own paper alone, and topics are left out.
    """
    for paper in papers:
        scope = Scope((paper.paper_id,)) if paper_scope else EVERYTHING
        for item in paper.items:
            if item.kind in TOPICS:
                if not paper_scope:
                    yield _ask_topic(engine, paper, item)
            elif item.kind in CLAIMS:
                yield _check_claim(engine, paper, item)
            else:
                yield _ask_question(engine, paper, item, scope)


def _ask_question(engine: Engine, paper: ReaderPaper, item: Item, scope: Scope) -> Asked:
    answer = engine.ask(item.question, scope=scope)
    declined = {"declined": float(answer.abstained)}
    got = answer.reason or answer.claims[0].text
    if item.kind not in ANSWERABLE:
        return Asked(paper.paper_id, item, declined, got)
    first = answer.retrieved[0].paper_id if answer.retrieved else None
    scores = {
        "paper first": float(first == paper.paper_id),
        "sentence first": float(_first_sentence(answer, paper) in item.sentences),
        "given the paper": _right_first(_sentences(engine, paper, item), paper, item),
        **declined,
    }
    return Asked(paper.paper_id, item, scores, got)


def _ask_topic(engine: Engine, paper: ReaderPaper, item: Item) -> Asked:
    """Whether the paper is among those that are listed for the topic."""
    answer = engine.ask(item.question)
    listed = {citation.paper_id for citation in answer.citations}
    scores = {"listed": float(paper.paper_id in listed), "papers listed": float(len(listed))}
    return Asked(paper.paper_id, item, scores, answer.kind)


def _check_claim(engine: Engine, paper: ReaderPaper, item: Item) -> Asked:
    """Whether the claim counts as supported by the paper's nearest sentences."""
    scored = _sentences(engine, paper, item)
    quotes = [sentence.span.text for sentence in scored[:_QUOTES]]
    check = engine.check(item.text, quotes, [paper.title])
    scores = {"supported": float(check.verdict == "supported")}
    if item.sentences:
        scores["given the paper"] = _right_first(scored, paper, item)
    return Asked(paper.paper_id, item, scores, check.verdict)


def _first_sentence(answer: Answer, paper: ReaderPaper) -> int | None:
    """The number of the first sentence told, or None if it is not of this paper."""
    if not answer.claims:
        return None
    told = answer.claims[0]
    for citation in answer.citations:
        if citation.number in told.citations and citation.paper_id == paper.paper_id:
            for quote in citation.quotes:
                if quote.text == told.text:
                    return paper.sentence_at(quote.start, quote.end)
    return None


def _sentences(engine: Engine, paper: ReaderPaper, item: Item) -> list[ScoredSentence]:
    """The paper's sentences for a question or claim, best first, without any search."""
    query = read_query(QueryText(engine.library, item.text), Scope((paper.paper_id,)))
    own = [paper.paper_id]
    return score_sentences(query.content, own, query.search.judged(own))


def _right_first(scored: Sequence[ScoredSentence], paper: ReaderPaper, item: Item) -> float:
    best = scored[0].span
    return float(paper.sentence_at(best.start, best.end) in item.sentences)


def compare_papers(engine: Engine, papers: Sequence[ReaderPaper]) -> ComparedCells | None:
    """The cells of a comparison against the roles; None without two papers that have some."""
    ids = [paper.paper_id for paper in papers if paper.roles]
    if len(ids) < 2:
        return None
    # Two of them at least are compared at a time; a paper that is compared twice counts once.
    batches = [ids[max(0, at - 1) : at + _COMPARED] for at in range(0, len(ids), _COMPARED)]
    cells = [cell for batch in batches for cell in engine.compare(batch).cells]
    gold = [cell for paper in papers for cell in gold_cells(paper)]
    return score_cells(gold, cells, engine.library.by_id)


def gold_cells(paper: ReaderPaper, aspects: Sequence[Aspect] = ASPECTS) -> Iterator[GoldCell]:
    """The paper's cells as its roles say; none if nobody has labelled them."""
    spans = paper.spans
    if paper.roles is None:
        return
    for aspect in aspects:
        numbers = paper.roles.of(aspect.role)
        starts = frozenset(spans[number][0] for number in numbers)
        best = spans[numbers[0]] if numbers else None
        yield GoldCell(paper.paper_id, aspect.label, "", starts, best)
