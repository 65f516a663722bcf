"""Fit when a paper speaks of a statement, and when it contradicts it.

`python -m eval.calibrate_stance DIR --index DIR [--write]`, where DIR holds SciFact's corpus.jsonl
and evidence_train.jsonl (arXiv:2004.14974). With --write the claims of one half, by a hash of their
ids, are fitted and the coefficients go into rag/decisions/fitted_stance.py; without it those that
stand there are measured on the other half. See docs/decisions/0010.

The corpus is every abstract that a claim cites and one in five of the others. Of each claim the
abstracts with labelled evidence support or contradict it; silent are those that it cites without
evidence (on its subject, undecided) and those of the ten that retrieval finds that have no label.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from eval.beir import read_collection
from eval.fit import Example, fit, unseen_odds
from eval.stance import Judged, report
from rag import wiring
from rag.comparing.stances.opposition import opposition
from rag.comparing.stances.stance import NEAREST, find_stances
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.logistic import LogisticModel
from rag.index.build.sync import index_papers
from rag.index.library import Library
from rag.retrieval.query.query import QueryText
from rag.retrieval.search import retrieve
from rag.settings import CHECKOUT, Settings, load_settings

Numbers: TypeAlias = NDArray[np.float64]

_TARGET = CHECKOUT / "rag" / "calibrated_stance.py"
_FEATURES = ("cosine", "overlap", "pieces")  # of a sentence with the statement
_STEP = 1000  # papers indexed in one go
_FOUND = 10
_SLACK = 0.01  # of F1 that is given for hearing more
_SURE = 0.8  # share of rightly taken sides
_LABELS = {"SUPPORT": "supports", "CONTRADICT": "contradicts"}
_HEAD = '''"""Coefficients, fitted on SciFact's claims by `python -m eval.calibrate_stance`.

What each signal is stands in rag/comparing/stances/stance.py; what the fit is worth, in
docs/decisions/0010. Do not tune by hand.
"""

from __future__ import annotations

from rag.decisions.logistic import LogisticModel

'''


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its labels by paper id; ``cited`` are those it cites, labelled or not."""

    number: str
    text: str
    labels: dict[str, str]
    cited: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        """Whether it is measured, not fitted."""
        return zlib.crc32(self.number.encode()) % 2 == 1


