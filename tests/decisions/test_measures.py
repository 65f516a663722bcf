"""Numbers with metric, data set and what they are against; and how they are said."""

from __future__ import annotations

import pytest

from eval.fit.measures import held_out, load_written
from rag.decisions.measures import measures_in
from rag.text.quantities.measure_words import main_measure, measured_words


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("SpectFormer-S reaches 84.25\\% top-1 accuracy on ImageNet-1K (for small versions).",
         ["84.25% top-1 accuracy on ImageNet-1K"]),
        ("We boost accuracy from 49.6% to 93.7% on COCO.",
         ["from 49.6% to 93.7% accuracy on COCO"]),
        ("It has more than 10x fewer parameters.", ["10x fewer parameters"]),
        ("We show an accuracy of 93% on CIFAR10 and 79% on CIFAR100.",
         ["93% accuracy on CIFAR10", "79% accuracy on CIFAR100"]),
        ("It builds on ResNet-50 and GPT-4 in section 3.", []),
        # What was chosen for an experiment is no result of it.
        ("With the 1x training schedule it reaches 46.9% box mAP on COCO.",
         ["46.9% box mAP on COCO"]),
        ("We train with a batch size of 64 and reach an accuracy of 81% on CUB.",
         ["81% accuracy on CUB"]),
    ],
)  # fmt: skip
def test_numbers_say_what_they_measure(sentence: str, said: list[str]) -> None:
    measures = measures_in(sentence)
    assert measured_words(measures) == said
    for one in measures:
        for span in (one.text, one.metric, one.data, one.than):
            assert span is None or sentence[span.start : span.end] == span.text


def test_a_column_is_sorted_by_a_value_of_the_paper() -> None:
    one = main_measure(measures_in("It improves by 2% and has 59.4% box AP on COCO."))
    assert one is not None and (one.value, one.unit, one.role) == (59.4, "%", "value")
    assert main_measure(()) is None


def test_what_is_not_sure_is_left_out_of_the_held_out_sentences() -> None:
    rows = [line.strip("| ").split(" | ") for line in held_out().splitlines()[2:]]
    shares = {(row[0], row[1]): (int(row[4].rstrip("%")), int(row[5].rstrip("%"))) for row in rows}
    for part, precision, recall in (("metric", 85, 60), ("data", 80, 38), ("number", 93, 93)):
        assert shares[part, "fitted"] >= (precision, 0)
        assert shares[part, "fitted"][1] >= recall
        assert shares[part, "fitted"][0] > shares[part, "grammar"][0]
    split_of: dict[str, set[str]] = {}
    for sentence in load_written():
        split_of.setdefault(sentence.paper_id, set()).add(sentence.split)
    assert all(len(splits) == 1 for splits in split_of.values()), "split by paper"
