"""Measurements: what the numbers of a sentence measure, on what, and in which role."""

from __future__ import annotations

import pytest

from rag.text.quantities.measurements import Measurement, measurements_in


def read(sentence: str) -> list[tuple[str, str, str, str]]:
    return [(m.raw, m.role, m.metric, m.setting) for m in measurements_in(sentence)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "Our Dual-Swin-L achieves 59.4% box AP and 51.6% mask AP on COCO test-dev, better than"
            " the state-of-the-art result (57.7% box AP and 50.2% mask AP).",
            [
                ("59.4%", "value", "box AP", "COCO test-dev"),
                ("51.6%", "value", "mask AP", "COCO test-dev"),
                ("57.7%", "other", "box AP", ""),
                ("50.2%", "other", "mask AP", ""),
            ],
        ),
        (
            "It reduces the number of parameters from 2.1M to 86.9K (around 95.9% reduction).",
            [
                ("2.1M", "before", "number of parameters", ""),
                ("86.9K", "value", "number of parameters", ""),
                ("95.9%", "change", "reduction", ""),
            ],
        ),
        ("It is maximum x21 faster on GPU.", [("x21", "change", "faster", "GPU")]),
        (
            "SSA reduces the cost of self-attention by 4 to 8 times.",
            [("4 to 8 times", "change", "cost of self-attention", "")],
        ),
        (
            "It improves the top-1 accuracy by 2\\% on ImageNet.",
            [("2\\%", "change", "top-1 accuracy", "ImageNet")],
        ),
        (
            "We achieve 63.2% mAP on PASCAL VOC 2007 in 2019, see Table 3 and (2) GPT-4.",
            [("63.2%", "value", "mAP", "PASCAL VOC 2007")],
        ),
        (
            "On KITTI, the error is 3.2 and the recall reaches 71.5%.",
            [("3.2", "value", "error", "KITTI"), ("71.5%", "value", "recall", "KITTI")],
        ),
        (
            "Trained on over 60,000 fMRI-image pairs of 12 subjects.",
            [("60,000", "value", "fMRI-image pairs", ""), ("12", "value", "subjects", "")],
        ),
        ("It needs 1MB memory and 10G FLOPs.", [("1MB", "value", "memory", ""),
                                                ("10G", "value", "FLOPs", "")]),
    ],
)  # fmt: skip
def test_reads_value_role_metric_and_setting(
    sentence: str, found: list[tuple[str, str, str, str]]
) -> None:
    assert read(sentence) == found


def test_values_are_numbers_with_units() -> None:
    [part] = measurements_in("It has 86.9K parameters.")
    assert (part.value, part.unit, part.counts) == (86_900, None, True)
    [span] = measurements_in("Memory falls by 50%-90%.")
    assert (span.low, span.value, span.unit, span.sign) == (50, 90, "%", 0)
    [flops] = measurements_in("It needs 10G FLOPs.")
    assert flops.value == 1e10


def test_a_change_has_the_sign_of_its_words() -> None:
    signs = {
        m.raw: m.sign for m in measurements_in("It reduces cost by more than 20% and is 3x faster.")
    }
    assert signs == {"20%": -1, "3x": 1}


def test_offsets_are_those_of_the_sentence() -> None:
    sentence = "MobileMamba achieves up to 83.6% on Top-1."
    [found] = measurements_in(sentence)
    assert sentence[found.start : found.end] == "83.6%" and found.subject == "MobileMamba"


def test_a_sentence_without_measurements_has_none() -> None:
    sentence = "ResNet-50 and GPT 4 were published in 2015 (see Section 3) for 3D data."
    assert measurements_in(sentence) == ()
    assert measurements_in("") == ()
    assert all(isinstance(m, Measurement) for m in measurements_in("((((((((" * 500 + "5%"))


def test_powers_of_ten_measure() -> None:
    sentence = "We sorted 10⁶ cells from 3 m² of CO₂ traps at 2 × 10⁻³ mol."
    first, area, moles = measurements_in(sentence)
    assert (first.value, first.metric) == (1e6, "cells")
    assert (area.value, area.metric) == (3, "m²")
    assert (moles.value, moles.raw) == (0.002, "2 × 10⁻³")
