"""Where no abstract is known, titles alone make one paper only if nothing in them says no."""

from __future__ import annotations

import pytest

from rag.corpus.dedupe.merge import merge
from rag.corpus.record import Record

TITLE = "Extreme lightweight portrait segmentation networks"
NAMES = ("Ada Lovelace", "Grace Hopper")
ABSTRACT = (
    "We study how portrait segmentation can run on small devices and propose a network whose "
    "parts each see another share of the picture, so that thin structures and large regions stay."
)
OTHER = (
    "Rivers carry sediment from the mountains to the sea in pulses that follow the seasons, and "
    "this survey of forty stations over two decades shows how dams have changed their timing."
)


def record(title: str = TITLE, abstract: str = "", year: int | None = None) -> Record:
    return Record(title, abstract, "/papers/a.bib", "1", authors=NAMES, year=year)


def count(*records: Record) -> int:
    return len(merge(records).papers)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Another beginning of a word, another sign, another ideograph.
        ("Intracellular signalling in yeast cells", "Intercellular signalling in yeast cells"),
        ("Hyperthyroidism among older adults", "Hypothyroidism among older adults"),
        ("Endogenous retroviruses in mice and men", "Exogenous retroviruses in mice and men"),
        ("Pretreatment of waste water on farms", "Posttreatment of waste water on farms"),
        ("A study of programming in C/C++", "A study of programming in C/C"),
        ("A study of programming in C#", "A study of programming in C"),
        ("Physics of the B+ meson decays", "Physics of the B- meson decays"),
        ("Physics of the $B^+$ meson decays", "Physics of the B⁻ meson decays"),
        ("Physics of B+ decays", "Physics of B- decays with many particles"),
        (
            "基于深度学习与注意力机制的医学图像分类方法研究",
            "基于深度学习与注意力机制的医学图像分割方法研究",
        ),
    ],
)
def test_titles_alone_that_differ_in_meaning_are_two_papers(one: str, other: str) -> None:
    pair = [record(title, year=2020) for title in (one, other)]
    assert count(*pair) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Physics of the $B^+$ meson decays", "Physics of the B⁺ meson decays"),
        ("Physics of the $B^-$ meson decays", "Physics of the B– meson decays"),
        ("A study of programming in C++", "A Study of Programming in C++."),
        ("Intracellular signalling in yeast cells", "Intracelullar signalling in yeast cells"),
    ],
)
def test_titles_alone_that_differ_in_spelling_are_one_paper(one: str, other: str) -> None:
    pair = [record(title, year=2020) for title in (one, other)]
    assert count(*pair) == 1


@pytest.mark.parametrize(
    ("years", "wanted"),
    [
        ((2020, 2021), 1),
        ((2020, 2022), 2),
        ((2016, 2019, 2022), 3),
        ((2019, 2020, 2021), 2),  # the one between stands with the first
        ((2016, None, 2022), 2),
    ],
)
def test_titles_alone_join_no_chain_of_years(years: tuple[int | None, ...], wanted: int) -> None:
    chain = [record(year=year) for year in years]
    assert count(*chain) == wanted


def test_a_record_without_an_abstract_joins_no_two_texts() -> None:
    bare = record()
    texts = [record(abstract=ABSTRACT), record(abstract=OTHER)]
    assert count(bare, *texts) == count(*texts, bare) == 2


def test_a_bare_reference_joins_a_preprint_and_its_publication() -> None:
    known = [record(abstract=ABSTRACT, year=2019), record(abstract=ABSTRACT, year=2021)]
    assert count(*known, record(year=2021)) == 1
