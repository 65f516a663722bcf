"""Figures of an evaluation in plain English: for each a sentence that says what a reader gets."""

from __future__ import annotations

from collections.abc import Mapping

from eval.report import plots
from eval.scoring.figures import name_of
from eval.scoring.stats import Figure

# "{of}" is an amount ("9 of 10", "All") before a noun, "{v}" the figure itself.
SAYS: Mapping[str, str] = {
    "right": "{of} questions got what they should: the right answer, or none where there is none.",
    "first_right": "{of} questions in everyday words got a right paper first.",
    "parts_answered": "{of} parts of double questions are answered.",
    "enough_papers": "{of} overviews name enough of the papers on their topic.",
    "wrong_papers": "{of} papers in overviews are off the topic.",
    "strict": "{of} answers have every expected fact and paper, and no other paper.",
    "fact_recall": "{of} expected facts are said.",
    "list_f1": "Lists are {v} right and complete: nothing missing, nothing too many.",
    "citation_precision": "{of} cited papers are the right ones.",
    "citation_recall": "{of} papers that should be cited are.",
    "evidence_precision": "{of} quotes are the very sentences that answer.",
    "evidence_recall": "{of} sentences that answer are quoted.",
    "quote_fidelity": "{of} quotes stand word for word in their abstract.",
    "grounded": "{of} sentences are supported by the quotes beside them.",
    "number_fidelity": "{of} sentences take their numbers and names from their quotes.",
    "sentences": "An answer has {v} sentences on average.",
    "overview_papers": "An overview names {v} papers on average.",
    "filler": "{of} quotes of short answers are not needed.",
    "abstention_precision": "{of} refusals were right.",
    "abstention_recall": "{of} questions that no abstract answers were declined.",
    "abstention_recall_near": "{of} questions that the abstracts nearly answer were declined.",
    "abstention_recall_far": "{of} questions about something else were declined.",
    "false_abstention": "{of} questions with an answer were declined by mistake.",
    "nDCG@10": "Search puts the right papers near the top: {v}, where 1 is best.",
    "R@5": "{of} right papers are among the first five found.",
    "R@10": "{of} right papers are among the first ten found.",
    "RR": "The first right paper comes early: {v}, where 1 is always in the first place.",
    "cell_accuracy": "{of} cells of comparisons have a right sentence, or are rightly empty.",
    "cell_silence_precision": "{of} empty cells are rightly empty.",
    "cell_silence_recall": "{of} cells that should be empty are.",
    "cell_fidelity": "{of} quotes in cells stand word for word in their abstract.",
    "cell_coverage": "{of} cells of comparisons are there.",
    "judge_correct": "Another language model finds the answers {v} correct.",
    "judge_faithful": "Another language model finds {of} answers true to their quotes.",
    "total_p50": "Half of the answers took longer than {v}.",
    "total_p95": "One answer in twenty took longer than {v}.",
    "first_p50": "For half of the answers, the first sentence took longer than {v}.",
    "first_p95": "One first sentence in twenty took longer than {v}.",
}
# What a reader wants to know; the rest is for makers.
FIRST = (
    "right", "grounded", "quote_fidelity", "number_fidelity", "citation_recall",
    "citation_precision", "abstention_recall", "false_abstention", "total_p50", "total_p95",
)  # fmt: skip


def sentence(key: str, value: Figure) -> str:
    """What a figure means, as one sentence; one that is not known is named."""
    name = name_of(key)
    says = SAYS.get(key, f"{name.label}: {{v}}.")
    return says.format(of=amount(value), v=plots.written(value.value, name.unit))


def amount(value: Figure) -> str:
    """A share as an amount: of the cases if they are few, else of a hundred."""
    share, number = value.value, value.n
    if share >= 1:
        return "All"
    whole = share * number
    if number <= 100 and abs(whole - round(whole)) < 0.01:
        return f"{round(whole)} of {number}"
    return f"{plots.percent(share)} of 100"


def how_sure(value: Figure, unit: str) -> str:
    """How far the figure may be trusted, in a sentence or two."""
    measured = f"Measured on {value.n:,} {'answer' if value.n == 1 else 'answers'}."
    if value.n == 1:
        return f"{measured} One says little."
    if value.low == value.high:
        return f"{measured} All are alike."
    return (
        f"{measured} On other questions like these it would be "
        f"{plots.between(value.low, value.high, unit)}, 19 times in 20."
    )


def accepted(bound: float, unit: str, *, less: bool) -> str:
    """The bound that a whole run is held to."""
    return f"The {'most' if less else 'least'} that we accept is {plots.written(bound, unit)}."
