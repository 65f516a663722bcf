"""PubMed's "Abstract (text)" and "Summary (text)"."""

from __future__ import annotations

import pytest
from reading import read, titles

from rag.corpus.record import Record
from rag.types import Identifiers

ABSTRACTS = """1. J Odd Lamp. 2021 Mar;12(3):45-52. doi: 10.5555/lamp.45. Epub 2021 Jan
4.

Lanterns after freezing:
a study.

[Article in German]

Strand I(1), van der Moe T Jr(1)(2), López-Roe AB(2); Lamp Group.

Author information:
(1)Department of Lamps, Town.
(2)Institute of Light, Town.

Retraction in
    J Odd Lamp. 2021;12:1.

BACKGROUND: Lanterns are left outside.
METHODS: We froze 60 lanterns.

RESULTS: 3. Light fell by 31%.

© 2021 The Authors.

DOI: 10.5555/lamp.45
PMCID: PMC123
PMID: 33000009 [Indexed for MEDLINE]

Conflict of interest statement: None declared.


2. J Odd Lamp. 2020 Jul;11(7):1-9.

On lanterns.

[No authors listed]

PMID: 32000009


3. J Odd Lamp. 2019;11(7):1-9.

Who lit them?

We asked people of a town, and 2 of 3 of them did not know who had lit them.

PMID: 32000010
"""
GROUPS = """11. Cochrane Database Lamp (1985). 2020 Jul;11(7):1.\r
\r
Lamps.\r
\r
Sukarno(1), Lamp Group(#).\r
\r
Author information:\r
(1)Town.\r
\r
They glow.\r
\r
PMID: 1\r
\r
12. J Lamp. 2021.\r
\r
Wicks.\r
\r
PMID: 2\r
"""
SUMMARIES = """1: Strand I, van der Moe T Jr, Otto CD. Lanterns: do they
freeze? J Odd Lamp. 2021 Mar;12(3):45-52. doi: 10.5555/lamp.45. PMID: 33000009; PMCID: PMC1.

2: Roe P, et al. Light in the U.S. south. Lamp (London, England). 2020 Jul;11(7):1. PMID: 32000009.

3: Editorial. J Odd Lamp. 2019;1:2. PMID: 32000010.

4: this is no citation
"""


def test_abstracts() -> None:
    first, second, third = (item for item in read("a.txt", ABSTRACTS) if isinstance(item, Record))
    assert first.title == "Lanterns after freezing: a study."
    assert first.authors == ("I Strand", "T van der Moe Jr", "A B López-Roe", "Lamp Group")
    assert (first.venue, first.year, first.place) == ("J Odd Lamp", 2021, "line 1")
    assert first.identifiers == Identifiers(doi="10.5555/lamp.45", pmid="33000009")
    assert first.abstract == (
        "BACKGROUND: Lanterns are left outside. METHODS: We froze 60 lanterns. "
        "RESULTS: 3. Light fell by 31%."
    )
    assert first.extra == (("Retraction in", "J Odd Lamp. 2021;12:1."),)
    assert (second.title, second.authors, second.abstract) == ("On lanterns.", (), "")
    assert (third.title, third.authors, third.year) == ("Who lit them?", (), 2019)
    assert third.abstract.startswith("We asked people of a town, and 2 of 3")


def test_summaries() -> None:
    first, second, third, none = read("a.txt", SUMMARIES)
    assert isinstance(first, Record) and isinstance(second, Record) and isinstance(third, Record)
    assert first.title == "Lanterns: do they freeze?"
    assert first.authors == ("I Strand", "T van der Moe Jr", "C D Otto")
    assert (first.venue, first.year) == ("J Odd Lamp", 2021)
    assert first.identifiers == Identifiers(doi="10.5555/lamp.45", pmid="33000009")
    assert (second.title, second.authors) == ("Light in the U.S. south.", ("P Roe",))
    assert (second.venue, second.year) == ("Lamp (London, England)", 2020)
    assert (third.title, third.authors, third.abstract) == ("Editorial.", (), "")
    assert not isinstance(none, Record) and none.record == "line 8"


def test_groups_and_people_of_one_name_and_a_page_that_does_not_begin_at_one() -> None:
    first, second = (item for item in read("a.txt", GROUPS) if isinstance(item, Record))
    assert (first.authors, first.abstract) == (("Sukarno", "Lamp Group"), "They glow.")
    assert (first.venue, first.year) == ("Cochrane Database Lamp (1985)", 2020)
    assert (second.title, second.year, second.authors) == ("Wicks.", 2021, ())


@pytest.mark.parametrize(
    "title",
    [
        "Comment on: a lamp", "Publisher Correction: lamps", "Retraction of: a lamp",
        "Conflict of interest in lamp makers", "Author information needs", "Publisher's note",
        "Update of the lamp code", "Copyright issues in lamps",
    ],
)  # fmt: skip
def test_a_title_and_paragraphs_that_begin_like_a_notice_stay(title: str) -> None:
    text = (
        f"1. J Lamp. 2021.\n\n{title}\n\nDoe A.\n\nConflicts of interest are common.\n\n"
        "Comment on the state.\n\nCopyright issues.\n\nErratum in\n    J Lamp. 2022.\n\n"
        "Copyright © 2021 Us.\n\nCrown Copyright 2021.\n\nPMID: 3\n"
    )
    (found,) = read("a.txt", text)
    assert isinstance(found, Record) and (found.authors, found.title) == (("A Doe",), title)
    said = "Conflicts of interest are common. Comment on the state. Copyright issues."
    assert (found.abstract, found.extra) == (said, (("Erratum in", "J Lamp. 2022."),))


def test_a_numbered_paragraph_begins_no_record() -> None:
    record = "1. J Lamp. 2021.\n\nWicks\n\nThey burn.\n\n2. Second aim\n\nPMID: 3\n\n"
    assert titles("a.txt", f"{record}2. J Lamp. 2020.\n\nOil\n\nPMID: 4\n") == ["Wicks", "Oil"]
    assert titles("a.txt", f"{record}\n2. A book\n\nOil\n\nPMID: 4\n") == ["Wicks", "Oil"]
