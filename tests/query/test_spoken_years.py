"""Years in words, by what day it is."""

from __future__ import annotations

import pytest

from rag.query.metadata import spoken_years as module
from rag.query.metadata.phrases import LibraryFacts
from rag.query.metadata.split import split_filter
from rag.types import ANY_PAPER, Filter

FULL = LibraryFacts(lambda wanted: 0 if wanted.authors or wanted.venues else 9, lambda _: 9, bool)


@pytest.fixture(autouse=True)
def _in_2031(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "this_year", lambda: 2031)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("the 1980s", Filter(1980, 1989)),
        ("the eighties", Filter(1980, 1989)),
        ("the '80s", Filter(1980, 1989)),
        ("the early 2000s", Filter(2000, 2004)),
        ("the mid-1990s", Filter(1993, 1997)),
        ("the late nineties", Filter(1995, 1999)),
        ("the ’10s", Filter(2010, 2019)),
        ("the ſeventies", Filter(1970, 1979)),
        ("the last four years", Filter(2027)),
        ("the last fıve years", Filter(2026)),
        ("the past decade", Filter(2021)),
        ("the last two decades", Filter(2011)),
        ("the previous 15 years", Filter(2016)),
        ("the last couple of years", Filter(2029)),
        ("the last six months", Filter(2030)),
        ("this year", Filter(2031, 2031)),
        ("last year", Filter(2030, 2030)),
        ("this decade", Filter(2030, 2039)),
        ("the last century", Filter(None, 1999)),
        ("the 21st century", Filter(2000)),
    ],
)
def test_they_are_those_of_papers(said: str, wanted: Filter) -> None:
    assert split_filter(f"papers on newts from {said}", FULL) == (wanted, "papers on newts")


@pytest.mark.parametrize(
    ("question", "wanted", "rest"),
    [
        ("papers on newts 2003-2007", Filter(2003, 2007), "papers on newts"),
        ("papers on newts, 2003–2007", Filter(2003, 2007), "papers on newts,"),
        ("post-2019 papers on newts", Filter(2020), "papers on newts"),
        ("pre-1990 papers on newts", Filter(None, 1989), "papers on newts"),
        ("papers > 2019 on newts", Filter(2020), "papers on newts"),
        ("papers <= 2019 on newts", Filter(None, 2019), "papers on newts"),
        ("papers from around 2015 on newts", Filter(2014, 2016), "papers on newts"),
        ("papers no older than three years on newts", Filter(2028), "papers on newts"),
        ("papers older than 30 years", Filter(None, 2000), "papers"),
        ("papers published more than 4 years ago on newts", Filter(None, 2026), "papers on newts"),
        (
            "Which papers on newts are less than 3 years old?",
            Filter(2028),
            "Which papers on newts are?",
        ),
        (
            "Which papers on newts in the past six years use nets?",
            Filter(2025),
            "Which papers on newts use nets?",
        ),
        ("this year's papers on newts", Filter(2031, 2031), "papers on newts"),
        ("newts 1990s", Filter(1990, 1999), "newts"),
        ("newts since 2020", Filter(2020), "newts"),
        ("What is known about newts since 2020?", Filter(2020), "What is known about newts?"),
    ],
)
def test_they_stand_in_other_places(question: str, wanted: Filter, rest: str) -> None:
    assert split_filter(question, FULL) == (wanted, rest)


@pytest.mark.parametrize(
    "question",
    [
        "How many newts were there in the 1980s?",
        "Did newts decline over the last decade?",
        "Were patients in their eighties included?",
        "How long is a sleep of 80s?",
        "What does doi:10.1234/j.2015.07.001 say?",
        "Is a count > 2000 high?",
        "Which studies tracked newts for more than 6 years?",
        "Which studies include newts younger than 3 years?",
        "Which studies include newts that are less than 3 years old?",
        "Which papers report captivity of less than 2 years?",
        "studies with >2000 newts",
        "studies > 2000 newts",
        "trials with < 2000 eggs",
        "ponds > 2000",
        "Which studies caught around 2000 newts?",
        "Which studies trained for up to 2000 epochs?",
        "papers with 1900-2000 nm lamps",
        "Which papers use 60s films?",
        "Which papers measure a delay of 90s?",
        "Which studies had a keeper in his late sixties?",
        "Which studies cover the last 2 years of life?",
        "NewtNet 2012",
    ],
)
def test_other_years_are_none_of_papers(question: str) -> None:
    assert split_filter(question, FULL) == (ANY_PAPER, question)
