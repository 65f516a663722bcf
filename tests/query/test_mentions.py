"""The papers that a question names."""

from __future__ import annotations

import re

import pytest

from rag.corpus.papers import make_paper
from rag.query.mentions import find_mentions, without_titles
from rag.types import Paper

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


def holders(word: str) -> list[Paper]:
    return [p for p in SHELF if word.lower() in p.abstract.lower().replace(":", "").split()]


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
    assert without_titles(question, found) == rest


EVERYDAY = [
    "LESS: Selecting Data",
    "IT: Infrared Tracking",
    "Decoding with CANs",
    "Sleep",
]
ABSTRACTS = ["We select less data.", "It tracks.", "We call it WHO, who knows why.", "Who sleeps?"]
OTHERS = [
    make_paper(title, abstract, order=i, source="s")
    for i, (title, abstract) in enumerate(zip(EVERYDAY, ABSTRACTS, strict=True))
]


def writers(word: str) -> list[Paper]:
    return [p for p in OTHERS if word in re.findall(r"\w+", f"{p.title} {p.abstract}")]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What does LESS select?", [0]),
        ("What needs less data?", []),
        ("Less data?", []),
        ("Does IT track?", [1]),
        ("Does it track?", []),
        ("What is WHO?", [2]),
        ("Who tracks?", []),
        ("WHO NEEDS LESS?", []),  # capitals say nothing where all are
        ("Does sleep matter?", []),
    ],
)
def test_everyday_words_are_names_only_in_capitals(question: str, named: list[int]) -> None:
    found = find_mentions(question, OTHERS, writers)
    assert [m.paper_id for m in found] == [OTHERS[i].paper_id for i in named]
