"""The rules by which two records are the same paper, each on both sides of its limits.

Abstracts are rows of invented words, so that what two of them share is known to the word: a row of
n + 2 words has n runs of three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.corpus.dedupe.keys import MatchKeys
from rag.corpus.dedupe.matching import (
    Relation,
    abstract_overlap,
    another_paper,
    groups_agree,
    relate,
    same_paper,
)
from rag.corpus.record import Record

TITLE = "Extreme lightweight portrait segmentation networks"
TYPO = "Extreme lightweight portrait segmentaton networks"
NEAR = "Extreme lightweight portrait segmentation net"  # "net" is no slip for "networks"
LONGER = f"{TITLE} for telephones"
ADA, GRACE, ALAN, KURT = "Ada Lovelace", "Grace Hopper", "Alan Turing", "Kurt Gödel"
SHARED = [f"shared{n}" for n in range(200)]
OWN = [f"mine{n}" for n in range(200)]
THEIRS = [f"theirs{n}" for n in range(200)]


def keys(title: str = TITLE, abstract: Sequence[str] = (), **more: object) -> MatchKeys:
    made = Record(title, " ".join(abstract), "/papers/a.bib", "1")
    return MatchKeys(replace(made, **more))  # type: ignore[arg-type]


def texts(percent: int) -> tuple[list[str], list[str]]:
    """Two abstracts of 100 runs of three words, of which they have ``percent`` in common."""
    common = percent + 2 if percent else 0
    return tuple(SHARED[:common] + own[: 102 - common] for own in (OWN, THEIRS))  # type: ignore[return-value]


def alike(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether they are the same paper; which one comes first does not matter."""
    found = same_paper(one, other)
    assert same_paper(other, one) is found
    return found


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        (TITLE, TITLE.upper() + ".", "equal"),
        ("Physics of the B+ meson decays", "Physics of the B- meson decays", "near"),
        # One is the beginning of the other: in whole words, of fifteen letters at least.
        (TITLE, LONGER, "part"),
        ("Learning in boats", "Learning in boats at sea", "part"),
        ("Learning on maps", "Learning on maps at sea", "none"),
        ("Results of the 2019 task", "Results of the 2019 task in detail", "part"),
        ("A theory of all the fields, part I...", "A theory of all the fields, part II", "none"),
        ("Extreme lightweight portr", TITLE, "none"),
        ("Extreme lightweight portr...", TITLE, "part"),
        # Slips of the pen.
        (TITLE, TYPO, "typo"),
        (TITLE, NEAR, "near"),
        (TITLE, "Extreme lightweight portrait segmen taton networks", "typo"),
        (
            "A study of the rivers and their banks",
            "A study of the the rivers and their banks",
            "typo",
        ),
        (
            "The many years of our house on a river",
            "The many years of our hause on a river",
            "typo",
        ),
        ("The many years of our cats on a river", "The many years of our cars on a river", "near"),
        ("Rules of the state for cold rivers", "Rules of the estate for cold rivers", "near"),
        ("Rules of the profit from cold rivers", "Rules of the prefit from cold rivers", "near"),
        ("Maps by segmentation of all towns", "Maps by segmantatian of all towns", "near"),
        ("Maps by segmentations of all towns", "Maps by segmantatians of all towns", "typo"),
        ("Maps by segmentations of all towns", "Maps by segmantatyans of all towns", "near"),
        ("Maps of B+ segmentation in towns", "Maps of B- segmentaton in towns", "near"),
        ("Maps of segmentation in 12 towns", "Maps of segmentation in 13 towns", "none"),
        (TITLE, "Rivers carry sediment to the sea", "none"),
    ],
)
def test_how_titles_are_related(one: str, other: str, relation: Relation) -> None:
    assert relate(keys(one), keys(other)) == relate(keys(other), keys(one)) == relation


@pytest.mark.parametrize(
    ("words", "wanted"), [(0, None), (13, None), (14, 10 / 12), (102, 10 / 100)]
)
def test_the_overlap_is_a_share_of_the_shorter_abstract(words: int, wanted: float | None) -> None:
    one = keys(abstract=SHARED[:12] + OWN[: max(0, words - 12)]) if words else keys()
    assert abstract_overlap(one, keys(abstract=SHARED[:12] + THEIRS[:90])) == wanted


