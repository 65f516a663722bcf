"""In a conversation: what goes on about the same paper, and what is a question of its own."""

from __future__ import annotations

import pytest

from rag.answering.understanding.conversation import Conversation
from rag.answering.understanding.rewriting import rewrite
from rag.index.library import Library
from rag.query.query import QueryText
from rag.types import Turn

SINET = (
    Turn("user", "By how much does SINet reduce the number of parameters?"),
    Turn("assistant", "From 2.1M to 86.9K."),
)


@pytest.mark.parametrize(
    "question",
    [
        "How many parameters does it have?",
        "And the accuracy?",
        "Any limitations?",
        "What datasets were used?",
        "How fast?",
        "Is the code public?",
        "Summarise it",
    ],
)
def test_it_goes_on_about_the_same_paper(library: Library, question: str) -> None:
    assert (
        "SINet" in rewrite(QueryText(library, question), Conversation(library, SINET)).question.text
    )


@pytest.mark.parametrize(
    "question",
    [
        "Can pictures be reconstructed from brain scans?",
        "Which papers use Mamba?",
        "Are brain features noisy?",
        "Can images be generated from text?",
        "How many real-world tasks is MultiModN evaluated on and what do they predict?",
        "Which pre-training-based methods is See Through Their Minds compared against?",
        "Compare MindBridge and NeuroPictor",
    ],
)
def test_a_question_of_its_own_is_left_alone(library: Library, question: str) -> None:
    assert (
        rewrite(QueryText(library, question), Conversation(library, SINET)).question.text
        == question
    )
