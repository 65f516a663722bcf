"""The written replies as what the embedded model is sent and what it should send back.

A line of data/replies/*.jsonl has a ``kind`` and, by kind,

    claims:  question, evidence: [[paper, sentence], ...], claims: [{"sources", "sentence"}]
    cells:   evidence, columns: [[aspect, number], ...], cells: {aspect: value}
    rewrite: asked, said, papers: [paper, ...], message, question

Papers and sentences are those of the reader data; sentences count from 0 there, and from 1 in
``sources`` and ``columns``, which count the evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.dataset import read_lines
from eval.reader.data import ReaderPaper, Split, load_papers, split_of
from rag.answering.prompts import PLAINLY, claims_messages, label_of
from rag.answering.understanding.restating import restating_messages
from rag.comparing.cell_drafts import cells_messages
from rag.decisions.aspects import ASPECTS
from rag.models.endpoints.chat import Message
from rag.settings import CHECKOUT
from rag.text.characters.escaping import as_material
from rag.types import Evidence, Intent, Span

REPLIES = CHECKOUT / "data" / "replies"
_ASPECTS = {aspect.id: aspect for aspect in ASPECTS}
_INTENTS: Mapping[str, Intent] = {
    "yes_no": "yes_no",
    "compare": "comparison",
    "overview": "overview",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One request and the right reply, as JSON without spaces."""

    kind: str
    paper: str  # its id decides the split
    messages: tuple[Message, ...]
    reply: str

    @property
    def split(self) -> Split:
        """The split of its first paper."""
        return split_of(self.paper)


def load_examples(folder: Path = REPLIES) -> list[Example]:
    """Every example in the folder. Raises FileError and FormatError."""
    papers = {paper.paper_id: paper for paper in load_papers()}
    lines = [
        raw
        for file in sorted(folder.glob("*.jsonl"))
        for raw in read_lines(file, "written reply", dict)
    ]
    return [_example(raw, papers) for raw in lines]


def _example(raw: Mapping[str, Any], papers: Mapping[str, ReaderPaper]) -> Example:
    if raw["kind"] == "rewrite":
        titles = [papers[paper_id].title for paper_id in raw["papers"]]
        messages = restating_messages(raw["message"], raw["asked"], raw["said"], titles)
        return Example("rewrite", raw["papers"][0], tuple(messages), _json(raw, "question"))
    evidence = _evidence(raw["evidence"], papers)
    if raw["kind"] == "cells":
        paper = papers[raw["evidence"][0][0]]
        aspects = [_ASPECTS[name] for name, _ in raw["columns"]]
        choices = {name: (number,) for name, number in raw["columns"]}
        spans = [item.span for item in evidence]
        messages = cells_messages(paper.title, spans, aspects, choices, choosing=False)
        return Example("cells", paper.paper_id, tuple(messages), _compact(raw["cells"]))
    intent = _INTENTS.get(raw["kind"], "lookup")
    label = PLAINLY if raw["kind"] == "explain" else label_of(intent)
    messages = claims_messages(raw["question"], evidence, label)
    return Example(raw["kind"], raw["evidence"][0][0], tuple(messages), _json(raw, "claims"))


def _evidence(places: Sequence[Sequence[Any]], papers: Mapping[str, ReaderPaper]) -> list[Evidence]:
    found = []
    for number, (paper_id, sentence) in enumerate(places, start=1):
        paper = papers[paper_id]
        start, end = paper.spans[sentence]
        span = Span(paper.sentences[sentence], start, end)
        found.append(Evidence(number, paper.as_paper(0), span, 1.0))
    return found


def _json(raw: Mapping[str, Any], field: str) -> str:
    return _compact({field: raw[field]})


def _compact(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """With the marks of a prompt's material, which the model cannot know otherwise."""
    if isinstance(value, str):
        return as_material(value) if '"' in value else value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
