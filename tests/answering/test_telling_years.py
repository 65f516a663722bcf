"""The years that a question about records states."""

from __future__ import annotations

import pytest

from rag.answering.telling.asked import years as module
from rag.answering.telling.asked.years import years_in
from rag.types import ANY_PAPER, Filter


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("papers from 2013-15", Filter(2013, 2015)),
        ("papers from 2011–12", Filter(2011, 2012)),
        ("papers from 1999-02", Filter(1999, 2002)),
        ("papers from 1997/01", Filter(1997, 2001)),
        ("papers from 2018-06", Filter(2018, 2018)),
        ("papers from 2021-12-24", Filter(2021, 2021)),
        ("papers from 2010-12-24", Filter(2010, 2010)),
        ("the paper with 10.5555/y.2018", ANY_PAPER),
        ("PMID 20182018", ANY_PAPER),
        ("people younger than 5 years", ANY_PAPER),
        ("papers older than 5 years", Filter(None, 2025)),
    ],
)
def test_dates_are_no_ranges(monkeypatch: pytest.MonkeyPatch, text: str, wanted: Filter) -> None:
    monkeypatch.setattr(module, "this_year", lambda: 2031)
    monkeypatch.setattr("rag.query.metadata.spoken_years.this_year", lambda: 2031)
    found = years_in(text)
    assert (found.range, found.any_of) == (wanted, frozenset())
