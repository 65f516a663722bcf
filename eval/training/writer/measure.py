"""What the embedded model does with requests about papers that nobody trained on.

- *contrasts*: 60 written questions whose answer is a contrast that is easily turned round; a reply
  is right if it has one of the right phrases, and inverted if it has a wrong one.
- *chains*: 60 written conversations; how the program understands the last message, by its rules and
  with the model, is right if it names the papers that are meant and keeps what is asked.
- *nothing*: questions of the reader data, as the program sends them; how often the model finds no
  answer where there is none, and where one of the sentences answers.

It takes half an hour on two cores.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.dataset import read_lines
from eval.reader.asking import open_papers
from eval.reader.data import Item, ReaderPaper, load_papers
from rag.answering.prompts import Draft, label_of
from rag.answering.selecting.groups import Selection
from rag.answering.selecting.selection import select_evidence
from rag.answering.understanding.understanding import Listener
from rag.answering.writing.context import Context, context_of
from rag.answering.writing.drafting import draft_claims
from rag.decisions.aspect_sentences import AspectRanker
from rag.engine import Engine
from rag.models.endpoints.chat import ChatModel
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import retrieve_query
from rag.settings import CHECKOUT, Settings
from rag.types import EVERYTHING, Evidence, Span, Turn

SETS = CHECKOUT / "eval" / "replies"
_PAPERS = 10  # that a search returns
_ANSWERED = ("fact", "para", "search")


def measure(chat: ChatModel, folder: Path, limit: int | None = None) -> dict[str, Any]:
    """All three, each of at most ``limit`` questions; indexes the held-out papers in ``folder``."""
    papers = load_papers(split="held_out")
    with closing(open_papers(Settings(llm="quotes"), folder, papers)) as engine:
        return {
            "contrasts": _contrasts(chat, {p.paper_id: p for p in papers}, limit),
            "chains": _chains(chat, engine, limit),
            "nothing": _nothing(chat, engine, papers, limit),
        }


def _contrasts(
    chat: ChatModel, papers: dict[str, ReaderPaper], limit: int | None
) -> dict[str, Any]:
    found: Counter[str] = Counter()
    seconds = []
    for raw in read_lines(SETS / "contrasts.jsonl", "contrast", dict)[:limit]:
        evidence = tuple(
            _evidence(number, papers[paper_id], at)
            for number, (paper_id, at) in enumerate(raw["evidence"], start=1)
        )
        started = time.perf_counter()
        drafts = list(draft_claims(chat, raw["question"], Selection(evidence, None)))
        seconds.append(time.perf_counter() - started)
        found[_verdict(" ".join(draft.sentence for draft in drafts).lower(), raw)] += 1
    return {**found, "seconds": round(statistics.median(seconds), 2)}


def _verdict(said: str, raw: dict[str, Any]) -> str:
    if any(phrase.lower() in said for phrase in raw["wrong"]):
        return "inverted"
    if any(phrase.lower() in said for phrase in raw["right"]):
        return "right"
    return "beside the point" if said else "nothing found"


def _chains(chat: ChatModel, engine: Engine, limit: int | None) -> dict[str, int]:
    rules = Listener(engine.library, papers=_PAPERS)
    found: Counter[str] = Counter()
    for raw in read_lines(SETS / "chains.jsonl", "conversation", dict)[:limit]:
        history = [Turn(**turn) for turn in raw["history"]]
        for name, listener in (("rules", rules), ("model", replace(rules, chat=chat))):
            query = listener.understand(raw["message"], history, EVERYTHING).query
            found[name] += _is_understood(query, raw)
        found["of"] += 1
    return dict(found)


def _is_understood(query: Query, raw: dict[str, Any]) -> bool:
    if raw["alone"]:
        return query.standalone.strip(" ?") == str(raw["message"]).strip(" ?")
    named = {mention.paper_id for mention in query.mentions} | set(query.scope.papers)
    said = query.standalone.lower()
    return named == set(raw["must_name"]) and all(part.lower() in said for part in raw["keeps"])


def _nothing(
    chat: ChatModel, engine: Engine, papers: Sequence[ReaderPaper], limit: int | None
) -> dict[str, int]:
    """How often no claim is made: of questions without an answer, and of those with one."""
    ranker = AspectRanker(engine.library)
    items = [(paper, item) for paper in papers for item in paper.items]
    random.Random(0).shuffle(items)
    found: Counter[str] = Counter()
    for paper, item in items:
        kind = "without" if item.kind == "near" else "with"
        if item.kind not in ("near", *_ANSWERED) or found[kind] == (limit or 100):
            continue
        sent = _sent(engine, ranker, item)
        if sent is None or (kind == "with" and not _has_answer(sent[1], paper, item)):
            continue
        query, context = sent
        found[kind] += 1
        drafts: Iterator[Draft] = draft_claims(
            chat, query.text, context.selection, label=label_of(query.intent)
        )
        found[f"{kind}: none"] += not list(drafts)
    return dict(found)


def _sent(engine: Engine, ranker: AspectRanker, item: Item) -> tuple[Query, Context] | None:
    """What the model would be sent; None if it would not be asked."""
    query = read_query(QueryText(engine.library, item.question))
    retrieval = retrieve_query(query, _PAPERS)
    selection = select_evidence(query, retrieval, ranker)
    if selection.reason or selection.named:
        return None
    return query, context_of(query, selection, retrieval.ranked)


def _has_answer(context: Context, paper: ReaderPaper, item: Item) -> bool:
    return any(
        found.paper.paper_id == paper.paper_id
        and paper.sentence_at(found.span.start, found.span.end) in item.sentences
        for found in context.selection.evidence
    )


def _evidence(number: int, paper: ReaderPaper, at: int) -> Evidence:
    start, end = paper.spans[at]
    return Evidence(number, paper.as_paper(0), Span(paper.sentences[at], start, end), 1.0)


def show(figures: dict[str, Any]) -> str:
    """The figures as JSON lines."""
    return "\n".join(json.dumps({name: of}) for name, of in figures.items())
