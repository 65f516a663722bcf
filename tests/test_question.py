"""What a question says of itself."""

from __future__ import annotations

import pytest

from rag.corpus.papers import make_paper
from rag.errors import QuestionError
from rag.retrieval.query.questions import (
    asks_quantity,
    check_question,
    find_mentions,
    join_with_history,
    kind_of,
    opens_as_follow_up,
    refers_back,
    without_mentions,
)
from rag.types import Kind, Paper, Turn


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many parameters does SINet have?", "answer"),
        ("What does SpectFormer propose?", "answer"),
        ("Which dataset is SPARK evaluated on?", "answer"),
        ("Which papers decode fMRI into images?", "list"),
        ("List all works on neural fields", "list"),
        ("What methods use mixture of experts?", "list"),
        ("How many papers are about Mamba?", "list"),
        ("Compare SpectFormer and ConViT", "compare"),
        ("How does MindBridge differ from NeuroPictor?", "compare"),
        ("SpectFormer vs. ConViT", "compare"),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


def test_empty_and_endless_questions() -> None:
    assert check_question("  What is\n GPSA? ", 100) == "What is GPSA?"
    with pytest.raises(QuestionError, match="empty"):
        check_question(" \n\t", 100)
    with pytest.raises(QuestionError, match="20,000 characters; the most is 4,000"):
        check_question("x" * 20_000, 4000)


TITLES = [
    "SINet: Extreme Lightweight Networks",
    "Image Anything: Towards Reasoning",
    "One Model, Multiple Modalities: A Sparse Approach",
    "Decoding fMRI with Models",
    "Reading fMRI at Night",
]
TEXTS = [*TITLES[:4], f"{TITLES[4]} with ZorBlax"]
SHELF = [
    make_paper(title, text, order=i, source="s")
    for i, (title, text) in enumerate(zip(TITLES, TEXTS, strict=True))
]


def holders(word: str) -> list[str]:
    return [
        p.paper_id for p in SHELF if word.lower() in p.abstract.lower().replace(":", "").split()
    ]


@pytest.mark.parametrize(
    ("question", "named", "rest"),
    [
        ("How large is SINet?", [0], "How large is it?"),
        ("how large is sinet", [0], "how large is it"),
        ("How large is SINet's decoder?", [0], "How large is its decoder?"),
        ("What can Image Anything do?", [1], "What can it do?"),
        ("Can an image anything do?", [], "Can an image anything do?"),
        ("one model multiple modalities or SINet?", [2, 0], "it or it?"),
        ("Which use fMRI?", [], "Which use fMRI?"),
        (f"How fast is it? ({TITLES[0]})", [0], "How fast is it?"),
        ("What is ZorBlax for?", [4], "What is ZorBlax for?"),
        (f"Do they differ? ({TITLES[0]}; {TITLES[1]})", [0, 1], "Do they differ?"),
    ],
)
def test_mentions(question: str, named: list[int], rest: str) -> None:
    found = find_mentions(question, SHELF, holders)
    assert [mention.paper_id for mention in found] == [SHELF[i].paper_id for i in named]
    assert without_mentions(question, found) == rest


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("How many parameters does it have?", True),
        ("And on ImageNet?", True),
        ("What about that?", True),
        ("Why is that so hard for them?", True),
        ("Why?", True),
        ("Does the method need labels?", True),
        ("Which networks are methods that run on phones?", False),
        ("How many parameters does SINet have?", False),
    ],
)
def test_leaning(question: str, leans: bool) -> None:
    assert refers_back(question) is leans


def test_joining_with_the_history() -> None:
    said = [Turn("user", "What is SINet?"), Turn("assistant", "A network.")]
    assert join_with_history("How fast is it?", said, ["SINet: X"]) == "How fast is it? (SINet: X)"
    assert join_with_history("How fast is it?", said, []) == "How fast is it? (What is SINet?)"


def test_quantities() -> None:
    assert asks_quantity("How many parameters?")
    assert asks_quantity("What accuracy does it reach?")
    assert not asks_quantity("How does it work?")


def test_papers_are_values() -> None:
    assert isinstance(SHELF[0], Paper)
    assert SHELF[0] == make_paper(TITLES[0], TITLES[0], order=0, source="s")


def test_a_question_may_open_as_one_goes_on() -> None:
    assert opens_as_follow_up("And on CIFAR100?")
    assert not opens_as_follow_up("Andromeda: how far?")
