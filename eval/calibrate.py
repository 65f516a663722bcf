"""Fit what decides: which sentences answer, how many papers it takes, whether to answer at all.

`python -m eval.calibrate [--index DIR] [--write]` fits on the development questions alone, prints
what each decision is worth on questions of papers it has not seen (five folds, grouped by paper),
and with --write puts the coefficients into rag/calibrated.py. See docs/decisions/0006.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from pathlib import Path

from eval.cases import QUESTIONS, Case, load_cases
from eval.fit import Example, fit, fit_folds, fold_of, unseen_odds, with_threshold
from rag import wiring
from rag.answering.rewriting import follow_up_features, rewrite, subject_of
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.answerability import features
from rag.decisions.logistic import LogisticModel
from rag.decisions.papers import (
    candidates,
    first_papers,
    list_candidates,
    papers_for_list,
    select_papers,
)
from rag.index.library import Library
from rag.retrieval.query.query import Query, QueryText, read_query
from rag.retrieval.search import Retrieval, retrieve_query, search
from rag.settings import CHECKOUT, load_settings
from rag.types import Turn

# Of the answerable questions, how many may be refused at most: each is an answer withheld.
_REFUSED = 0.05
_RANKS = 10
_STEP = 7  # so that the question before is about something else
# Of the questions of their own, how many may be taken for follow-ups.
_BOUND = 0.05
# Log odds under which a paper is left out of a list: a coin's toss, and more generous ones.
_CUTS = (0.0, -0.5, -1.0, -1.5, -2.0)
_TARGET = CHECKOUT / "rag" / "decisions" / "fitted.py"
_HEAD = '''"""Coefficients, fitted on the development questions by `python -m eval.calibrate`.

What each signal is stands beside it in rag/choose.py, rag/abstain.py and rag/condense.py; what the
fit is worth, in docs/decisions/0006. Do not tune by hand.
"""

from __future__ import annotations

from rag.decisions.logistic import LogisticModel
'''


@dataclass(frozen=True, slots=True)
class Asked:
    """A case with its question as it was read, and what was found for it."""

    case: Case
    query: Query
    retrieval: Retrieval

    @property
    def group(self) -> str:
        """The paper that the question is about, or the question itself."""
        return next(iter((*self.case.must_cite, *self.case.may_cite)), self.case.id)


def ask(library: Library, case: Case) -> Asked:
    """Retrieval for a case as the assistant does it."""
    rewritten = rewrite(QueryText(library, case.question), case.turns, None)
    query = read_query(rewritten.question)
    return Asked(case, query, retrieve_query(query, _RANKS, rewritten.retrieval))


def leaning_examples(library: Library, cases: Sequence[Case]) -> list[Example]:
    """Follow-ups in their conversations, and every other question after one on something else.

    The paper that the question before is about comes first among what may be cited; a case after
    itself, or after one on its own paper, would lean with reason and is left out.
    """
    before = [case for case in cases if case.kind in ("fact", "acronym", "paraphrase")]
    examples = []
    for at, case in enumerate(cases):
        if case.kind == "follow_up":
            history: Sequence[Turn] = case.turns
        else:
            other = before[_STEP * at % len(before)]
            if set(other.must_cite) & {*case.must_cite, *case.may_cite}:
                continue
            history = (Turn("user", other.question), Turn("assistant", ""))
        retrieval = search(QueryText(library, case.question), _RANKS)
        found = follow_up_features(retrieval, subject_of(library, history))
        examples.append(Example(case.id, found, case.kind == "follow_up"))
    return examples


def list_examples(asked: Asked) -> list[Example]:
    """Every paper of the corpus, whether it belongs in the list."""
    return [
        Example(asked.case.id, item.features, item.paper_id in asked.case.must_cite)
        for item in list_candidates(asked.retrieval)
        if item.paper_id not in asked.case.may_cite
    ]


def paper_examples(asked: Asked) -> list[Example]:
    """Each paper that was to be added, until the first that was not."""
    chosen = first_papers(asked.retrieval, asked.query.mentions)
    examples = []
    for candidate in candidates(asked.retrieval, asked.query.mentions, chosen):
        if candidate.paper_id in asked.case.may_cite:
            continue
        yes = candidate.paper_id in asked.case.must_cite
        examples.append(Example(asked.group, candidate.features, yes))
        if not yes:
            break
        chosen.append(candidate.paper_id)
    return examples


def sentence_examples(asked: Asked) -> list[Example]:
    """Every sentence of the papers to be cited, whether it is among those that hold the answer."""
    return [
        Example(item.paper.paper_id, item.features, _is_gold(asked.case, item))
        for item in score_sentences(asked.query.content, asked.case.must_cite)
    ]


def _is_gold(case: Case, item: ScoredSentence) -> bool:
    """Whether the sentence touches a gold stretch by half the length of the shorter one."""
    start, end = item.span.start, item.span.end
    return any(
        2 * (min(end, gold.end) - max(start, gold.start)) >= min(end - start, gold.end - gold.start)
        for gold in case.evidence
        if gold.paper_id == item.paper.paper_id
    )


def answer_example(asked: Asked, another: LogisticModel) -> Example:
    """Whether the question can be answered, beside the papers that ``another`` chooses."""
    chosen = select_papers(asked.retrieval, asked.query.mentions, another)
    scored = score_sentences(asked.query.content, chosen)
    found = features(asked.query, asked.retrieval, scored)
    return Example(asked.group, found, asked.case.answerable)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What rag/calibrated.py holds, in its order."""

    answers: LogisticModel
    another_paper: LogisticModel
    answerable: LogisticModel
    listed: LogisticModel
    leans: LogisticModel


