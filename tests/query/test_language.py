"""The language of a question, and what can be matched in any language."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.library import Library
from rag.query.language import language_of, matchable

QUESTIONS = [
    line.split("\t")
    for line in Path(__file__).with_name("foreign_questions.txt").read_text("utf-8").splitlines()
]


def test_nearly_every_foreign_question_is_told(library: Library) -> None:
    told = [(code, language_of(question, library)) for code, question in QUESTIONS]
    right = [code for code, language in told if language and language.code == code]
    assert len(right) / len(told) >= 0.95


@pytest.mark.parametrize(
    "question",
    [
        "How many parameters does SINet have?",
        "MobileMamba ImageNet accuracy",
        "s-kan vs finalmlp",
        "Dixmier conjecture bimodules holonomic",
        "alpha-synuclein spread mathematical wavefront neurodegeneration",
        "RLVR MLLM exploration bonus image perturbation KL divergence",
        "kolmogrov arnold convoltuional variant",
        "What does 模型 mean in the abstract of this paper?",
        "How large is the α of the Müller-Lyer illusion?",
        "florbinator",
        "asdfghjkl",
        "gCOG?",
        "hi",
        "42",
        "?",
        "",
    ],
)
def test_what_is_english_or_nothing_has_no_other_language(library: Library, question: str) -> None:
    assert language_of(question, library) is None


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Wie viele Parameter hat SINet?", ["SINet"]),
        ("LaVCaとは何の略ですか?", ["LaVCa"]),
        ("FreeCustom은 개념 하나당 이미지가 몇 장 필요한가요?", ["FreeCustom"]),
        ("wie schnell ist mobilemamba", ["MobileMamba"]),
        ("Quale articolo riporta un valore p di 0.0206?", ["0.0206"]),
        ("哪篇论文把参数量从 2.1M 降到了 86.9K?", ["2.1M", "86.9K"]),
        ("Wer senkt die Zahl auf 86,9K?", ["86.9K"]),  # the library's decimal point
        ("Combien de sujets dans Du-IN ?", ["Du-IN"]),
        ("Was ist ein ZorBlax mit 0.0207?", []),  # neither stands in the library
        ("¿Hay trabajos sobre coches?", []),
    ],
)
def test_names_and_numbers_that_stand_in_the_library(
    library: Library, question: str, found: list[str]
) -> None:
    assert matchable(question, library) == found
