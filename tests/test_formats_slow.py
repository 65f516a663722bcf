"""Text that a pattern could look at again and again is read in the time that its length takes."""

from __future__ import annotations

import time

import pytest
from reading import titles

BLANKS = " " * 100_000
BIBTEX = "@article{{a, title={{One}}, author={{{}}}}}\n"
TABLE = 'title,{}\nOne,"{}"\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.bib", BIBTEX.format(f"A B{BLANKS}C D")),
        ("a.bib", BIBTEX.format("{" + " and A" * 40_000 + "}")),
        ("a.csv", TABLE.format("authors", f"A B{BLANKS}C")),
        ("a.csv", TABLE.format("authors", f"A B,{BLANKS}C")),
        ("a.json", '{"title": "One", "authors": "A' + "\\n" * 100_000 + 'B"}'),
        ("a.csv", TABLE.format("authors", "a" * 100_000)),
        ("a.csv", TABLE.format("authors", "a " * 50_000)),
        ("a.csv", TABLE.format("venue", f"J{BLANKS}k")),
        ("a.json", '{"title": "One", "venue": "J' + " (1999) " * 20_000 + '"}'),
    ],
)
def test_the_time_grows_with_the_length(name: str, text: str) -> None:
    start = time.process_time()
    assert titles(name, text) == ["One"]
    assert time.process_time() - start < 1
