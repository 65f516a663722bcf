"""Records of one paper become one; records of two papers never do."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from eval.bench.duplicates import SETTINGS, VARIANTS, measure
from rag.corpus.dedupe.combine import own_id
from rag.corpus.dedupe.keys import MatchKeys, squeeze
from rag.corpus.dedupe.merge import merge, shared_identifiers
from rag.corpus.dedupe.paper_ids import keys_of, known_ids
from rag.corpus.papers import derived_id
from rag.corpus.record import Record
from rag.types import Identifiers, Paper

ABSTRACT = (
    "We study how portrait segmentation can run on small devices and propose a network whose "
    "parts each see another share of the picture, so that thin structures and large regions are "
    "both kept while nine tenths of the parameters are saved on three public data sets."
)
OTHER = (
    "Rivers carry sediment from the mountains to the sea in pulses that follow the seasons, and "
    "this survey of forty stations over two decades shows how dams have changed their timing, "
    "their volume and the grain size of what arrives at the coast."
)
NAMES = ("Ada Lovelace", "Grace Hopper")
TITLE = "Extreme Lightweight Portrait Segmentation Networks"
VENUE = "Journal of Portraits"


def record(
    title: str = TITLE, abstract: str = ABSTRACT, place: str = "1", **more: object
) -> Record:
    made = Record(title, abstract, "/papers/a.bib", place)
    return replace(made, **more)  # type: ignore[arg-type]


def ids(doi: str | None = None, arxiv: str | None = None, pmid: str | None = None) -> Identifiers:
    return Identifiers(doi, arxiv, pmid)


def papers(*records: Record) -> tuple[Paper, ...]:
    return merge(records).papers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # One identifier is enough if the text is the same, whatever the title has become.
        (
            record(identifiers=ids(doi="10.1/a")),
            record("On Phones", identifiers=ids("10.1/a")),
        ),
        (record(identifiers=ids(arxiv="2401.01234")), record(identifiers=ids(arxiv="2401.01234"))),
        (record(identifiers=ids(pmid="123")), record(abstract="", identifiers=ids(pmid="123"))),
        # A preprint and what was published of it.
        (record(identifiers=ids(arxiv="2401.01234")), record(identifiers=ids(doi="10.1109/x"))),
        (record(identifiers=ids(doi="10.1101/x")), record(identifiers=ids(doi="10.1038/x"))),
        # Spellings of one title, with the abstract, or with people and year.
        (record(), record(TITLE.upper() + ".")),
        (record(), record("{Extreme} Lightweight \\emph{Portrait} Segmentation Networks")),
        (record(), record("Extreme Lightweight Portrait Segmentaton Networks")),
        (record(), record("Extreme Lightweight Portrait...")),
        (record(authors=NAMES, year=2020), record(abstract="", authors=NAMES, year=2021)),
        (record(authors=NAMES), record(abstract="", authors=("Lovelace A", "Hopper G"))),
        (record("On $\\beta$-decay of the neutron"), record("On β-decay of the neutron")),
        (record("Schrödinger's cats in a row"), record("Schr\\\"{o}dinger's cats in a row")),
        # Nothing is known but a long title, and nothing speaks against it.
        (record(), record(abstract="")),
    ],
)
def test_one_paper(one: Record, other: Record) -> None:
    assert len(papers(one, other)) == 1
    assert len(papers(other, one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Two identifiers of one kind are two papers, whatever they say.
        (record(identifiers=ids(doi="10.1/a")), record(identifiers=ids(doi="10.1/b"))),
        (record(identifiers=ids(arxiv="2401.1")), record(identifiers=ids(arxiv="2401.2"))),
        # What counts in a title.
        (record("A Theory of Everything, Part I"), record("A Theory of Everything, Part II")),
        (record("A Theory of All, Part I"), record("A Theory of All, Part II", OTHER)),
        (record("What GPT-3 knows of the world", ""), record("What GPT-4 knows of the world", "")),
        (record("Results of the 2019 shared task"), record("Results of the 2020 shared task")),
        (record("Reports of our group, one", ""), record("Reports of our group, two", "")),
        # A word of opposite direction is no slip.
        (record("Supervised learning of chess", ""), record("Unsupervised learning of chess", "")),
        (record("Convex problems in the plane"), record("Nonconvex problems in the plane", OTHER)),
        # About a paper is not the paper.
        (record(), record(f"Comment on {TITLE}")),
        (record(), record(f"Erratum: {TITLE}", "")),
        (record("Editorial", "", authors=NAMES), record("Editorial", "", authors=NAMES)),
        (record("Introduction", ""), record("Introduction", "")),
        # Other people, other years, other words.
        (record(authors=NAMES), record(authors=("Alan Turing",))),
        (record(abstract="", year=1999), record(abstract="", year=2020)),
        (record(), record(abstract=OTHER)),
        (record(authors=NAMES), record(abstract=OTHER, authors=NAMES)),
        # A shorter title alone is not a cut one.
        (
            record("A survey of graph networks", ""),
            record("A survey of graph networks in cells", ""),
        ),
        (record("TOMCAT: test-time knowledge"), record("WARMCAT: test-time knowledge")),
    ],
)
def test_two_papers(one: Record, other: Record) -> None:
    assert len(papers(one, other)) == 2
    assert len({paper.paper_id for paper in papers(one, other)}) == 2


def test_a_paper_in_between_does_not_join_two_identifiers() -> None:
    first, second = record(identifiers=ids(doi="10.1/a")), record(identifiers=ids(doi="10.1/b"))
    assert len(papers(record(), first, second)) == 2


def test_a_preprint_and_its_publication_are_one_paper_that_keeps_both() -> None:
    preprint = record(
        authors=NAMES[:1],
        year=2023,
        venue="arXiv cs.CV",
        identifiers=ids(arxiv="2301.00001"),
        urls=("https://arxiv.org/abs/2301.00001",),
        tags=("cs.CV",),
        extra=(("note", "12 pages"),),
    )
    published = replace(
        record(TITLE.upper(), f"{ABSTRACT} Code: https://a.org/code.", "9"),
        source="/papers/b.ris",
        authors=NAMES,
        year=2024,
        venue="Journal of Portraits",
        identifiers=ids(doi="10.1109/x"),
        tags=("vision",),
        extra=(("note", "open access"), ("volume", "7")),
    )
    [paper] = papers(preprint, published)
    assert paper == Paper(
        paper_id="arxiv:2301.00001",
        title=TITLE.upper(),
        abstract=published.abstract,
        urls=("https://arxiv.org/abs/2301.00001", "https://a.org/code"),
        order=0,
        source="/papers/a.bib",
        authors=NAMES,
        year=2024,
        venue="Journal of Portraits",
        identifiers=ids(doi="10.1109/x", arxiv="2301.00001"),
        tags=("cs.CV", "vision"),
        other_sources=("/papers/b.ris",),
        extra=(("note", "open access"), ("volume", "7")),
    )


def test_of_records_that_say_different_things_the_fullest_count() -> None:
    cut = ABSTRACT.replace("We study", "We now study")[:-20] + "..."
    [paper] = papers(
        record(authors=("Zoë Zhou",), abstract=ABSTRACT[:-30], venue=""),
        record(authors=("Zoë Zhou", *NAMES), abstract=cut),
        record(authors=("Zoë Zhou", "Zoë Zweig")),
    )
    assert (paper.authors, paper.abstract, paper.venue) == (("Zoë Zhou", *NAMES), ABSTRACT, "")


def test_an_id_of_its_own_is_an_identifier() -> None:
    assert own_id([record(identifiers=ids(doi="10.1/a"))]) == "doi:10.1/a"
    assert own_id([record()]) == ""


def test_cut_titles_and_abstracts_are_replaced_by_complete_ones() -> None:
    [paper] = papers(record("Extreme Lightweight Portrait", f"{ABSTRACT[:200]} ..."), record())
    assert (paper.title, paper.abstract) == (TITLE, ABSTRACT)


@pytest.mark.parametrize(
    ("given", "paper_id"),
    [
        (ids("10.1/A", "2401.1", "7"), "arxiv:2401.1"),
        (ids("10.1/a", None, "7"), "doi:10.1/a"),
        (ids(None, None, "7"), "pmid:7"),
        (ids(), derived_id(TITLE)),
    ],
)
def test_the_own_identifier_is_the_id(given: Identifiers, paper_id: str) -> None:
    assert papers(record(identifiers=given))[0].paper_id == paper_id


def test_an_id_stays_as_long_as_one_of_its_records_does() -> None:
    bare, rich = record(), replace(record(identifiers=ids(doi="10.1/a")), source="/papers/b.bib")
    first = merge([bare])
    old_id = first.papers[0].paper_id
    both = merge([bare, rich], known_ids(zip([bare], first.paper_ids, strict=True)))
    assert [paper.paper_id for paper in both.papers] == [old_id]
    left = merge([rich], known_ids(zip([bare, rich], both.paper_ids, strict=True)))
    assert [paper.paper_id for paper in left.papers] == [old_id]
    assert [paper.paper_id for paper in merge([rich]).papers] == ["doi:10.1/a"]


def test_papers_with_one_title_are_distinguished_and_keep_their_ids() -> None:
    one, other = record("Editorial", ABSTRACT), record("Editorial", OTHER, "2")
    first = merge([one, other])
    assert first.papers[0].paper_id == derived_id("Editorial") != first.papers[1].paper_id
    turned = merge([other, one], known_ids(zip([one, other], first.paper_ids, strict=True)))
    assert turned.paper_ids == first.paper_ids[::-1]


def test_an_identifier_that_two_papers_share_is_the_id_of_neither() -> None:
    shared = ids(doi="10.1/book")
    chapters = [
        record(identifiers=shared),
        record("Sediment in forty rivers", OTHER, "2", identifiers=shared),
        record("Sediment in forty rivers", "", "3", identifiers=shared),
        record("Moss on roofs", "", "4", identifiers=ids(doi="10.1/book", pmid="77")),
    ]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]):
        made = [chapters[at] for at in order]
        merging = merge(made)
        found = dict(zip(order, merging.paper_ids, strict=True))
        river = derived_id("Sediment in forty rivers")
        assert found == {0: derived_id(TITLE), 1: river, 2: river, 3: "pmid:77"}
        assert {paper.identifiers.doi for paper in merging.papers} == {"10.1/book"}
        apart = shared_identifiers(made, merging.paper_ids)
        assert {key for key, _ in apart.values()} == {"doi:10.1/book"}
        assert len(apart) == 2


def test_a_paper_keeps_its_id_when_another_one_turns_up_with_its_identifier() -> None:
    first = record(identifiers=ids(doi="10.1/book"))
    late = record("Sediment in forty rivers", OTHER, identifiers=ids(doi="10.1/book"))
    known = known_ids([(first, "doi:10.1/book")])
    assert merge([late, first], known).paper_ids == (derived_id(late.title), "doi:10.1/book")


def test_known_keys_that_two_papers_share_are_no_keys() -> None:
    one, other = record("Editorial", ABSTRACT), record("Editorial", OTHER)
    known = known_ids([(one, "a"), (other, "b"), (record("Rejected"), None)])
    by_key = known.by_key([one, record("Rejected")])
    assert "title:editorial" not in by_key
    assert sorted(by_key.values()) == ["a", "b"]
    assert keys_of(one)[-1] == "title:editorial"


@pytest.mark.parametrize(
    ("title", "squeezed"),
    [
        ("GPT-4: A Survey", "gpt4asurvey"),
        ("H$_2$O and $\\alpha$", "h2oandalpha"),
        ("H₂O & α", "h2oandalpha"),
        ("\\textbf{Na{\\\"\\i}ve} B\\'{e}zier", "naivebezier"),
        ("Naïve Bézier", "naivebezier"),
        ("注意力 机制", "注意力机制"),
        ("", ""),
    ],
)
def test_spellings(title: str, squeezed: str) -> None:
    assert squeeze(title) == squeezed


@pytest.mark.parametrize(
    ("names", "families"),
    [
        (("Ada Lovelace", "Lovelace, Ada", "Lovelace A"), ("lovelace",) * 3),
        (
            ("Lovelace, Ada, Jr.", "Lovelace AB", "Lovelace A.-B.", "Lovelace A. B."),
            ("lovelace",) * 4,
        ),
        (
            ("Lovelace ABC", "Grace Hopper-Murray", "A.", "Lovelace, AB"),
            ("abc", "murray", "a", "lovelace"),
        ),
        (("Ludwig van Beethoven", "Ł. Łukasiewicz"), ("beethoven", "lukasiewicz")),
        (("", "李 明"), ("明",)),
    ],
)
def test_family_names(names: tuple[str, ...], families: tuple[str, ...]) -> None:
    assert MatchKeys(record(authors=names)).families == families


def test_a_title_that_a_thousand_records_have_does_not_cost_their_square() -> None:
    many = [record("Editorial", "", str(i), identifiers=ids(doi=f"10.1/{i}")) for i in range(2000)]
    assert len(papers(*many)) == 2000


def test_the_delivered_papers_entered_again_are_found_again(papers: list[Paper]) -> None:
    records = [
        Record(p.title, p.abstract, "there", str(p.order), authors=NAMES, year=2024) for p in papers
    ]
    for setting in SETTINGS[:3]:
        outcome = measure(records, 80, 3, setting)
        assert outcome.recall >= 0.97, setting.name
        assert outcome.precision == 1.0, outcome.others


def test_variants_differ_from_the_title() -> None:
    chance = random.Random(1)
    title = "SINet: Extreme Lightweight Portrait Segmentation, with 3 Blocks and more"
    for name, vary in VARIANTS.items():
        assert any(vary(title, chance) != title for _ in range(5)), name


@pytest.mark.parametrize("turned", [False, True])
def test_a_retraction_survives_every_merge(turned: bool) -> None:
    name = ids(doi="10.1/a")
    marked = record(identifiers=name, status="retracted")
    others = [
        record(identifiers=name, status="corrected", venue="Journal of Portraits"),
        record(place="3"),
    ]
    several = [marked, *others]
    [paper] = papers(*(several[::-1] if turned else several))
    assert (paper.title, paper.status) == (f"RETRACTED: {TITLE}", "retracted")


def test_a_corrected_paper_keeps_its_title() -> None:
    [paper] = papers(record(status="corrected"))
    assert (paper.title, paper.status) == (TITLE, "corrected")


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        (record(f"Retraction: {TITLE}", "", year=2021, authors=NAMES), "retracted"),
        (record(f"Retraction notice to “{TITLE}”", "", year=2021, venue=VENUE), "retracted"),
        (record(f"Retraction: {TITLE}", "", authors=("The Portrait Group",)), "retracted"),
        (record(f"Author Correction: {TITLE}", "", authors=("Lovelace A",)), "corrected"),
        (
            record(TITLE, "", status="retracted", venue=VENUE, identifiers=ids(doi="10.1/n")),
            "retracted",
        ),
        (record(f"Retraction: {TITLE}", ""), ""),
        (record(f"Retraction: {TITLE}", "", venue="Journal of Rivers"), ""),
        (record(f"Retraction: {TITLE}", "", authors=("Kurt Gödel",)), ""),
        (record(f"Retraction: {TITLE}", "", year=2001, authors=NAMES), ""),
        (record("Retraction: Portraits", "", authors=NAMES), ""),
    ],
)
def test_a_notice_marks_the_paper_that_it_is_about(notice: Record, status: str) -> None:
    told = record(authors=NAMES, year=2020, venue=VENUE, identifiers=ids(doi="10.1/a"))
    for order in ((told, notice), (notice, told)):
        [paper] = [p for p in papers(*order) if p.identifiers.doi == "10.1/a"]
        assert paper.status == status
        assert len(papers(*order)) == 2