@pytest.mark.parametrize(
    ("title", "other", "percent", "same"),
    [
        (TITLE, TITLE, 50, True),
        (TITLE, TITLE, 49, False),
        (TITLE, TYPO, 50, True),
        (TITLE, TYPO, 49, False),
        (TITLE, LONGER, 60, True),
        (TITLE, LONGER, 59, False),
        (TITLE, f"{TITLE}, part two", 85, True),
        (TITLE, f"{TITLE}, part two", 84, False),
        (TITLE, f"{TITLE} of C++", 85, True),
        (TITLE, f"{TITLE} of C++", 84, False),
        ("Introduction", "Introduction", 85, True),
        ("Introduction", "Introduction", 84, False),
        (
            "Introduction to the special issue",
            "Introduction to the special issue on maps",
            85,
            True,
        ),
        (
            "Introduction to the special issue",
            "Introduction to the special issue on maps",
            84,
            False,
        ),
        ("Introduction to the special issue", "Introduction to the specal issue", 100, False),
    ],
)
def test_how_much_of_the_abstracts_must_agree(
    title: str, other: str, percent: int, same: bool
) -> None:
    one, two = texts(percent)
    assert alike(keys(title, one), keys(other, two)) is same


def test_titles_that_are_only_near_need_abstracts_that_are_one() -> None:
    text = SHARED[:102]
    assert alike(keys(TITLE, text), keys(NEAR, text))
    assert alike(keys(TITLE, text[:87]), keys(NEAR, text)), "85 of 100"
    assert not alike(keys(TITLE, text[:86]), keys(NEAR, text)), "84 of 100"
    # Each has 85 of 100 in common with the other, which are 85 of all 115.
    assert not alike(keys(TITLE, texts(85)[0]), keys(NEAR, texts(85)[1]))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Atlas: maps of towns in the cold north", "Atlas maps of towns in the old north", True),
        ("Atlas: maps of towns in the cold north", "Atlas: maps of towns in the old north", True),
        ("Atlas: maps of towns in the cold north", "Titan: maps of towns in the cold north", False),
    ],
)
def test_near_titles_with_other_names_are_other_papers(one: str, other: str, same: bool) -> None:
    assert relate(keys(one), keys(other)) == "near"
    assert alike(keys(one, SHARED), keys(other, SHARED)) is same


def scattered(run: int, others: int) -> tuple[list[str], list[str]]:
    """As `texts`: ``run`` words in a row and ``others``, one by one, are in both of 102 words."""
    mixed = [
        word for pair in zip(THEIRS, SHARED[run : run + others], strict=False) for word in pair
    ]
    words = SHARED[:run] + mixed + THEIRS[100 : 202 - run - 2 * others]
    return SHARED[: run + others] + OWN[: 102 - run - others], words


@pytest.mark.parametrize(
    ("run", "others", "same"),
    [(17, 34, True), (17, 33, False), (16, 35, False), (17, 35, True), (40, 0, False)],
)
def test_people_may_revise_their_abstract_but_not_replace_it(
    run: int, others: int, same: bool
) -> None:
    one, two = scattered(run, others)
    assert len(one) == len(two) == 102
    for title in (TITLE, TYPO):
        signed = [keys(title, one, authors=(ADA,)), keys(TITLE, two, authors=(ADA,))]
        assert alike(*signed) is same
        assert not alike(signed[0], keys(TITLE, two)), "nobody says that it is theirs"
    dated = [keys(TITLE, text, authors=(ADA,), year=2020) for text in (one, two)]
    for year, near in ((2023, True), (2024, False), (2017, True), (2016, False)):
        later = MatchKeys(replace(dated[1].record, year=year))
        assert alike(dated[0], later) is (same and near)


