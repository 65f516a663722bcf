"""What tells two papers with one identifier apart: people, numbers, and languages that do not."""

from __future__ import annotations

import pytest
from test_matching_rules import ADA, ALAN, LONGER, PEAT, TITLE, differ, keys

from rag.corpus.dedupe.merge import merge
from rag.corpus.record import Record
from rag.types import Identifiers

MOOR = "Die Brände der Moore an den Küsten im Jahr der großen Dürre"
BOG = "Les feux de tourbe sur les côtes dans les années de grande sécheresse"
CMS, LIMA, NIELS = "The CMS Collaboration", "Ana Lima", "Niels Bohr"


@pytest.mark.parametrize(
    ("authors", "others", "years", "another"),
    [
        ((ADA,), (ADA, ALAN), (2020, 2021), False),
        ((ADA,), ("A. Lovelace",), (2020, 2022), True),
        ((ADA,), (ALAN,), (2020, 2020), True),
        ((ADA,), (), (2020, 2020), True),
        ((), (), (None, None), True),
        # Names in two scripts cannot be compared, but counted.
        (("Wei Wang",), ("王伟",), (2020, 2020), False),
        (("Wei Wang",), ("王伟", "李明"), (2020, 2020), True),
    ],
)
def test_another_language_excuses_a_title_if_an_author_is_the_same(
    authors: tuple[str, ...],
    others: tuple[str, ...],
    years: tuple[int | None, int | None],
    another: bool,
) -> None:
    one = keys(PEAT, authors=authors, year=years[0])
    assert differ(one, keys(MOOR, authors=others, year=years[1])) is another


def test_an_identifier_of_three_titles_has_no_translations() -> None:
    records = [
        Record(title, "", "/papers/a.bib", "1", authors=(ADA,), identifiers=Identifiers("10.1/a"))
        for title in (PEAT, MOOR, BOG)
    ]
    assert len(merge(records[:2]).papers) == 1
    assert len(merge(records).papers) == len(merge(records[::-1]).papers) == 3


@pytest.mark.parametrize(
    ("one", "other", "another"),
    [
        ("Theory of owls. Part I: Wings", "Theory of owls. Part II: Talons", True),
        ("Theory of owls. Part I: Wings", "Theory of owls. Part 1: Wings", False),
        ("Theory of owls, part one: wings", "Theory of owls, Part I. Wings", False),
        ("Handbook of owls, volume 1", "Handbook of owls, volume 2", True),
        ("Chapter 1", "Chapter 10", True),
        ("P-101: Peat smoke and coughs in children", "P-102: Peat smoke and coughs in men", True),
        ("P-101: Peat smoke and coughs in children", "Peat smoke and coughs in children", False),
        (f"{PEAT} in 2019", MOOR + " 2020", True),
    ],
)
def test_titles_with_other_numbers_are_other_papers(one: str, other: str, another: bool) -> None:
    ours = {"authors": (ADA,)}
    assert differ(keys(one, **ours), keys(other, **ours)) is another


@pytest.mark.parametrize(
    ("authors", "others", "another"),
    [
        ((CMS,), (LIMA, NIELS), False),
        ((CMS, LIMA), (LIMA,), False),
        ((CMS, LIMA), (NIELS,), True),
        ((CMS, LIMA), ("The ATLAS Collaboration", NIELS), True),
    ],
)
def test_a_group_is_no_stranger_to_its_members(
    authors: tuple[str, ...], others: tuple[str, ...], another: bool
) -> None:
    assert differ(keys(TITLE, authors=authors), keys(LONGER, authors=others)) is another


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("Part I: 03 owls", ("1", "3")),
        ("Owls in the second year, type B", ("2", "b")),
        ("Louis XIV and chapter X", ("10", "14")),
        ("Owls IV", ("4",)),
        ("Owls V", ("5",)),
        ("I and my owls", ()),
    ],
)
def test_numbers_are_compared_in_digits(title: str, numbers: tuple[str, ...]) -> None:
    assert keys(title).numbers == numbers
