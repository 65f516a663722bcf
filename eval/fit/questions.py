"""Examples from questions with known answers, for the decisions of one answer.

Which sentences answer, which papers are needed, whether to answer at all, what belongs in a list,
and which questions follow up. See docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from eval.cases import Case
from eval.dataset import read_lines
from eval.fit.fitting import Example, Numbers, Unseen, by_source, labels_of
from rag.answering.understanding.conversation import Conversation, subject_of
from rag.answering.understanding.rewriting import follow_up_features, rewrite
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.answerability import features
from rag.decisions.logistic import LogisticModel
from rag.decisions.papers import candidates, first_papers, list_candidates, select_papers
from rag.index.library import Library
from rag.query.query import Query, QueryText, read_query
from rag.retrieval.search import Retrieval, retrieve_query, search
from rag.settings import CHECKOUT
from rag.types import Turn

# The largest share of the answerable questions that may be refused.
MOST_REFUSED = 0.05
# The largest share of the standalone questions that may be taken for follow-ups.
MOST_FOLLOW_UPS = 0.05
_RANKS = 10
_WRITTEN = "written"  # kind of an example that was written for the fit
_FOLLOW_UPS = CHECKOUT / "data" / "questions" / "follow_ups.jsonl"
_STEP = 7  # from a case to the question before it, which is about something else
# Log-odds under which a paper is left out of a list: as likely as not, and others around it.
_LIST_THRESHOLDS = (0.0, -0.5, 0.5, -1.0, 1.0, -1.5, -2.0)
_CERTAIN = ("list", "count")  # kinds whose answer holds the papers that belong there, and no others
LISTS = (*_CERTAIN, "overview")  # kinds of cases whose papers are all labelled


@dataclass(frozen=True, slots=True)
class Asked:
    """A case as the product reads it, with what was found for it."""

    case: Case
    query: Query
    retrieval: Retrieval

    @property
    def group(self) -> str:
        """The paper that the question is about, or the question itself."""
        return next(iter((*self.case.must_cite, *self.case.may_cite)), self.case.id)


class Questions:
    """Cases, asked of a library as the product asks them."""

    def __init__(self, library: Library, cases: Sequence[Case]) -> None:
        self.library = library
        self.cases = cases
        every = [ask(library, case) for case in self.cases]
        self.by_id = {item.case.id: item for item in every}
        self.lists = [item for item in every if item.case.kind in LISTS]
        self.asked = [item for item in every if item not in self.lists]
        self.on_topic = [item for item in self.asked if item.case.kind != "far"]


def ask(library: Library, case: Case) -> Asked:
    """Retrieval for a case as the product does it."""
    rewritten = rewrite(QueryText(library, case.question), Conversation(library, case.turns))
    query = read_query(rewritten.question, intent="list" if case.kind in LISTS else None)
    return Asked(case, query, retrieve_query(query, _RANKS, rewritten.retrieval))


def sentence_examples(data: Questions) -> list[Example]:
    """Every sentence of the papers to be cited: whether it is a gold sentence."""
    return [
        Example(item.paper.paper_id, item.features, _is_gold(asked.case, item))
        for asked in data.on_topic
        for item in _scored(asked.query, asked.case.must_cite)
    ]


def _scored(
    query: Query, papers: Sequence[str], model: LogisticModel | None = None
) -> list[ScoredSentence]:
    return score_sentences(query.content, papers, query.search.judged(papers), model)


def sentence_ranks(data: Questions, unseen: Unseen) -> str:
    """How high the first sentence of the answer ranks in its paper."""
    ranks = []
    for asked in data.on_topic:
        for paper_id in asked.case.must_cite:
            model = unseen.model_for(paper_id)
            scored = _scored(asked.query, [paper_id], model)
            ranks.append([_is_gold(asked.case, s) for s in scored].index(True) + 1)
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    reciprocal = sum(1 / rank for rank in ranks) / len(ranks)
    return f"answer sentence first {first:.3f}, reciprocal rank {reciprocal:.3f}"


def _is_gold(case: Case, item: ScoredSentence) -> bool:
    """Whether the sentence overlaps a gold span by half the length of the shorter one."""
    start, end = item.span.start, item.span.end
    return any(
        2 * (min(end, gold.end) - max(start, gold.start)) >= min(end - start, gold.end - gold.start)
        for gold in case.evidence
        if gold.paper_id == item.paper.paper_id
    )


def paper_examples(data: Questions) -> list[Example]:
    """Each next candidate: whether it must be cited, up to the first that must not."""
    examples = []
    for asked in data.on_topic:
        chosen = first_papers(asked.retrieval, asked.query.mentions)
        for candidate in candidates(asked.retrieval, asked.query.mentions, chosen):
            if candidate.paper_id in asked.case.may_cite:
                continue
            yes = candidate.paper_id in asked.case.must_cite
            examples.append(Example(asked.group, candidate.features, yes))
            if not yes:
                break
            chosen.append(candidate.paper_id)
    return examples


def papers_chosen(data: Questions, unseen: Unseen) -> str:
    """Precision and recall of the papers that are chosen."""
    precision, recall, size = 0.0, 0.0, 0
    for asked in data.on_topic:
        must, may = set(asked.case.must_cite), set(asked.case.may_cite)
        if not must:
            continue
        chosen = set(_chosen(data, asked, unseen))
        precision += len(chosen & (must | may)) / len(chosen)
        recall += len(chosen & must) / len(must)
        size += 1
    return f"papers chosen: precision {precision / size:.3f}, recall {recall / size:.3f}, n {size}"


def _chosen(data: Questions, asked: Asked, unseen: Unseen) -> list[str]:
    model = unseen.model_for(asked.group)
    return select_papers(asked.retrieval, asked.query.mentions, model)


def answerable_examples(data: Questions, unseen: Unseen) -> list[Example]:
    """Whether each question can be answered from the papers that an unseen fit chooses for it."""
    examples = []
    for asked in data.asked:
        scored = _scored(asked.query, _chosen(data, asked, unseen))
        found = features(asked.query, asked.retrieval, scored)
        examples.append(Example(asked.group, found, asked.case.answerable, asked.case.kind))
    return examples


def list_examples(data: Questions) -> list[Example]:
    """Every paper for each topic, in rank order, but those that may or may not belong there."""
    return [
        Example(
            asked.case.id, item.features, item.paper_id in asked.case.must_cite, asked.case.kind
        )
        for asked in data.lists
        for batch in list_candidates(asked.retrieval)
        for item in batch
        if item.paper_id not in asked.case.may_cite
    ]


def list_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The threshold with the best lists and counts; overviews may hold papers near the topic."""
    return max(_LIST_THRESHOLDS, key=lambda least: mean_f1(examples, log_odds, least, _CERTAIN))


