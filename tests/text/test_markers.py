"""Prose that cites numbered sentences, and sentences without markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences.markers import cited_sentences, without_markup


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
        ("It grew [1-999].", [("It grew.", tuple(range(1, 22)))]),
        ("It took 12 days [9-15].", []),
        ("It took 12 days [9-15] [2].", [("It took 12 days [9-15].", (2,))]),
        ("It took 4 days [9-11].", [("It took 4 days.", (9, 10, 11))]),
        ("All lie between [0, 1] [2].", [("All lie between [0, 1].", (2,))]),
        ("So says Smith (2020) [1].", [("So says Smith (2020).", (1,))]),
        ("It has a reef (3) [1].", [("It has a reef (3).", (1,))]),
        ("So it was in Smith (2020).", []),
        ("", []),
    ],
)
def test_what_cites_is_found(prose: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    assert list(cited_sentences(prose)) == found


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("**Reefs** grow *very* slowly.", "Reefs grow very slowly."),
        ("***Reefs*** and _algae_ grow.", "Reefs and algae grow."),
        ("Call __init__ and `__main__`.", "Call __init__ and __main__."),
        ("`Reef-9` grows [2].", "Reef-9 grows."),
        ("It grew [2, 4] in 12 days [9-15], to values of [0, 1] [2-4].",
         "It grew in 12 days [9-15], to values of [0, 1]."),
        ("C* and D* algebras, A* search, 5 * 3 * 2, p < .05*.",
         "C* and D* algebras, A* search, 5 * 3 * 2, p < .05*."),
        ("snake_case_name and x_1 stay.", "snake_case_name and x_1 stay."),
        ("from [0.1, 0.9] to [a]", "from [0.1, 0.9] to [a]"),
    ],
)  # fmt: skip
def test_marks_are_dropped(marked: str, plain: str) -> None:
    assert without_markup(marked, (2, 3, 4)) == plain


@given(st.text(alphabet="ab1¹ .*_`[](),-\n", max_size=60))
def test_no_prose_is_too_strange(prose: str) -> None:
    for sentence, numbers in cited_sentences(prose):
        assert sentence and numbers
