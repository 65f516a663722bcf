"""Search by its specification: what the engines say, fused and reranked. Words as vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hashing_embedder import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from rag.engine import Engine
from rag.index.build.sync import index_papers
from rag.index.library import Library, open_library
from rag.query.query import Query, QueryText
from rag.retrieval.maxsim import maxsim_of
from rag.retrieval.search import fuse, retrieve, retrieve_query, search
from rag.settings import load_settings
from rag.types import EVERYTHING, Filter, Intent, Paper, Passage, Scope

NOUNS = "rivers dams deltas floods silt banks reeds otters herons pikes locks weirs".split()
TEXT = "otters near the dams and weirs of rivers"


class Trained(HashingEmbedder):
    """Says that its tokens were trained for late interaction."""

    @property
    def has_heads(self) -> bool:
        return True


def paper(name: str, title: str, abstract: str, year: int) -> Paper:
    return Paper(name, title, abstract, (), 0, "s", year=year)


# More papers than an engine hands over when the best ones are asked for.
PAPERS = [
    paper(
        f"p{n:03}",
        f"On {NOUNS[n % 12]}",
        f"We study {NOUNS[n % 7]} and {NOUNS[n % 5]} at {n} places.",
        1800 + n,
    )
    for n in range(150)
]
PAPERS += [
    paper(
        "long",
        "A survey",
        " ".join(f"Survey {n} counts {NOUNS[n % 12]} at {n} places by boat." for n in range(150)),
        2050,
    ),
    paper("bare", "Otters alone", "", 2051),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    settings = load_settings(index=tmp_path_factory.mktemp("waters") / "index", llm="quotes")
    folder, identity = Engine(settings).folder, Engine(settings).identity
    index_papers(folder, identity, PAPERS, HashingEmbedder)
    with closing(open_library(folder, identity, HashingEmbedder())) as opened:
        yield opened


def by_hand(library: Library, lexical: float, late: float) -> dict[str, float]:
    """The score of every paper for `TEXT`, as the module says that it is made."""
    query = QueryText(library, TEXT)
    cosines: dict[str, float] = {}
    for paper_id, hit in library.dense.search_chunks(query.vector, 999):
        cosines.setdefault(paper_id, hit.score)
    words = dict(library.lexical.search(TEXT, 999))
    top = max(library.lexical.full_score(TEXT), *words.values())
    near = maxsim_of(query, library.tokens.of(list(cosines)))
    return {
        i: ((cosine + lexical * words.get(i, 0.0) / top) / (1 + lexical) + late * near[i])
        / (1 + late)
        for i, cosine in cosines.items()
    }


@pytest.mark.parametrize(
    ("kind", "weights"), [(HashingEmbedder, (0.5, 1.5)), (Trained, (0.3, 3.0))]
)
def test_the_whole_library_is_scored_as_is_written(
    library: Library, kind: type[HashingEmbedder], weights: tuple[float, float]
) -> None:
    same = Library(library.papers, library.dense, library.lexical, library.tokens, kind())
    wanted = by_hand(library, *weights)
    found = retrieve(same, TEXT, len(PAPERS), whole=True)
    assert {item.paper.paper_id: item.score for item in found.ranked} == pytest.approx(wanted)
    assert found.candidates == tuple(sorted(wanted, key=lambda i: (-wanted[i], i)))
    assert [item.paper.paper_id for item in found.ranked] == list(found.candidates)
    assert (found.query.text, found.scope) == (TEXT, EVERYTHING)


def test_the_best_are_reranked_and_the_others_have_the_least_of_theirs(library: Library) -> None:
    every = by_hand(library, 0.5, 1.5)
    found = retrieve(library, TEXT, 30)
    assert len(found.ranked) == 30
    assert 120 <= len(found.candidates) < len(PAPERS)
    right = [
        item for item in found.ranked if item.score == pytest.approx(every[item.paper.paper_id])
    ]
    assert 20 <= len(right) < 30
    query = QueryText(library, TEXT)
    near = maxsim_of(query, library.tokens.of([item.paper.paper_id for item in right[:20]]))
    fused = by_hand(library, 0.5, 0.0)
    for item in found.ranked:
        if item not in right:
            wanted = (fused[item.paper.paper_id] + 1.5 * min(near.values())) / 2.5
            assert item.score == pytest.approx(wanted)


def test_of_a_list_as_many_are_reranked_as_are_asked_for(library: Library) -> None:
    every = by_hand(library, 0.5, 1.5)
    for item in retrieve(library, TEXT, 25, whole=True).ranked[:25]:
        assert item.score == pytest.approx(every[item.paper.paper_id])


def test_a_paper_has_its_three_best_passages(library: Library) -> None:
    wanted = Scope(("long", "bare", "p000"))
    ranked = {i.paper.paper_id: i for i in retrieve(library, TEXT, 9, wanted).ranked}
    assert set(ranked) == {"long", "bare", "p000"}
    hits = library.dense.search_chunks(QueryText(library, TEXT).vector, 99, Scope(("long",)))
    assert len(hits) > 3
    abstract = library.by_id["long"].abstract
    assert ranked["long"].passages == tuple(
        Passage(abstract[h.start : h.end], h.start, h.end, h.score) for _, h in hits[:3]
    )
    assert ranked["bare"].passages == ()
    [whole] = ranked["p000"].passages
    assert (whole.text, whole.start) == (library.by_id["p000"].abstract, 0)


def test_a_paper_that_only_words_found_has_its_whole_abstract(library: Library) -> None:
    far = min(PAPERS[:150], key=lambda p: by_hand(library, 0.0, 0.0)[p.paper_id])
    number = far.abstract.split()[-2]  # each paper has a number of its own
    found = retrieve(library, f"{TEXT} {number}", 200)
    [item] = [item for item in found.ranked if item.paper == far]
    assert item.passages == (Passage(far.abstract, 0, len(far.abstract), 0.0),)


def test_the_nearest_is_of_the_scope_or_of_the_whole_library(library: Library) -> None:
    near = library.dense.search_chunks(QueryText(library, TEXT).vector, 1)[0][1].score
    everything = retrieve(library, TEXT, 1)
    assert everything.nearest == everything.nearest_anywhere() == near
    within = retrieve(library, TEXT, 1, Scope(filter=Filter(1800, 1801)))
    assert within.nearest < within.nearest_anywhere() == near
    assert set(within.candidates) == {"p000", "p001"}
    nothing = retrieve(library, TEXT, 1, Scope(filter=Filter(1700, 1701)))
    assert (nothing.ranked, nothing.candidates, nothing.nearest) == ((), (), 0.0)
    assert nothing.nearest_anywhere() == near


def question(library: Library, intent: Intent, scope: Scope = EVERYTHING) -> Query:
    return Query(TEXT, TEXT, TEXT, intent, scope, QueryText(library, TEXT))


@pytest.mark.parametrize(
    ("intent", "ranked", "whole"),
    [
        ("lookup", 5, False),
        ("superlative", 60, False),
        ("overview", 60, True),
        ("synthesis", 60, True),
        ("list", len(PAPERS), True),
    ],
)
def test_how_many_are_looked_at_depends_on_what_is_asked(
    library: Library, intent: Intent, ranked: int, whole: bool
) -> None:
    found = retrieve_query(question(library, intent), 5)
    assert len(found.ranked) == ranked
    assert (len(found.candidates) == len(PAPERS)) is whole
    if intent != "list":
        assert len(retrieve_query(question(library, intent), 70).ranked) == 70
    scope = Scope(("p000", "p001"))
    assert retrieve_query(question(library, intent, scope), 5).scope == scope


def test_a_search_that_is_known_is_not_made_again(library: Library) -> None:
    asked = question(library, "lookup")
    known = search(asked.search, 9)
    again = retrieve_query(asked, 4, known)
    assert again == known.first(4) and again.ranked == known.ranked[:4]
    assert again.candidates == known.candidates
    marked = replace(known, nearest=7.0)
    assert retrieve_query(asked, 4, marked).nearest == 7.0
    within = question(library, "lookup", Scope(("p001",)))
    assert retrieve_query(within, 4, marked).nearest < 1
    other = replace(asked, search=QueryText(library, "silt"))
    assert retrieve_query(other, 4, marked).nearest < 1


_IDS = st.sampled_from("abcdef")
_CHUNKS = st.dictionaries(_IDS, st.floats(-1, 1), max_size=5)
_WORDS = st.dictionaries(_IDS, st.floats(0, 40), max_size=5)


@given(_CHUNKS, _WORDS, st.floats(0, 40), st.floats(0.1, 2))
def test_what_is_better_for_both_engines_is_better(
    chunks: dict[str, float], words: dict[str, float], full: float, weight: float
) -> None:
    scores = fuse(chunks, words, full, weight)
    assert set(scores) == {*chunks, *words}
    low = min(chunks.values(), default=0.0)
    both = {i: (chunks.get(i, low), words.get(i, 0.0)) for i in scores}
    for one, (cosine, bm25) in both.items():
        assert -1 <= scores[one] <= 1 + 1e-9
        for other, (less, fewer) in both.items():
            if cosine >= less and bm25 >= fewer:
                assert scores[one] >= scores[other] - 1e-9