@pytest.mark.parametrize(
    ("title", "authors", "years", "same"),
    [
        # Without abstracts: the fewer facts are known, the more a title must say.
        ("Maps of towns", ((ADA,), (ADA,)), (None, None), True),
        ("Maps of towns", ((ADA,), ()), (2020, 2020), False),
        ("Maps of towns", ((), ()), (2020, 2020), False),
        ("Maps of cold towns", ((), ()), (2020, 2020), True),
        ("Maps of cold towns", ((ADA,), ()), (2020, None), False),
        ("Maps of cold towns", ((), ()), (None, None), False),
        ("Maps of the cold towns", ((), ()), (None, None), True),
        ("Cartographical oceanography", ((ADA,), (ADA,)), (2020, 2020), False),
        ("Cartographical oceanographical interpreta", ((), ()), (None, None), False),
        ("Cartographical oceanographical interpretat", ((), ()), (None, None), False),
        ("Cartographical oceanographical interpretation", ((), ()), (None, None), True),
        ("Maps of the cold towns", ((ADA,), (ADA,)), (2020, 2021), True),
        ("Maps of the cold towns", ((ADA,), (ADA,)), (2020, 2022), False),
        ("Table of contents", ((ADA,), (ADA,)), (2020, 2020), False),
    ],
)
def test_equal_titles_without_abstracts(
    title: str,
    authors: tuple[tuple[str, ...], tuple[str, ...]],
    years: tuple[int | None, int | None],
    same: bool,
) -> None:
    pair = zip(authors, years, strict=True)
    one, other = (keys(title, authors=names, year=year) for names, year in pair)
    assert alike(one, other) is same


@pytest.mark.parametrize(
    ("authors", "other", "same"),
    [
        ((ADA, GRACE), (GRACE, ADA), True),
        ((ADA, GRACE), (ADA, ALAN), False),
        ((), (), False),
        ((ADA,), (), False),
    ],
)
def test_a_slip_in_a_title_needs_the_same_people(
    authors: tuple[str, ...], other: tuple[str, ...], same: bool
) -> None:
    assert alike(keys(TITLE, authors=authors), keys(TYPO, authors=other)) is same


@pytest.mark.parametrize(
    ("title", "longer", "other", "years", "same"),
    [
        ("Portraits of many towns", "in ink", (ADA, GRACE), (2020, 2020), True),
        ("Portraits of towns", "in ink", (ADA, GRACE), (2020, 2020), False),
        ("Portraits of many towns", "in ink", (GRACE, ADA), (2020, 2020), False),
        ("Portraits of many towns", "in ink", (ADA, GRACE), (2020, None), False),
        ("Portraits of many towns", "in ink", (), (2020, 2020), False),
        ("Portraits of many towns", "in two", (ADA, GRACE), (2020, 2020), False),
        ("Portraits of many towns", "in C++", (ADA, GRACE), (2020, 2020), False),
        ("Letter to the editor", "on maps", (ADA, GRACE), (2020, 2020), False),
        ("Portraits of many town", "ships", (ADA, GRACE), (2020, 2020), True),
    ],
)
def test_a_longer_title_needs_the_same_people_and_years(
    title: str,
    longer: str,
    other: tuple[str, ...],
    years: tuple[int, int | None],
    same: bool,
) -> None:
    one = keys(title, authors=(ADA, GRACE), year=years[0])
    assert alike(one, keys(f"{title} {longer}", authors=other, year=years[1])) is same


@pytest.mark.parametrize(
    ("authors", "other", "agree"),
    [
        ((ADA,), (), True),
        ((ADA, GRACE), (ADA, ALAN, KURT), True),
        ((ADA, GRACE), (GRACE, ALAN, KURT), True),
        ((ADA, GRACE, ALAN), (GRACE, KURT, "Emmy Noether"), False),
        ((ADA, GRACE, ALAN), (GRACE, ALAN, KURT), True),
        ((ADA, GRACE, ALAN), (KURT, ALAN), True),
        ((KURT, ALAN), (ADA, GRACE, ALAN), True),
        ((ADA,), (ALAN,), False),
        # One person in other spellings.
        (("Jörg Müller",), ("J Mueller",), True),
        (("Li Xiaoming",), ("Xiao-Ming Li",), True),
        (("Øystein Åsen", KURT), ("O Aasen", ALAN), True),
        (("Li Xiaohong",), ("Xiaoming Li",), False),
        # A name that is there twice is one name.
        ((ADA, GRACE, GRACE, GRACE), (KURT, GRACE, "Emmy Noether"), True),
        (("Alan Turing", "Li Wang", "Bo Wang"), ("Kurt Gödel", "Bo Wang", "Bo Wang"), True),
    ],
)
def test_the_first_author_or_half_of_the_fewer_are_the_same(
    authors: tuple[str, ...], other: tuple[str, ...], agree: bool
) -> None:
    assert alike(keys(TITLE, SHARED, authors=authors), keys(TITLE, SHARED, authors=other)) is agree


