"""Fit which sentence states an aspect, and from where on it does at all.

`python -m eval.calibrate_aspects [--index DIR] [--write]` fits on the development half of the gold
cells (for a reader's own aspects: on the development questions), prints what each decision is worth
on papers it has not seen (five folds by paper), and with --write puts the coefficients into
rag/calibrated_aspects.py. See docs/decisions/0009.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.calibrate import ask
from eval.cases import QUESTIONS, load_cases
from eval.comparing import GoldCell, load_gold
from eval.fit import FOLDS, Example, fit, fit_folds, fold_of, unseen_odds
from rag import wiring
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.aspect_sentences import (
    AspectRanker,
    AspectSentence,
    own_aspect_features,
    rank_sentences,
    sentence_features,
)
from rag.decisions.aspects import ASPECTS
from rag.decisions.logistic import LogisticModel
from rag.index.library import Library
from rag.settings import CHECKOUT, load_settings
from rag.text.sentences import split_sentences, trim

_L2 = 20.0  # few sentences for many cues: of 1, 3, 6, 10 and 20 the best on unseen papers
_WIDTH = 0.7  # log odds over which a threshold is blurred, so that no single cell decides it
_OTHERS = 3  # papers a question is not about, of each question
_TARGET = CHECKOUT / "rag" / "decisions" / "fitted_aspects.py"
# One development paper states a limitation: too few to fit. These abstracts are made up.
_LIMITATION = "limitation or open question"
_MADE_UP = (
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
_HEAD = '''"""Coefficients, fitted on the development half by `python -m eval.calibrate_aspects`.

What each signal is stands in rag/cues.py and rag/assign.py; what the fit is worth, in
docs/decisions/0009. Do not tune by hand.
"""

from __future__ import annotations

from rag.decisions.logistic import LogisticModel
'''


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one paper's best sentence would make of a cell."""

    paper_id: str
    odds: float
    accepted: bool  # the sentence is one that states the aspect
    stated: bool  # the paper states the aspect


def made_up(library: Library, aspect_ranker: AspectRanker) -> list[Example]:
    """Sentences of abstracts that were made up; the last one of each states a limitation."""
    vector, tokens = library.embedder.ask(ASPECTS[-1].description)
    examples = []
    for number, text in enumerate(_MADE_UP):
        spans = [trim(span) for span in split_sentences(text)]
        states = library.embedder.embed_tokens([span.text for span in spans])
        vectors = library.embedder.embed([span.text for span in spans])
        for i, found in enumerate(sentence_features(spans)):
            near = (tokens.states @ states[i].states.T).max(axis=1).mean()
            meaning = {"cosine": float(vectors[i] @ vector), "pieces": float(near)}
            sight = AspectSentence(spans[i], found, {_LIMITATION: meaning})
            last = i == len(spans) - 1
            examples.append(Example(f"made up {number}", sight.for_aspect(_LIMITATION), last))
    return examples


def threshold_of(outcomes: Sequence[Outcome]) -> float:
    """The log odds from which cells are right most often, blurred by a normal distribution."""

    def right(threshold: float) -> float:
        total = 0.0
        for outcome in outcomes:
            said = (1 + math.erf((outcome.odds - threshold) / _WIDTH / math.sqrt(2))) / 2
            total += said * outcome.accepted + (1 - said) * (not outcome.stated)
        return total

    odds = [outcome.odds for outcome in outcomes]
    grid = np.arange(min(odds) - 1.5, max(odds) + 1.5, 0.05)
    return round(float(max(grid, key=right)), 2)


def outcomes_of(
    sentences_of: Mapping[str, Sequence[AspectSentence]],
    gold: Mapping[str, GoldCell],
    aspect: str,
    folds: Sequence[LogisticModel],
) -> list[Outcome]:
    """Each paper's best sentence by the fit that has not seen the paper."""
    outcomes = []
    for paper_id, of_paper in sentences_of.items():
        best = rank_sentences(of_paper, aspect, folds[fold_of(paper_id)])[0]
        starts = gold[paper_id].starts
        outcomes.append(Outcome(paper_id, best.margin, best.span.start in starts, bool(starts)))
    return outcomes


