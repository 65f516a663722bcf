"""Prose that cites numbered sentences, and sentences without markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.markers import cited_sentences, without_markup


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("The reef grew by 4%. [2]", [("The reef grew by 4%.", (2,))]),
        ("The reef grew by 4% [2].", [("The reef grew by 4%.", (2,))]),
        ("It grew [1, 3]. It shrank [4-6].", [("It grew.", (1, 3)), ("It shrank.", (4, 5, 6))]),
        ("It grew. [1][2] It shrank. [3]", [("It grew.", (1, 2)), ("It shrank.", (3,))]),
        ("- **It** grew [1]\n2. It shrank [2]", [("It grew", (1,)), ("It shrank", (2,))]),
        ("It grew [Source 2].", [("It grew.", (2,))]),
        ("It grew【2†source】.", [("It grew.", (2,))]),
        ("It grew [^2].", [("It grew.", (2,))]),
        ("It grew (2).", [("It grew.", (2,))]),
        ("It grew².", [("It grew.", (2,))]),
        ("[2] It grew.", [("It grew.", (2,))]),
        ("It grew to 10⁵.", []),
        ("It grew (5) times.", []),
        ("It grew.", []),
        ("According to [1], it grew. It shrank, as [2] says.", []),
        ("[1] says that it grew.", []),
        ("{'sources': [1], 'sentence': 'It grew.'}", []),
        ("[1] [2]", []),
        ("It grew [1-9999].", [("It grew.", tuple(range(1, 22)))]),
        ("", []),
    ],
)
def test_what_cites_is_found(prose: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    assert list(cited_sentences(prose)) == found


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("**Reefs** grow *very* slowly.", "Reefs grow very slowly."),
        ("***Reefs*** and __corals__ and _algae_ grow.", "Reefs and corals and algae grow."),
        ("`Reef-9` grows [2].", "Reef-9 grows."),
        ("C* and D* algebras, A* search, 5 * 3 * 2, p < .05*.",
         "C* and D* algebras, A* search, 5 * 3 * 2, p < .05*."),
        ("snake_case_name and x_1 stay.", "snake_case_name and x_1 stay."),
        ("from [0.1, 0.9] to [a]", "from [0.1, 0.9] to [a]"),
    ],
)  # fmt: skip
def test_marks_are_dropped(marked: str, plain: str) -> None:
    assert without_markup(marked) == plain


@given(st.text(alphabet="ab1¹ .*_`[](),-\n", max_size=60))
def test_no_prose_is_too_strange(prose: str) -> None:
    for sentence, numbers in cited_sentences(prose):
        assert sentence and numbers