def calibrate(library: Library, every: Sequence[Asked]) -> tuple[Decisions, str]:
    """All decisions, fitted on all cases, and a report on unseen ones."""
    asked = [item for item in every if item.query.kind != "list" and item.case.kind != "list"]
    about = [item for item in asked if item.case.kind != "far"]
    sentences = [example for item in about for example in sentence_examples(item)]
    papers = [example for item in about for example in paper_examples(item)]
    folds = fit_folds(papers)
    answers = [answer_example(item, folds[fold_of(item.group)]) for item in asked]
    odds = unseen_odds(answers)
    wanted = [o for o, e in zip(odds, answers, strict=True) if e.yes]
    answerable = with_threshold(fit(answers), wanted, _REFUSED)
    lines = [_sentences_line(about, fit_folds(sentences))]
    lines.append(_papers_line(about, folds))
    for kind in dict.fromkeys(item.case.kind for item in asked):
        of_kind = [o for o, item in zip(odds, asked, strict=True) if item.case.kind == kind]
        refused = sum(o < answerable.threshold for o in of_kind)
        lines.append(f"{kind}: {refused} of {len(of_kind)} refused")
    listed, line = _lists([a for a in every if a.query.kind == a.case.kind == "list"])
    leans, of_leaning = _leaning(library, [item.case for item in every])
    report = "\n".join([*lines, line, of_leaning])
    return Decisions(fit(sentences), fit(papers), answerable, listed, leans), report


def _leaning(library: Library, cases: Sequence[Case]) -> tuple[LogisticModel, str]:
    """The fit for follow-ups, and how often it is wrong on unseen questions."""
    examples = leaning_examples(library, cases)
    odds = unseen_odds(examples)
    leaning = [o for o, e in zip(odds, examples, strict=True) if e.yes]
    others = [o for o, e in zip(odds, examples, strict=True) if not e.yes]
    leans = with_threshold(fit(examples), others, 1 - _BOUND)
    torn, bound = (
        sum(o < leans.threshold for o in leaning),
        sum(o >= leans.threshold for o in others),
    )
    return leans, (
        f"follow-ups taken for questions of their own: {torn} of {len(leaning)}; "
        f"others taken for follow-ups: {bound} of {len(others)}"
    )


def _lists(asked: Sequence[Asked]) -> tuple[LogisticModel, str]:
    """The fit for lists at the threshold that is best on unseen lists, and its F1 there."""
    examples = [example for item in asked for example in list_examples(item)]
    folds = fit_folds(examples)

    def f1(threshold: float) -> float:
        decide = [replace(fold, threshold=threshold) for fold in folds]
        scores = [_list_f1(item, decide[fold_of(item.case.id)]) for item in asked]
        return sum(scores) / len(scores)

    best = max(_CUTS, key=f1)
    line = f"lists: F1 {f1(best):.3f} at log odds {best}, n {len(asked)}"
    return replace(fit(examples), threshold=best), line


def _list_f1(asked: Asked, decide: LogisticModel) -> float:
    must, may = set(asked.case.must_cite), set(asked.case.may_cite)
    chosen = set(papers_for_list(asked.retrieval, decide))
    precision, recall = len(chosen & (must | may)) / len(chosen), len(chosen & must) / len(must)
    return 2 * precision * recall / ((precision + recall) or 1.0)


def _sentences_line(asked: Sequence[Asked], folds: Sequence[LogisticModel]) -> str:
    """How high the first sentence of the answer stands among those of its paper."""
    ranks = []
    for item in asked:
        for paper_id in item.case.must_cite:
            decide = folds[fold_of(paper_id)]
            scored = score_sentences(item.query.content, [paper_id], decide)
            ranks.append([_is_gold(item.case, s) for s in scored].index(True) + 1)
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    reciprocal = sum(1 / rank for rank in ranks) / len(ranks)
    return f"sentences: first {first:.3f}, reciprocal rank {reciprocal:.3f}"


def _papers_line(asked: Sequence[Asked], folds: Sequence[LogisticModel]) -> str:
    precision, recall, size = 0.0, 0.0, 0
    for item in asked:
        must, may = set(item.case.must_cite), set(item.case.may_cite)
        if not must:
            continue
        decide = folds[fold_of(item.group)]
        chosen = set(select_papers(item.retrieval, item.query.mentions, decide))
        precision += len(chosen & (must | may)) / len(chosen)
        recall += len(chosen & must) / len(must)
        size += 1
    return f"papers chosen: precision {precision / size:.3f}, recall {recall / size:.3f}, n {size}"


def as_module(decisions: Decisions) -> str:
    """The text of rag/calibrated.py."""
    parts = [_HEAD]
    for field in fields(decisions):
        name, logit = field.name.upper(), getattr(decisions, field.name)
        rows = "".join(f'        "{key}": {value},\n' for key, value in logit.coefficients.items())
        parts.append(
            f"\n{name} = LogisticModel(\n    bias={logit.bias},\n    coefficients={{\n{rows}    }},\n"
            f"    threshold={logit.threshold},\n)\n"
        )
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    settings = load_settings(index=given.index, llm="quotes")
    with closing(wiring.open_library(settings)) as library:
        cases = [c for c in load_cases(QUESTIONS, library.papers) if c.split == "dev"]
        decisions, report = calibrate(library, [ask(library, case) for case in cases])
    print(report)
    if given.write:
        _TARGET.write_text(as_module(decisions), encoding="utf-8")


if __name__ == "__main__":
    main()
