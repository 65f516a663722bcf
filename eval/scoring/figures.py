"""The registry of figures: what each is called, what it says, its unit and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from eval.cases import SINGLE


class Name(NamedTuple):
    """The label of a figure and what it says.

    ``unit`` is share, score (0 to 1), count (of things) or time (ms).
    """

    group: str
    label: str
    why: str
    unit: str = "share"
    less: bool = False  # less is better


_W, _A, _C, _F, _O = "Every question", "Answers", "Citations", "Faithfulness", "Form"
_R, _S, _T = "Abstention", "Retrieval", "Time"
_J, COMPARISONS = "A model's opinion", "Comparisons"
# Over all cases, these figures are about single questions alone, as before there were other kinds.
_OF_SINGLE = (_A, _C, _R, _S)
GROUPS = {
    _W: "Is it what its kind of question wants?",
    _A: "Single questions: is it right, and all of it?",
    _C: "Single questions: the right papers, the right sentences?",
    _F: "Do its own quotes support it?",
    _O: "Is it as long as it needs to be?",
    _R: "Single questions: does it know when not to answer?",
    _S: "Single questions: does search rank the right papers first?",
    COMPARISONS: "The right sentence in every cell, and none if none states it?",
    _T: "How long does one wait?",
    _J: "What another language model says. Nothing is decided by it.",
    "More": "",
}
NAMES: Mapping[str, Name] = {
    "right": Name(_W, "Right", "By the rules of its kind (eval/scoring/judging.py)."),
    "first_right": Name(_W, "Right paper first", "Everyday: the first cited paper is right."),
    "parts_answered": Name(_W, "Parts answered", "Of two parts: those that the papers answer."),
    "enough_papers": Name(_W, "Enough papers", "Overview, synthesis: right papers, four or so."),
    "wrong_papers": Name(_W, "Wrong papers", "Overview, synthesis: cited, off topic.", less=True),
    "strict": Name(_A, "Strictly correct", "Every key fact, every paper, no wrong paper."),
    "fact_recall": Name(_A, "Key facts stated", "Share of the expected facts in the answer."),
    "list_f1": Name(_A, "List F1", "Lists of papers: right ones, and all of them."),
    "citation_precision": Name(_C, "Citation precision", "Cited papers that should be cited."),
    "citation_recall": Name(_C, "Citation recall", "Papers to be cited that are."),
    "evidence_precision": Name(_C, "Evidence precision", "Quotes that are the gold sentences."),
    "evidence_recall": Name(_C, "Evidence recall", "Gold sentences that are quoted."),
    "quote_fidelity": Name(_F, "Quote fidelity", "Quotes that are in the abstract, verbatim."),
    "grounded": Name(_F, "Grounded", "Sentences that their own quotes support."),
    "number_fidelity": Name(
        _F, "Numbers and names", "Sentences whose numbers and names are quoted."
    ),
    "sentences": Name(_O, "Sentences", "In an answer.", "count"),
    "overview_papers": Name(_O, "Papers of an overview", "Different ones that it cites.", "count"),
    "filler": Name(_O, "Filler", "Quotes of a short answer that are no gold sentence.", less=True),
    "abstention_precision": Name(_R, "Abstention precision", "Abstentions that were right."),
    "abstention_recall": Name(_R, "Abstention recall", "Unanswerable questions left unanswered."),
    "abstention_recall_near": Name(_R, "Recall, near", "On topic, but no abstract says it."),
    "abstention_recall_far": Name(_R, "Recall, far", "Nothing to do with the papers."),
    "false_abstention": Name(_R, "False abstentions", "Answerable, yet declined.", less=True),
    "nDCG@10": Name(_S, "nDCG@10", "Right papers near the top of ten.", "score"),
    "R@5": Name(_S, "Recall at 5", "Right papers among the first five.", "score"),
    "R@10": Name(_S, "Recall at 10", "Right papers among the first ten.", "score"),
    "RR": Name(_S, "Reciprocal rank", "1 over the rank of the first right paper.", "score"),
    "cell_accuracy": Name(
        COMPARISONS, "Cells right", "An accepted sentence, or rightly not stated."
    ),
    "cell_silence_precision": Name(
        COMPARISONS, "Not stated, precision", "Cells left empty that the abstract does not state."
    ),
    "cell_silence_recall": Name(
        COMPARISONS, "Not stated, recall", "What the abstract does not state and is left empty."
    ),
    "cell_fidelity": Name(COMPARISONS, "Cell quotes verbatim", "Quotes that are in the abstract."),
    "cell_coverage": Name(COMPARISONS, "Cells there", "Every paper has a cell for every aspect."),
    "judge_correct": Name(_J, "Correct", "LlamaIndex's CorrectnessEvaluator, 1 to 5 as 0 to 1."),
    "judge_faithful": Name(_J, "Faithful", "LlamaIndex's FaithfulnessEvaluator, on the quotes."),
    "total_p50": Name(_T, "Answer, p50", "Half of the answers took longer.", "time", True),
    "total_p95": Name(_T, "Answer, p95", "One answer in twenty took longer.", "time", True),
    "first_p50": Name(_T, "First sentence, p50", "Half came later.", "time", True),
    "first_p95": Name(_T, "First sentence, p95", "One in twenty came later.", "time", True),
}
_KIND_LABELS = {
    "fact": "Facts",
    "paraphrase": "Paraphrases",
    "acronym": "Acronyms",
    "compare": "Comparisons",
    "list": "Lists",
    "follow_up": "Follow-ups",
    "far": "Far off",
    "near": "Near misses",
    "small_talk": "Small talk",
    "unknown": "No sense",
    "collection": "The collection",
    "records": "Records",
    "count": "Counts",
    "overview": "Overviews",
    "synthesis": "Syntheses",
    "superlative": "Superlatives",
    "everyday": "Everyday words",
    "yes_no": "Yes or no",
    "two_part": "Two parts",
    "false_premise": "False premises",
    "chain": "Conversations",
    "typo": "Typing errors",
    "language": "Other languages",
    "limited": "Sets with limits",
    "own": "Own questions",
    "feedback": "Feedback",
}


def name_of(key: str) -> Name:
    """The name of a figure; one that is not known is shown by its key."""
    return NAMES.get(key) or Name("More", key, "", "score")


def falls_short(key: str, score: float) -> bool:
    """Whether a case's score is not the best there is; a count is neither good nor bad."""
    name = name_of(key)
    if name.unit == "count":
        return False
    return score > 0 if name.less else score < 1


def counted(scores: Mapping[str, float], kind: str) -> dict[str, float]:
    """Those scores of a case of this kind that enter the figures over all cases."""
    single = kind in SINGLE
    return {k: score for k, score in scores.items() if single or name_of(k).group not in _OF_SINGLE}


def kind_label(kind: str) -> str:
    """A kind of question, in words."""
    return _KIND_LABELS.get(kind, kind)