def read_claims(folder: Path) -> list[Claim]:
    """The claims in the file's order."""
    claims = []
    for line in (folder / "evidence_train.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        labels = {str(e["doc_id"]): _LABELS[e["label"]] for e in raw["evidence"]}
        cited = tuple(str(doc) for doc in raw["cited_doc_ids"])
        claims.append(Claim(raw["_id"], raw["claim"], labels, cited))
    return claims


def build(settings: Settings, folder: Path, claims: Sequence[Claim]) -> None:
    """Index what is cited and one in five of the others; what is there is kept."""
    cited = {doc for claim in claims for doc in claim.cited}
    every = read_collection(folder, "train").papers
    wanted = [p for p in every if p.paper_id in cited or zlib.crc32(p.paper_id.encode()) % 5 == 0]
    index, identity = wiring.index_folder(settings), wiring.index_identity(settings)
    there = {paper.paper_id for paper in index.papers()}
    todo = [paper for paper in wanted if paper.paper_id not in there]
    for start in range(0, len(todo), _STEP):
        step = todo[start : start + _STEP]
        index_papers(index, identity, step, partial(wiring.open_embedder, settings))


def papers_of(library: Library, claim: Claim) -> list[str]:
    """Those that the claim cites, then those that retrieval finds."""
    found = [ranked.paper.paper_id for ranked in retrieve(library, claim.text, _FOUND).ranked]
    return [i for i in dict.fromkeys([*claim.cited, *found]) if i in library.by_id]


def fit_all(
    library: Library, claims: Sequence[Claim]
) -> tuple[LogisticModel, LogisticModel, float]:
    """When a paper speaks, when it contradicts, and the log odds up to which it supports."""
    pairs = [pair for claim in claims for pair in _pairs(library, claim)]
    # Which sentence is the nearest is what is being fitted; two cosines are a start.
    first = fit(
        [_example(pair, LogisticModel(0.0, {"cosine": 1.0, "pieces": 1.0})) for pair in pairs]
    )
    examples = [_example(pair, first) for pair in pairs]
    odds, yes = np.array(unseen_odds(examples)), np.array([e.yes for e in examples])
    speaks = replace(fit(examples), threshold=_hearing(odds, yes))
    sides = [_opposed(library, pair, speaks) for pair in pairs if pair.label]
    against = fit(sides)
    odds, yes = (
        np.array([against.log_odds(e.features) for e in sides]),
        np.array([e.yes for e in sides]),
    )
    return speaks, replace(against, threshold=-_reach(-odds, yes)), _reach(odds, ~yes)


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the sentences of one paper; the label is None where the paper is silent."""

    claim: Claim
    items: tuple[ScoredSentence, ...]
    label: str | None


def _pairs(library: Library, claim: Claim) -> list[Pair]:
    found: dict[str, list[ScoredSentence]] = {}
    statement = QueryText(library, claim.text)
    for item in score_sentences(statement, papers_of(library, claim)):
        found.setdefault(item.paper.paper_id, []).append(item)
    return [Pair(claim, tuple(items), claim.labels.get(i)) for i, items in found.items()]


def _nearest(items: Sequence[ScoredSentence], decide: LogisticModel) -> list[ScoredSentence]:
    return sorted(items, key=lambda item: -decide.log_odds(item.features))


def _example(pair: Pair, decide: LogisticModel) -> Example:
    best = _nearest(pair.items, decide)[0]
    features = {name: best.features[name] for name in _FEATURES}
    return Example(pair.claim.number, features, pair.label is not None)


def _opposed(library: Library, pair: Pair, decide: LogisticModel) -> Example:
    texts = [item.span.text for item in _nearest(pair.items, decide)[:NEAREST]]
    statement, *sentences = library.embedder.embed_tokens([pair.claim.text, *texts])
    features = {"opposed": opposition(statement, sentences).opposed}
    return Example(pair.claim.number, features, pair.label == "contradicts")


def _hearing(odds: Numbers, yes: NDArray[np.bool_]) -> float:
    """The lowest threshold whose F1 is within reach of the best: a silent row costs a glance."""
    grid = np.arange(-4.0, 4.0, 0.1)
    scores = np.array([_f1(odds >= threshold, yes) for threshold in grid])
    return round(float(grid[scores >= scores.max() - _SLACK].min()), 2)


def _f1(said: NDArray[np.bool_], yes: NDArray[np.bool_]) -> float:
    return float(2 * (said & yes).sum() / (said.sum() + yes.sum()))


def _reach(odds: Numbers, right: NDArray[np.bool_]) -> float:
    """The highest odds up to which the share of right cases is still as wanted."""
    order = np.argsort(odds, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    return round(float(odds[order][np.flatnonzero(shares >= _SURE).max()]), 2)


def measure(library: Library, claims: Sequence[Claim]) -> str:
    """Markdown: what the shipped decisions say of these claims."""
    judged, odds = [], []
    for claim in claims:
        papers = [library.by_id[i] for i in papers_of(library, claim)]
        for paper_id, heard in find_stances(library, papers, claim.text).items():
            label = claim.labels.get(paper_id, "silent")
            judged.append(Judged(label, heard.value or "silent", False, heard.sure))
            odds.append(heard.speaks)
    yes, scores = np.array([j.label != "silent" for j in judged]), np.array(odds)
    area = mannwhitneyu(scores[yes], scores[~yes]).statistic / (yes.sum() * (~yes).sum())
    return f"{report(judged, quotes=False)}\nAUROC of speaking: {area:.3f}."


def as_module(speaks: LogisticModel, against: LogisticModel, supports: float) -> str:
    """The text of rag/decisions/fitted_stance.py."""
    return (
        f"{_HEAD}SPEAKS = {_as_text(speaks)}\nCONTRADICTS = {_as_text(against)}\n"
        f"SUPPORTS_BELOW = {supports}\n"
    )


def _as_text(logit: LogisticModel) -> str:
    rows = "".join(f'        "{name}": {value},\n' for name, value in logit.coefficients.items())
    return (
        f"LogisticModel(\n    bias={logit.bias},\n    coefficients={{\n{rows}    }},\n"
        f"    threshold={logit.threshold},\n)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    settings = load_settings(index=given.index, llm="quotes")
    claims = read_claims(given.folder)
    build(settings, given.folder, claims)
    with closing(wiring.open_library(settings)) as library:
        if given.write:
            speaks, against, supports = fit_all(library, [c for c in claims if not c.held_out])
            _TARGET.write_text(as_module(speaks, against, supports), encoding="utf-8")
        else:
            print(measure(library, [c for c in claims if c.held_out]))


if __name__ == "__main__":
    main()
