"""What a filter means, and that both engines mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.index.filters import in_scope, matches, narrowed
from rag.index.labels import excluded_labels, labels_of, required_labels
from rag.index.vectors.dense import DenseIndex, VectorRecord
from rag.index.vectors.exact import ExactIndex
from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.parts import EmbeddedPaper, Part, PartWriter
from rag.index.vectors.read_paper import ReadPaper
from rag.index.words.lexical import LexicalIndex
from rag.text.names.person_names import Name, name_of
from rag.text.wording import describe
from rag.types import Filter, Paper, Scope, Span

NEURIPS = "Advances in Neural Information Processing Systems (NeurIPS)"


def paper(**known: object) -> Paper:
    fields = {"paper_id": "p", "title": "t", "abstract": "a", "urls": (), "order": 0, "source": ""}
    return Paper(**{**fields, **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("author", "family", "given"),
    [
        ("Ada Lovelace", "lovelace", "ada"),
        ("Lovelace, Ada", "lovelace", "ada"),
        ("A. K. Lovelace", "lovelace", "a"),
        ("Jean-Pierre Serre", "serre", "jean"),
        ("J.-P. Serre", "serre", "j"),
        ("Jörg MÜLLER", "muller", "jorg"),
        ("Søren Kierkegård", "kierkegard", "soren"),
        ("Laurens van der Maaten", "maaten", "laurens"),
        ("van der Maaten", "maaten", ""),
        ("Pat O’Brien", "obrien", "pat"),
        ("Ann Smith-Jones", "smithjones", "ann"),
        ("John Smith, Jr.", "smith", "john"),
        ("John Smith III", "smith", "john"),
        ("Smith et al.", "smith", ""),
        ("王伟", "王伟", ""),
        (" . ", "", ""),
    ],
)
def test_a_name_has_a_family_and_a_given_part(author: str, family: str, given: str) -> None:
    assert name_of(author) == Name(family, given)


@pytest.mark.parametrize(
    ("wanted", "author", "same"),
    [
        ("Müller", "Jorg Muller", True),
        ("muller", "Jörg Müller", True),
        ("Mueller", "Jörg Müller", True),
        ("Müller", "Jorg Mueller", True),
        ("J. Mueller", "Müller J", True),
        ("Muller J", "Jörg Müller", True),
        ("Müller", "Jorg Moller", False),
        ("Oestergaard", "Bo Østergård", True),
        ("Strasse", "Ida Straße", True),
        ("Djordjevic", "Ana Đorđević", True),
        ("Zhukov", "Пётр Жуков", True),
        ("Joerg Mueller", "Jörg Müller", True),
        ("Petr Zhukov", "П.И. Жуков", True),
        ("Жуков", "Petr Zhukov", True),
        ("Xue", "Bo Xu", False),
        ("Lovelace AK", "Ada Lovelace", True),
        ("Lovelace A.K.", "Bea Lovelace", False),
        ("Xiaoming Li", "Li XM", True),
        ("Xiaoming Li", "Li, Xiao-Ming", True),
        ("Xiao-Ming Li", "Xiaoming Li", True),
        ("Xiaoming Li", "Xiaohong Li", False),
        ("Xiu LI", "Xiu Li", True),
        ("Ada Lovelace", "A. Lovelace", True),
        ("A. Lovelace", "Ada Lovelace", True),
        ("Ada Lovelace", "Ada King Lovelace", True),
        ("Ada Lovelace", "Alan Lovelace", False),
        ("Ada Lovelace", "B. Lovelace", False),
        ("Ada Lovelace", "Lovelace", False),
        ("Ada", "Ada Lovelace", False),
        ("Love", "Ada Lovelace", False),
        ("...", "...", False),
    ],
)
def test_an_author(wanted: str, author: str, same: bool) -> None:
    assert matches(Filter(authors=(wanted,)), paper(authors=("Bo Li", author))) is same


@pytest.mark.parametrize(
    ("wanted", "known", "let_in"),
    [
        (Filter(2020, 2022), {"year": 2020}, True),
        (Filter(2020, 2022), {"year": 2023}, False),
        (Filter(first_year=2020), {"year": 2019}, False),
        (Filter(last_year=2020), {"year": 2020}, True),
        (Filter(last_year=2020), {}, False),
        (Filter(venues=("neurips",)), {"venue": NEURIPS}, True),
        (Filter(venues=("neural information",)), {"venue": NEURIPS}, True),
        (Filter(venues=("NeurIPS",)), {"venue": "Neural Information Processing Systems 35"}, True),
        (Filter(venues=("NIPS",)), {"venue": "Neural Information Processing"}, False),
        (Filter(venues=(NEURIPS,)), {"venue": "NIPS"}, True),
        (Filter(venues=("ACL",)), {"venue": "NAACL"}, False),
        (Filter(venues=("ACL", "NAACL")), {"venue": "NAACL"}, True),
        (Filter(venues=("!",)), {"venue": "!"}, False),
        (Filter(sources=("refs.bib",)), {"source": "/home/ada/Refs.bib"}, True),
        (Filter(sources=("/home/ada/refs.bib",)), {"source": "/home/ada/refs.bib"}, True),
        (Filter(sources=("/home/ada",)), {"source": "/home/ada/refs.bib"}, True),
        (Filter(sources=("bib",)), {"source": "/home/ada/refs.bib"}, False),
        (Filter(sources=("b.bib",)), {"source": "/x/all.zip!in/b.bib"}, True),
        (Filter(sources=("in/b.bib",)), {"source": "/x/all.zip!in/b.bib"}, True),
        (Filter(sources=("all.zip",)), {"source": "/x/all.zip!in/b.bib"}, True),
        (Filter(sources=("arxiv",)), {"source": "arxiv:au:lovelace"}, True),
        (Filter(sources=("b.csv",)), {"source": "a.bib", "other_sources": ("/x/b.csv",)}, True),
        (Filter(tags=("Machine-Learning",)), {"tags": ("machine learning",)}, True),
        (Filter(tags=("learning",)), {"tags": ("machine learning",)}, False),
        (Filter(2020, tags=("a",)), {"year": 2021, "tags": ("b",)}, False),
        (Filter(retracted=True), {"status": "withdrawn"}, True),
        (Filter(retracted=True), {"status": "corrected"}, False),
        (Filter(retracted=False), {"status": "retracted"}, False),
        (Filter(retracted=False), {"status": "expression of concern"}, True),
        (Filter(), {"status": "retracted"}, True),
        (Filter(), {}, True),
    ],
)
def test_what_a_filter_lets_in(wanted: Filter, known: dict[str, object], let_in: bool) -> None:
    assert matches(wanted, paper(**known)) is let_in


def test_a_scope_is_of_chosen_papers_and_a_filter() -> None:
    assert in_scope(Scope(), paper())
    assert not in_scope(Scope(("q",)), paper())
    assert not in_scope(Scope(("p",), Filter(2020)), paper(year=2019))
    assert not Scope() and Scope(("p",)) and Scope(filter=Filter(2020)) and not Filter()


def test_two_filters_hold_together() -> None:
    given = Filter(2018, 2022, authors=("Smith",))
    asked = Filter(2020, 2024, authors=("Jones",), venues=("ICLR",))
    assert narrowed(given, asked) == Filter(2020, 2022, ("ICLR",), ("Smith",))
    assert narrowed(given, Filter(retracted=False)).retracted is False
    assert narrowed(given, Filter()) == narrowed(Filter(), given) == given


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            Filter(2021, authors=("Smith", "Wu"), venues=("ICLR",)),
            "by Smith or Wu from 2021 on in ICLR",
        ),
        (Filter(2021, 2021), "of 2021"),
        (Filter(2019, 2021), "from 2019 to 2021"),
        (Filter(last_year=2021, tags=("x",)), "up to 2021 tagged x"),
        (Filter(sources=("refs.bib",)), "read from refs.bib"),
        (Filter(2021, 2021, retracted=False), "of 2021 not marked as retracted"),
        (Filter(), ""),
    ],
)
def test_a_filter_in_words(wanted: Filter, words: str) -> None:
    assert describe(wanted) == words


# The engines.

# Few of each, so that what is wanted is often nearly what a paper has.
_GIVENS = st.sampled_from(["Ada ", "Alan ", "A. ", "Ada K. ", "J.-P. ", ""])
_FAMILIES = st.sampled_from(
    [
        "Smith",
        "SMITH",
        "Müller",
        "Mueller",
        "van der Muller",
        "O'Smith",
        "Smith AB",
        "LI",
        "王",
        "II",
    ]
)
_NAMES = st.builds(str.__add__, _GIVENS, _FAMILIES)
_NAMES |= st.sampled_from(["Smith, Ada", "Smith et al.", "?"]) | st.text(max_size=4)
_VENUES = st.sampled_from(
    [NEURIPS, NEURIPS[:-10], "NeurIPS", "nips", "neural systems", "Findings of ACL", "ACL", "", "?"]
)
_TAGS = st.sampled_from(["cs.LG", "CS LG", "machine-learning", "Machine Learning", "", "—"])
_SOURCES = st.sampled_from(
    ["/a/b/refs.bib", "/a/b/all.zip!in/refs.bib", "arxiv:au:smith", "list.txt", "C:\\x\\refs.bib"]
)
_NAMED = st.sampled_from(["refs.bib", "REFS.BIB", "all.zip", "/a/b", "arxiv", "in/refs.bib", "x"])
_YEARS = st.none() | st.integers(2018, 2022)


def _some(of: st.SearchStrategy[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=most).map(tuple)


_PAPERS = st.builds(
    paper,
    authors=_some(_NAMES, 3),
    year=_YEARS,
    venue=_VENUES,
    source=_SOURCES,
    other_sources=_some(_SOURCES, 1),
    tags=_some(_TAGS),
    status=st.sampled_from(["", "corrected", "withdrawn", "retracted"]),
)
_FILTERS = st.builds(
    Filter,
    *(_YEARS, _YEARS, _some(_VENUES), _some(_NAMES), _some(_NAMED | _SOURCES), _some(_TAGS)),
    st.sampled_from([None, None, False, True]),
)


@given(st.lists(_PAPERS, min_size=1, max_size=4), _FILTERS)
@settings(max_examples=500)
def test_labels_say_what_the_filter_means(papers: list[Paper], wanted: Filter) -> None:
    undated = replace(wanted, first_year=None, last_year=None)
    for one in papers:
        labels, required = set(labels_of(one)), required_labels(wanted)
        said = all(any(labels.issuperset(way) for way in any_of) for any_of in required)
        said = said and labels.isdisjoint(excluded_labels(wanted))
        assert said is matches(undated, one), (wanted, one, labels)


class Engines:
    """Both engines with the same papers; those of the example before are taken out."""

    def __init__(self, folder: Path) -> None:
        self.dense = DenseIndex(folder / "dense", create=True)
        self.lexical = LexicalIndex(folder / "lexical", create=True)
        self._ids: list[str] = []
        self._folder, self._held = folder, 0

    def hold(self, papers: list[Paper]) -> None:
        self.dense.remove(f"{paper_id}:0-1" for paper_id in self._ids)
        self.lexical.replace(self._ids, papers)
        vectors = [VectorRecord(p.paper_id, Span("a", 0, 1), _vector(p.order)) for p in papers]
        self.dense.add_chunks(vectors, {paper.paper_id: paper for paper in papers})
        self._ids = [p.paper_id for p in papers]
        self._exact(vectors)

    def _exact(self, vectors: list[VectorRecord]) -> None:
        """What `rag.index.vectors.exact` has of the same papers; `lexical` has them by now."""
        self._held += 1
        nothing = ReadPaper(
            np.zeros((0, 1), np.uint8), np.zeros((1, 2), np.int32), np.zeros((0, 0), np.float16)
        )
        span = np.array([[0, 1]], dtype=np.int32)
        with PartWriter(self._folder / str(self._held)) as writer:
            writer.append(
                [EmbeddedPaper(v.paper_id, 0, span, v.vector[None], nothing) for v in vectors]
            )
        part = Part(self._folder / str(self._held))
        rows = PaperRows([part], np.ones(len(part), dtype=np.bool_))
        self.exact = ExactIndex(rows, self.lexical.numbers, self._folder / "dense")


def _vector(number: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array([1.0, 0.1 * number, 0.0], dtype=np.float32)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    made = Engines(tmp_path_factory.mktemp("filters"))
    with closing(made.dense):
        yield made


@given(st.lists(_PAPERS, min_size=1, max_size=6), st.lists(_FILTERS, min_size=1, max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_engines_let_in_what_the_filter_means(
    engines: Engines, found: list[Paper], filters: list[Filter]
) -> None:
    papers = [replace(p, paper_id=f"p:{at}", order=at) for at, p in enumerate(found)]
    engines.hold(papers)
    for wanted in filters:
        scope = Scope(filter=wanted)
        let_in = {p.paper_id for p in papers if matches(wanted, p)}
        assert {i for i, _ in engines.dense.search_chunks(_vector(0), 9, scope)} == let_in
        assert {i for i, _ in engines.exact.search_chunks(_vector(0), 9, scope)} == let_in
        assert {i for i, _ in engines.lexical.search("t", 9, scope)} <= let_in
        assert set(engines.lexical.within(scope, 9)) == let_in
        assert engines.lexical.count(scope) == len(let_in)
        first = Scope((papers[0].paper_id,), wanted)
        assert engines.lexical.count(first) == matches(wanted, papers[0])


def test_labels_are_written_anew_beside_the_same_vectors(engines: Engines) -> None:
    before = paper(paper_id="p:0", authors=("Ada Smith",), year=2020, tags=("x",))
    engines.hold([before])
    after = paper(paper_id="p:0", authors=("Bo Li",))
    engines.dense.relabel([after])

    def found(wanted: Filter) -> int:
        return len(engines.dense.search_chunks(_vector(0), 9, Scope(filter=wanted)))

    assert found(Filter(authors=("Li",))) == 1
    assert (
        found(Filter(authors=("Smith",))) == found(Filter(2020)) == found(Filter(tags=("x",))) == 0
    )


# As people give them.
