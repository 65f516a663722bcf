"""Text that a pattern could look at again and again is read in the time that its length takes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from reading import titles

from rag.errors import FormatError

BIBTEX = "@article{{a, title={{One}}, author={{{}}}}}\n"
RIS = "TY  - JOUR\nTI  - One\nAB  - Lit.\n{}\nER  - \n"
TABLE = 'title,{}\nOne,"{}"\n'
LABELLED = "Title: One\nYear: 2001\nAuthors: {}\n"
PUBMED = "1. J Odd Lamp. 2021 Mar;12:3.\n\nOne\n\n{}\n\nPMID: 3\n"
SHORT, LONG = 5_000, 20_000  # characters, about
NOISE = 0.05  # seconds of processor time


@pytest.mark.parametrize(
    ("name", "text_of"),
    [
        ("a.bib", lambda n: BIBTEX.format(f"A B{' ' * n}C D")),
        ("a.bib", lambda n: BIBTEX.format("{" + " and A" * (n // 6) + "}")),
        ("a.bib", lambda n: BIBTEX.format("A} " + "x = 1 " * (n // 6) + "y = {B")),
        ("a.bib", lambda n: BIBTEX.format(f"A B{' ' * n}C = D")),
        ("a.txt", lambda n: LABELLED.format(f"record{' ' * n}#")),
        ("a.txt", lambda n: LABELLED.format("A B. " * (n // 5))),
        ("a.txt", lambda n: LABELLED.format("lines\n" * (n // 6))),
        ("a.txt", lambda n: PUBMED.format("Doe A, " * (n // 7) + "none")),
        ("a.txt", lambda n: PUBMED.format("Doe A; " * (n // 7) + "none")),
        ("a.csv", lambda n: TABLE.format("authors", f"A B{' ' * n}C")),
        ("a.csv", lambda n: TABLE.format("authors", f"A B,{' ' * n}C")),
        ("a.json", lambda n: '{"title": "One", "authors": "A' + "\\n" * n + 'B"}'),
        ("a.csv", lambda n: TABLE.format("authors", "a" * n)),
        ("a.csv", lambda n: TABLE.format("authors", "a " * (n // 2))),
        ("a.csv", lambda n: TABLE.format("venue", f"J{' ' * n}k")),
        ("a.json", lambda n: '{"title": "One", "identifiers": "A' + "\\n" * n + 'B"}'),
        ("a.ris", lambda n: RIS.format("AB" + "\t" * n + "B")),
        ("a.json", lambda n: '{"title": "One", "venue": "J' + " (1999) " * (n // 8) + '"}'),
    ],
)
def test_the_time_grows_no_faster_than_the_length(name: str, text_of: Callable[[int], str]) -> None:
    """Four times the length may take eight times as long; what is quadratic takes sixteen times."""
    short, long = (fastest(name, text_of(length)) for length in (SHORT, LONG))
    assert long < 2 * LONG / SHORT * short + NOISE


def fastest(name: str, text: str) -> float:
    """Seconds of processor time, the least of three: others may be at work beside us."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        assert titles(name, text) == ["One"]
        taken.append(time.process_time() - start)
    return min(taken)


def test_comments_without_end_are_told_at_once() -> None:
    text = (
        "<table><tr><th>Title</th><th>Year</th></tr><tr><td>One</td></tr><tr><td>"
        + "<!-- " * 100_000
    )
    start = time.process_time()
    with pytest.raises(FormatError, match="a comment or a tag does not end"):
        titles("a.xls", text)
    assert time.process_time() - start < 2
