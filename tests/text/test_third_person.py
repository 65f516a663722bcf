"""Authors' sentences in the third person: what is a pronoun, and what only looks like one."""

from __future__ import annotations

import pytest

from rag.text.sentences.third_person import in_third_person, place_of


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("We propose it, and we test it.", "The authors propose it, and they test it."),
        ("In this paper I show our way.", "In this paper the author show their way."),
        ("Here, I argue so.", "Here, the author argue so."),
        # No pronouns: marks of lists and numerals.
        ("It differs in two: I) it takes more, II) it gives more.", None),
        ("A phase I trial of (I) a drug and photosystem I in levels I and II.", None),
        ("Between I and IV it is flat.", None),
    ],
)
def test_pronouns_alone_are_told_of_others(sentence: str, told: str | None) -> None:
    assert in_third_person(sentence) == (told or sentence)


def test_a_sentence_is_found_in_either_person() -> None:
    said = "SINet: The authors prune it."
    assert place_of("We prune it.", said) == place_of("The authors prune it.", said) == 7
    assert place_of("We grow it.", said) == -1
