"""Examples from the labelled cells: which sentence states an aspect. See docs/decisions/0009."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.comparing.cells import load_gold
from eval.fit.fitting import FOLDS, Example, Numbers
from eval.fit.questions import Questions
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.aspect_sentences import (
    AspectRanker,
    AspectSentence,
    own_aspect_features,
    sentence_features,
)
from rag.decisions.aspects import LIMITATION, Aspect
from rag.index.library import Library
from rag.text.sentences import split_sentences, trim

L2 = 20.0  # strong, for few sentences and many cues: the best of 1, 3, 6, 10, 20 on unseen papers
_WIDTH = 0.7  # log-odds over which a threshold is blurred, so that no single cell decides it
_OTHERS = 3  # papers for each question that it is not about
# One development paper states a limitation: too few to fit. These abstracts are made up; the last
# sentence of each states one.
_MADE_UP = "made up"
_LIMITATIONS = (
    "We propose a parser. It is fast. However, our method is limited to short texts.",
    "We study sleep. Results vary. Further research is needed to confirm these findings.",
    "We present a robot. It walks. We leave the extension to stairs for future work.",
    "We train a model of speech. It is accurate. It remains an open question how it scales.",
    "We map soils. Maps improve. A limitation of this study is its small sample.",
    "We test vaccines. Titres rose. Future studies should examine how long protection lasts.",
    "We analyse graphs. Bounds hold. The general case is left to future research.",
    "We introduce a compiler. It saves energy. Its cost on large programs is still unknown.",
    "We review trials. Effects are small. More work is needed to understand the mechanism.",
    "We collect tweets. Models learn. Our approach still struggles with irony, an open challenge.",
)  # fmt: skip


class Cells:
    """The sentences of the papers whose development cells are labelled, with their features."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.gold = {(c.paper_id, c.aspect): c for c in load_gold(split="dev")}
        papers = [library.by_id[i] for i in dict.fromkeys(i for i, _ in self.gold)]
        self.sentences = AspectRanker(library).sentences_of(papers)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best sentence of one paper: whether it states the aspect, and whether any does."""

    log_odds: float
    right: bool
    stated: bool


def aspect_examples(data: Cells, aspect: Aspect) -> list[Example]:
    """Every sentence of the labelled papers: whether it states the aspect."""
    examples = [
        Example(
            paper_id,
            sentence.for_aspect(aspect),
            sentence.span.start in data.gold[paper_id, aspect.label].starts,
        )
        for paper_id, sentences in data.sentences.items()
        for sentence in sentences
    ]
    return examples + (_made_up(data.library) if aspect == LIMITATION else [])


def made_up_note(aspect: Aspect) -> str:
    """What is added to the labelled cells of an aspect; empty for most."""
    return " and ten made-up abstracts that state one" if aspect == LIMITATION else ""


def _made_up(library: Library) -> list[Example]:
    vector, tokens = library.embedder.ask(LIMITATION.description)
    examples = []
    for number, text in enumerate(_LIMITATIONS):
        spans = [trim(span) for span in split_sentences(text)]
        states = library.embedder.embed_tokens([span.text for span in spans])
        vectors = library.embedder.embed([span.text for span in spans])
        for i, found in enumerate(sentence_features(spans)):
            maxsim = float((tokens.states @ states[i].states.T).max(axis=1).mean())
            meaning = {"cosine": float(vectors[i] @ vector), "maxsim": maxsim}
            sentence = AspectSentence(spans[i], found, {LIMITATION.id: meaning})
            weighed = sentence.for_aspect(LIMITATION)
            group = f"{_MADE_UP} {number}"
            examples.append(Example(group, weighed, i == len(spans) - 1, _MADE_UP))
    return examples


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
    """The best sentence of each paper; made-up ones are left out."""
    of_paper: dict[str, list[int]] = {}
    for i, example in enumerate(examples):
        if example.kind != _MADE_UP:
            of_paper.setdefault(example.group, []).append(i)
    found = []
    for places in of_paper.values():
        best = max(places, key=lambda i: log_odds[i])
        stated = any(examples[i].yes for i in places)
        found.append(_Best(float(log_odds[best]), examples[best].yes, stated))
    return found


def aspect_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The threshold, in log-odds, at which the most cells are right."""
    return _threshold(by_paper(examples, log_odds))


def own_aspect_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The same if every example is the best sentence of its paper."""
    pairs = zip(examples, log_odds, strict=True)
    return _threshold([_Best(float(value), e.yes, e.yes) for e, value in pairs])


def _threshold(cells: Sequence[_Best]) -> float:
    """The threshold at which the most cells are right, blurred by a normal distribution."""

    def right(threshold: float) -> float:
        total = 0.0
        for cell in cells:
            filled = (1 + math.erf((cell.log_odds - threshold) / _WIDTH / math.sqrt(2))) / 2
            total += filled * cell.right + (1 - filled) * (not cell.stated)
        return total

    values = [cell.log_odds for cell in cells]
    grid = np.arange(min(values) - 1.5, max(values) + 1.5, 0.05)
    return round(float(max(grid, key=right)), 2)


def cells_right(examples: Sequence[Example], log_odds: Numbers) -> str:
    """How many unseen cells are right, each at the threshold that is best for the others."""
    cells = by_paper(examples, log_odds)
    right = 0
    for fold in range(FOLDS):
        threshold = _threshold([cell for i, cell in enumerate(cells) if i % FOLDS != fold])
        for cell in cells[fold::FOLDS]:
            right += cell.right if cell.log_odds >= threshold else not cell.stated
    return f"cells right {right} of {len(cells)}, stated in {sum(cell.stated for cell in cells)}"
