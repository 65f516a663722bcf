"""The journal and the year within a citation."""

from __future__ import annotations

import pytest

from rag.corpus.formats.tagged.citations import venue_and_year


@pytest.mark.parametrize(
    ("source", "venue", "year"),
    [
        ("Road Letters. 12(3):45-52, 2016 Mar.", "Road Letters", "2016"),
        ("J Appl Road (1985). 2021 Mar 1;130(3):7.", "J Appl Road (1985)", "2021"),
        ("Road Letters. Mar2016, Vol. 12 Issue 3, p45-52.", "Road Letters", "2016"),
        ("Road Letters, v12 n3 p45-52 Mar 2016", "Road Letters", "2016"),
        ("Rev. Road;12(3):45-52, 2016.", "Rev. Road", "2016"),
        ("Road. 12(3):45. doi: 10.2016/r.2016.1", "Road. 12(3):45. doi: 10.2016/r.2016.1", ""),
        ("Roads of the 21st century", "Roads of the 21st century", ""),
        ("公路学报", "公路学报", ""),
    ],
)  # fmt: skip
def test_a_citation_gives_the_venue_and_the_year(source: str, venue: str, year: str) -> None:
    assert venue_and_year(source) == (venue, year)
