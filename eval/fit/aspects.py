"""Examples from the labelled cells: which sentence states an aspect. See docs/decisions/0009."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.comparing.cells import GoldCell
from eval.fit.fitting import FOLDS, Example, Numbers
from eval.fit.questions import Questions
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.aspect_sentences import AspectRanker, own_aspect_features
from rag.decisions.aspects import Aspect
from rag.index.library import Library

L2 = 20.0  # the best of 10, 20 and 30 on unseen papers
_WIDTH = 0.7  # log-odds over which a threshold is blurred, so that no single cell decides it
_OTHERS = 3  # papers for each question that it is not about


class Cells:
    """The sentences of papers whose cells are labelled, with their features."""

    def __init__(self, library: Library, gold: Sequence[GoldCell]) -> None:
        self.gold = {(cell.paper_id, cell.aspect): cell for cell in gold}
        papers = [library.by_id[i] for i in dict.fromkeys(i for i, _ in self.gold)]
        self.sentences = AspectRanker(library).sentences_of(papers)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best sentence of one paper: whether it states the aspect, and whether any does."""

    source: str
    log_odds: float
    right: bool
    stated: bool


def aspect_examples(data: Cells, aspect: Aspect) -> list[Example]:
    """Every sentence of the papers whose cell is labelled: whether it states the aspect."""
    return [
        Example(paper_id, sentence.for_aspect(aspect), sentence.span.start in cell.starts)
        for paper_id, sentences in data.sentences.items()
        if (cell := data.gold.get((paper_id, aspect.label)))
        for sentence in sentences
    ]


def own_aspect_examples(data: Questions) -> list[Example]:
    """The best sentence of each paper for a question: the paper answers it, or it does not.

    Papers that do not are those of other questions, and the named paper if it lacks the detail.
    """
    examples = []
    papers = data.library.papers
    for place, case in enumerate(data.cases):
        if case.kind not in ("fact", "paraphrase", "near"):
            continue
        asked = data.by_id[case.id]
        about = case.must_cite or [mention.paper_id for mention in asked.query.mentions]
        related = {*about, *case.may_cite}
        far = [p.paper_id for p in papers if p.paper_id not in related]
        others = [far[(place * 17 + 29 * i) % len(far)] for i in range(_OTHERS)]
        for paper_id in [*about, *others]:
            best = score_sentences(asked.query.content, [paper_id])[:1]
            yes = paper_id in case.must_cite
            examples += [Example(paper_id, own_aspect_features(item), yes) for item in best]
    return examples


def by_paper(examples: Sequence[Example], log_odds: Numbers) -> list[_Best]:
    """The best sentence of each paper."""
    of_paper: dict[str, list[int]] = {}
    for i, example in enumerate(examples):
        of_paper.setdefault(example.group, []).append(i)
    found = []
    for places in of_paper.values():
        best = max(places, key=lambda i: log_odds[i])
        stated = any(examples[i].yes for i in places)
        example = examples[best]
        found.append(_Best(example.source, float(log_odds[best]), example.yes, stated))
    return found


def aspect_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The threshold, in log-odds, at which the most cells are right."""
    return _threshold(by_paper(examples, log_odds))


def own_aspect_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The same if every example is the best sentence of its paper."""
    pairs = zip(examples, log_odds, strict=True)
    return _threshold([_Best(e.source, float(value), e.yes, e.yes) for e, value in pairs])


def _threshold(cells: Sequence[_Best]) -> float:
    """The threshold at which the most cells are right, blurred by a normal distribution.

    Each source counts the same.
    """
    count = Counter(cell.source for cell in cells)

    def right(threshold: float) -> float:
        total = 0.0
        for cell in cells:
            filled = (1 + math.erf((cell.log_odds - threshold) / _WIDTH / math.sqrt(2))) / 2
            hits = filled * cell.right + (1 - filled) * (not cell.stated)
            total += hits / count[cell.source]
        return total

    values = [cell.log_odds for cell in cells]
    grid = np.arange(min(values) - 1.5, max(values) + 1.5, 0.05)
    return round(float(max(grid, key=right)), 2)


def cells_right(examples: Sequence[Example], log_odds: Numbers) -> str:
    """How many unseen cells are right, each at the threshold that is best for the others."""
    cells = by_paper(examples, log_odds)
    right: Counter[str] = Counter()
    for fold in range(FOLDS):
        threshold = _threshold([cell for i, cell in enumerate(cells) if i % FOLDS != fold])
        for cell in cells[fold::FOLDS]:
            right[cell.source] += cell.right if cell.log_odds >= threshold else not cell.stated
    count = Counter(cell.source for cell in cells)
    return "cells right " + ", ".join(f"{name} {right[name]} of {n}" for name, n in count.items())
