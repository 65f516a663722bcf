"""Merging many records: ids that are taken, identifiers that lie, and what is compared at all."""

from __future__ import annotations

from dataclasses import replace

from test_merge import ABSTRACT, NAMES, OTHER, TITLE, ids, papers, record

from rag.corpus.dedupe.merge import merge
from rag.corpus.dedupe.paper_ids import KnownIds, known_ids
from rag.corpus.papers import derived_id
from rag.corpus.record import Record


def known(*records: Record) -> KnownIds:
    return known_ids(zip(records, merge(records).paper_ids, strict=True))


def test_papers_of_one_title_have_ids_of_their_texts_people_and_years() -> None:
    bare = record("Editorial", "", authors=NAMES, year=2020)
    found = merge([record("Editorial", ABSTRACT), record("Editorial", OTHER), bare, bare, bare])
    salt = " ".join(("Editorial", "", *NAMES, "2020"))
    assert found.paper_ids == (
        derived_id("Editorial"),
        derived_id(f"Editorial {OTHER}"),
        derived_id(salt),
        derived_id(f"{salt} 1"),
        derived_id(f"{salt} 2"),
    )


def test_an_id_is_found_by_any_identifier_and_then_by_the_title() -> None:
    doi, both = ids(doi="10.1/a"), ids(doi="10.1/a", arxiv="2401.1")
    renamed = record("Portraits, small", ABSTRACT[:-20], identifiers=both)
    assert merge([renamed], known(record(identifiers=doi))).paper_ids == ("doi:10.1/a",)
    revised = record(abstract=OTHER, identifiers=doi)
    assert merge([revised], known(record())).paper_ids == (derived_id(TITLE),)
    new = record("Rivers of the north", OTHER)
    assert merge([record(), new], known(record())).paper_ids[1] == derived_id(new.title)


def test_a_paper_that_falls_apart_leaves_its_id_to_one_of_them() -> None:
    before = known(record(), record(place="2"))
    apart = [record(identifiers=ids(doi=f"10.1/{n}")) for n in (1, 2)]
    assert merge(apart, before).paper_ids == (derived_id(TITLE), "doi:10.1/2")


def test_two_papers_with_one_identifier_hinder_none_after_them() -> None:
    doi, more = ids(doi="10.1/a"), ids(doi="10.1/b")
    other = record("Rivers of the north", OTHER, identifiers=doi)
    rest = [record("Maps of towns", "", identifiers=more)] * 2  # too short to tell without
    found = merge([record(identifiers=doi), other, *rest, replace(other, place="9")])
    assert found.paper_ids[1] == found.paper_ids[4] != found.paper_ids[0]
    assert found.paper_ids[2] == found.paper_ids[3] == "doi:10.1/b"


def test_a_group_keeps_the_identifiers_of_all_its_records() -> None:
    one, two = record(identifiers=ids(doi="10.1/a")), record(identifiers=ids(doi="10.1/b"))
    joined = [one, record(identifiers=ids(arxiv="2401.1")), two]
    assert len(papers(*joined)) == len(papers(*joined[::-1])) == 2


def test_titles_alone_are_compared_with_every_record_of_a_group() -> None:
    doi = ids(doi="10.1/a")
    group = [record(abstract="", identifiers=doi, year=year) for year in (2019, 2021)]
    early, late = (record(abstract="", year=year) for year in (2018, 2022))
    other = [record("How rivers changed the towns of the north", "")] * 2
    for records in ([*group, early], [early, *group], [*group[::-1], late], [late, *group]):
        found = papers(*records, *other)
        assert len(found) == 3
        assert len(papers(*records, replace(records[0], year=2020))) == 2


def test_records_are_compared_if_any_part_of_them_is_the_same() -> None:
    signed = record(abstract="", authors=NAMES)
    # The end of the title; its beginning and the first author; the abstract alone.
    for title, one in (
        ("Extrene lightweight portrait segmentation networks", signed),
        ("Extreme lightveight portrait segmentation netwarks", signed),
        ("Extrene lightweight portrait segmentation netwarks", record()),
    ):
        assert len(papers(one, replace(one, title=title))) == 1, title


def test_of_many_records_with_one_title_each_is_compared_with_the_first() -> None:
    many = [
        record(abstract="", identifiers=ids(doi=f"10.1/{n}"), year=1900 + 3 * n) for n in range(50)
    ]
    assert len(papers(*many, record(abstract="", year=1900))) == 50


def test_places_are_counted_within_each_source() -> None:
    made = [record(identifiers=ids(arxiv=f"2401.{n}")) for n in range(4)]
    made[2] = replace(made[2], source="/papers/b.ris")
    assert [paper.order for paper in merge(made).papers] == [0, 1, 0, 2]