@pytest.mark.parametrize(
    ("title", "percent", "another"),
    [
        ("Rivers of the coast", 50, False),
        ("Rivers of the coast", 49, True),
        (TYPO, 0, False),
        (LONGER, 0, False),
        (NEAR, 0, True),
        ("Networks for portrait segmentation", 0, True),
        ("Networks for portrait segmentation", 49, False),
    ],
)
def test_an_identifier_is_shared_if_neither_title_nor_abstract_agree(
    title: str, percent: int, another: bool
) -> None:
    one, other = texts(percent)
    assert differ(keys(TITLE, one), keys(title, other)) is another
    assert differ(keys(TITLE), keys("Rivers of the coast")), "nothing agrees"


PEAT = "Peat fires on the coast of Borneo"


@pytest.mark.parametrize(
    ("one", "other", "another"),
    [
        # Versions of one title: cut, without its name, in another order, a word left out or in
        # place of another, capitals, brackets of a translation, another language.
        ("Peat fires", PEAT, False),
        (f"SMOKE: {PEAT}", PEAT, False),
        ("Peat fires: evidence from Borneo", "Evidence from Borneo: peat fires", False),
        (PEAT, "Fires on the coast of Borneo", False),
        (PEAT, "Peat fires on the shores of Borneo", False),
        (PEAT, PEAT.upper(), False),
        ("[Fire in bogs in the year of drought].", "Moorbrand", False),
        (PEAT, "Die Brände der Moore an den Küsten im Jahr der großen Dürre", False),
        (PEAT, "Торфяные пожары на побережье", False),
        # Other works: chapters, abstracts of one meeting, an erratum, a reply.
        ("Peat and water", "Peat and fire", True),
        ("Haze above the city", PEAT, True),
        (PEAT, f"Erratum to: {PEAT}", True),
        (f"Reply to the remarks on {PEAT}", PEAT, True),
        (f"Erratum to: {PEAT}", f"Erratum to: {PEAT}", False),
    ],
)
def test_titles_that_one_identifier_may_have(one: str, other: str, another: bool) -> None:
    ours = {"authors": (ADA, GRACE)}
    assert differ(keys(one, **ours), keys(other, **ours)) is another


@pytest.mark.parametrize(
    ("title", "other", "another"),
    [
        (TITLE, TITLE, False),
        (TITLE, LONGER, True),
        (TITLE, NEAR, True),
        ("Introduction", "Introduction", True),
    ],
)
def test_strangers_with_one_identifier_must_have_one_title(
    title: str, other: str, another: bool
) -> None:
    mine, theirs = keys(title, authors=(ADA,)), keys(other, authors=(ALAN,))
    assert differ(mine, theirs) is another


def test_chapters_with_one_title_differ_by_their_texts() -> None:
    one, other = texts(0)
    assert differ(keys("Introduction", one), keys("Introduction", other))
    assert not differ(keys("Introduction", one), keys("Introduction", one))
    assert not differ(keys(TITLE, one), keys(TITLE, other)), "an abstract was rewritten"


def differ(one: MatchKeys, other: MatchKeys) -> bool:
    """Whether they are two papers with one identifier; which one comes first does not matter."""
    found = another_paper(one, other)
    assert another_paper(other, one) is found
    return found


def test_groups_agree_if_every_pair_does() -> None:
    early, late, between = (keys(year=year) for year in (2019, 2021, 2020))
    assert groups_agree([early], [between]) and groups_agree([between], [late])
    assert not groups_agree([early, between], [late])
    assert groups_agree([early], [keys(abstract=SHARED, year=2030)]), "not compared here"
    limit = [keys(abstract=SHARED[:14], year=2019), keys(abstract=SHARED[:13], year=2030)]
    assert groups_agree(limit[:1], limit[1:])
    assert not groups_agree([keys(abstract=SHARED[:13], year=2019)], limit[1:])
