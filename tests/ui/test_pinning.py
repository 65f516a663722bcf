"""What a reader selects in an abstract, as a quote of whole words with its place."""

from __future__ import annotations

import pytest

from rag.types import Paper, Span
from ui.exports.notebook import pin_of, whole_words
from ui.web.render.chat.passage import sentence_of

TEXT = (
    "SINet (a state-of-the-art net) isn't slow: it has 86,900 parameters, 95.2% fewer. "
    "“Blocks” of it are squeezed/fused. The net is slow."
)


@pytest.mark.parametrize(
    ("selected", "whole"),
    [
        ("ow: it ha", "slow: it has"),
        ("INe", "SINet"),
        ("SINet", "SINet"),
        ("of-the-art ne", "state-of-the-art net"),
        ("isn", "isn't"),
        ("900 parameter", "86,900 parameters"),
        ("95", "95.2%"),
        ("has 86,900 parameters", "has 86,900 parameters"),
        ("few", "fewer"),
        ("fewer.", "fewer."),
        ("lock", "Blocks"),
        ("fus", "fused"),
        (TEXT[1:-2], TEXT[:-1]),
    ],
)
def test_a_selection_grows_to_whole_words(selected: str, whole: str) -> None:
    start = TEXT.index(selected)
    first, last = whole_words(TEXT, start, start + len(selected))
    assert TEXT[first:last] == whole


def test_scripts_without_blanks_are_quoted_as_selected() -> None:
    text = "我们提出了一种新的深度学习方法。"
    assert whole_words(text, 9, 13) == (9, 13)


def test_of_words_that_stand_twice_those_near_the_selection_are_meant() -> None:
    library = {"p": Paper("p", "SINet", TEXT, (), 1, "a.bib")}
    first, second = TEXT.index("slow"), TEXT.rindex("slow")
    assert pin_of("p", "slo", first + 9, library).start == first
    pin = pin_of("p", "slo", second - 9, library)
    assert (pin.text, pin.start, pin.end) == ("slow", second, second + 4)


def test_the_place_of_a_quote_is_told_by_its_sentence() -> None:
    def told(quote: str, text: str = TEXT) -> str:
        start = text.index(quote)
        return sentence_of(text, Span(quote, start, start + len(quote)))

    assert told("it has 86,900 parameters") == "Abstract, sentence 1 of 3"
    assert told("95.2% fewer. “Blocks” of it") == "Abstract, sentences 1–2 of 3"
    assert told("The net is slow.") == "Abstract, sentence 3 of 3"
    assert told("Owls", "Owls fly.") == ""