def calibrate_aspect(
    sentences_of: Mapping[str, Sequence[AspectSentence]],
    gold: Mapping[str, GoldCell],
    aspect: str,
    more: Sequence[Example],
) -> tuple[LogisticModel, str, list[tuple[bool, bool, bool]]]:
    """The decision, a line on what it is worth, and (right, said, stated) of each unseen paper."""
    examples = [
        Example(paper_id, sight.for_aspect(aspect), sight.span.start in gold[paper_id].starts)
        for paper_id, of_paper in sentences_of.items()
        for sight in of_paper
    ] + list(more)
    outcomes = outcomes_of(sentences_of, gold, aspect, fit_folds(examples, _L2))
    cells = []
    for fold in range(FOLDS):
        others = [o for o in outcomes if fold_of(o.paper_id) != fold]
        threshold = threshold_of(others)
        for o in (o for o in outcomes if fold_of(o.paper_id) == fold):
            said = o.odds >= threshold
            cells.append((o.accepted if said else not o.stated, said, o.stated))
    decision = replace(fit(examples, _L2), threshold=threshold_of(outcomes))
    return decision, f"{aspect}: {_worth(cells)}", cells


def _worth(cells: Sequence[tuple[bool, bool, bool]]) -> str:
    right = sum(cell[0] for cell in cells)
    silent = [not stated for _, said, stated in cells if not said]
    none = sum(not stated for _, _, stated in cells)
    return (
        f"{right} of {len(cells)} right ({right / len(cells):.3f}); "
        f"not stated {sum(silent)} of {len(silent)} rightly, {none} to be found"
    )


def own_examples(library: Library) -> list[Example]:
    """The best sentence of each paper for a question: the paper answers it, or it does not.

    Not: papers of other questions, and the named paper where a detail is asked that it lacks.
    """
    cases = [c for c in load_cases(QUESTIONS, library.papers) if c.split == "dev"]
    examples = []
    for place, case in enumerate(cases):
        if case.kind not in ("fact", "paraphrase", "near"):
            continue
        asked = ask(library, case)
        about = case.must_cite or [mention.paper_id for mention in asked.query.mentions]
        spared = {*about, *case.may_cite}
        far = [p.paper_id for p in library.papers if p.paper_id not in spared]
        others = [far[(place * 17 + 29 * i) % len(far)] for i in range(_OTHERS)]
        for paper_id in [*about, *others]:
            best = score_sentences(asked.query.content, [paper_id])[:1]
            yes = paper_id in case.must_cite
            examples += [Example(paper_id, own_aspect_features(item), yes) for item in best]
    return examples


def calibrate_own(library: Library) -> tuple[LogisticModel, str]:
    """The decision for an aspect in the reader's words, and what it is worth on unseen papers."""
    examples = own_examples(library)
    odds = unseen_odds(examples)
    outcomes = [Outcome(e.group, o, e.yes, e.yes) for e, o in zip(examples, odds, strict=True)]
    threshold = threshold_of(outcomes)
    cells = [((o.odds >= threshold) == o.stated, o.odds >= threshold, o.stated) for o in outcomes]
    return replace(fit(examples), threshold=threshold), f"in own words: {_worth(cells)}"


def as_module(aspects: Mapping[str, LogisticModel], own: LogisticModel) -> str:
    """The text of rag/calibrated_aspects.py."""
    parts = [_HEAD, "\nASPECT_LOGITS = {\n"]
    for name, logit in aspects.items():
        parts.append(f'    "{name}": {_as_text(logit, "    ")},\n')
    return "".join([*parts, "}\n\n", f"OWN_ASPECT = {_as_text(own, '')}\n"])


def _as_text(logit: LogisticModel, indent: str) -> str:
    rows = "".join(
        f'{indent}        "{key}": {value},\n' for key, value in logit.coefficients.items()
    )
    return (
        f"LogisticModel(\n{indent}    bias={logit.bias},\n{indent}    coefficients={{\n{rows}{indent}    }}"
        f",\n{indent}    threshold={logit.threshold},\n{indent})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with closing(wiring.open_library(load_settings(index=given.index, llm="quotes"))) as library:
        gold = [cell for cell in load_gold() if cell.split == "dev"]
        aspect_ranker = AspectRanker(library)
        papers = [library.by_id[i] for i in dict.fromkeys(cell.paper_id for cell in gold)]
        sentences_of = aspect_ranker.sentences_of(papers)
        decisions, every = {}, []
        for aspect in ASPECTS:
            of_aspect = {cell.paper_id: cell for cell in gold if cell.aspect == aspect.name}
            more = made_up(library, aspect_ranker) if aspect.name == _LIMITATION else []
            decision, line, cells = calibrate_aspect(sentences_of, of_aspect, aspect.name, more)
            decisions[aspect.name] = decision
            every += cells
            print(line, flush=True)
        print(f"all: {_worth(every)}")
        own, line = calibrate_own(library)
        print(line)
    if given.write:
        _TARGET.write_text(as_module(decisions, own), encoding="utf-8")


if __name__ == "__main__":
    main()