def mean_f1(
    examples: Sequence[Example], log_odds: Numbers, threshold: float, kinds: Collection[str]
) -> float:
    """The mean F1 of the lists of these kinds: 1 for an empty list that should be empty."""
    scores = []
    pairs = zip(examples, log_odds, strict=True)
    for _, group in groupby(pairs, key=lambda pair: pair[0].group):
        of_list = [(example, value) for example, value in group if example.kind in kinds]
        listed = [example.yes for example, value in of_list if value >= threshold]
        size = len(listed) + sum(example.yes for example, _ in of_list)
        if of_list:
            scores.append(2 * sum(listed) / size if size else 1.0)
    return float(np.mean(scores))


def follow_up_examples(data: Questions) -> list[Example]:
    """Follow-ups in their conversations, and every other question after one on something else.

    A case after one on the same paper may be a follow-up and is left out. The written messages
    (data/questions) come after a question that was answered, or after one that was declined.
    """
    before = [case for case in data.cases if case.kind in ("fact", "acronym", "paraphrase")]
    examples = []
    for at, case in enumerate(data.cases):
        if case.kind == "follow_up":
            history: Sequence[Turn] = case.turns
        else:
            other = before[_STEP * at % len(before)]
            if set(other.must_cite) & {*case.must_cite, *case.may_cite}:
                continue
            history = (Turn("user", other.question), Turn("assistant", ""))
        found = _follow_up(data.library, case.question, history)
        examples.append(Example(case.id, found, case.kind == "follow_up"))
    for line in read_lines(_FOLLOW_UPS, "message", dict):
        answer = Turn("assistant", "", None if line["answered"] else ())
        found = _follow_up(data.library, line["text"], (Turn("user", line["before"]), answer))
        examples.append(Example(line["text"], found, line["follows"], _WRITTEN))
    return examples


def follow_up_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The threshold that accepts few of the questions that stand alone; written ones are harder."""
    asked = [i for i, example in enumerate(examples) if example.kind != _WRITTEN]
    return at_most_accepted(MOST_FOLLOW_UPS)([examples[i] for i in asked], log_odds[asked])


def _follow_up(library: Library, message: str, history: Sequence[Turn]) -> Mapping[str, float]:
    retrieval = search(QueryText(library, message), _RANKS)
    return follow_up_features(retrieval, subject_of(library, history))


def list_quality(examples: Sequence[Example], unseen: Unseen) -> str:
    """The F1 of unseen lists by kind, at the thresholds that may be chosen."""
    log_odds = unseen.log_odds(examples)
    lines = []
    for least in sorted(_LIST_THRESHOLDS):
        found = (f"{kind} {mean_f1(examples, log_odds, least, {kind}):.3f}" for kind in LISTS)
        lines.append(f"at {least}: {', '.join(found)}")
    return "; ".join(lines)


def refusals(examples: Sequence[Example], unseen: Unseen) -> str:
    """How many unseen questions of each source and kind are refused."""
    log_odds = unseen.log_odds(examples)
    threshold = at_most_refused(MOST_REFUSED)(examples, log_odds)
    refused: dict[str, list[bool]] = {}
    for example, value in zip(examples, log_odds, strict=True):
        of_kind = refused.setdefault(f"{example.source} {example.kind}", [])
        of_kind.append(bool(value < threshold))
    return f"refused: {', '.join(f'{k} {sum(v)} of {len(v)}' for k, v in refused.items())}"


def at_most_refused(share: float) -> Callable[[Sequence[Example], Numbers], float]:
    """The threshold that in no source refuses more of the examples that should be accepted."""

    def threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
        sources, yes = by_source(examples).values(), labels_of(examples)
        return min(_quantile(log_odds[own & yes], share) for own in sources)

    return threshold


def at_most_accepted(share: float) -> Callable[[Sequence[Example], Numbers], float]:
    """The threshold that accepts this share of the examples that should be refused."""
    return lambda examples, log_odds: _quantile(log_odds[~labels_of(examples)], 1 - share)


def _quantile(values: Numbers, share: float) -> float:
    return round(float(np.quantile(values, share)), 3)
