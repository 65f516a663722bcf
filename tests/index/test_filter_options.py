"""A filter as it is given: years and paths of the command line, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_filter import paper

from rag.errors import InputError
from rag.index.filters import matches
from rag.types import Filter
from ui.filters import filter_of, read_filter

T = TypeVar("T")


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("2021", 2021, 2021),
        ("2020-2023", 2020, 2023),
        ("2020 – 2023", 2020, 2023),
        ("2020-", 2020, None),
        ("-2019", None, 2019),
        (None, None, None),
    ],
)
def test_years_as_an_option(given: str | None, first: int | None, last: int | None) -> None:
    assert filter_of(given, [], None, None, None) == Filter(first, last)


@pytest.mark.parametrize(
    "given", ["", "-", "20", "2021 2022", "2023-2020", "last year", "2020--2021"]
)
def test_what_are_no_years(given: str) -> None:
    with pytest.raises(InputError):
        filter_of(given, None, None, None, None)


def test_a_path_is_resolved_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "refs.zip").touch()
    monkeypatch.chdir(tmp_path)
    wanted = filter_of(None, None, ["Smith"], ["refs.zip!a.bib", "gone.bib"], None)
    assert wanted.sources == (f"{tmp_path.resolve() / 'refs.zip'}!a.bib", "gone.bib")
    assert matches(
        wanted, paper(source=f"{tmp_path.resolve()}/refs.zip!a.bib", authors=("A Smith",))
    )


def test_a_filter_as_json() -> None:
    assert read_filter(None) == read_filter({}) == Filter()
    given = {"first_year": 2020, "last_year": None, "authors": ["Smith", "Smith"], "tags": []}
    assert read_filter(given) == Filter(2020, None, authors=("Smith",))
    assert read_filter({"retracted": False}) == Filter(retracted=False)
    assert read_filter({"retracted": None}) == Filter()
    assert filter_of(None, None, None, None, None, True) == Filter(retracted=True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "not an object"),
        ({"year": 2020}, "no 'year'"),
        ({"first_year": "2020"}, "first_year is not a year"),
        ({"first_year": True}, "first_year is not a year"),
        ({"first_year": 2021, "last_year": 2020}, "No year is from 2021 to 2020"),
        ({"last_year": -5}, "four digits"),
        ({"authors": "Smith"}, "authors are not a list"),
        ({"authors": [1]}, "authors are not a list"),
        ({"retracted": "no"}, "neither true nor false"),
        ({"tags": ["?"]}, "no letter or digit"),
        ({"venues": [str(n) for n in range(101)]}, "too many"),
    ],
)
def test_invalid_filters(given: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_filter(given)


# ---- any filter, against what it should mean

# People by family and given name, and the ways to write them; venues and sources likewise.
_PEOPLE = {
    ("Lovelace", "Ada"): ("Ada Lovelace", "Lovelace, Ada", "ADA LOVELACE"),
    ("Lovelace", "Alan"): ("Alan Lovelace", "Lovelace, Alan"),
    ("Müller", "Jörg"): ("Jörg Müller", "Jorg Muller", "Müller, Jörg"),
}
_VENUES = ("Nature", "River Letters", "Proceedings of Nature")
_TAGS = ("cs.CV", "machine learning", "sediment")
_FILES = ("/lib/a.bib", "/lib/b.ris")
_YEAR = st.integers(2018, 2022)


def _some(of: Iterable[T]) -> st.SearchStrategy[list[T]]:
    return st.lists(st.sampled_from(list(of)), max_size=2, unique=True)


@given(
    st.none() | _YEAR,
    st.none() | _YEAR,
    _some(_PEOPLE),
    _some(_VENUES),
    _some(_TAGS),
    _some(_FILES),
    st.tuples(st.none() | _YEAR, _some(_PEOPLE), st.sampled_from(("", *_VENUES)), _some(_TAGS)),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200)
def test_a_filter_lets_in_what_it_names(
    first: int | None,
    last: int | None,
    people: list[tuple[str, str]],
    venues: list[str],
    tags: list[str],
    files: list[str],
    known: tuple[int | None, list[tuple[str, str]], str, list[str]],
    chance: Random,
) -> None:
    year, authors, venue, own = known
    one = paper(
        authors=tuple(chance.choice(_PEOPLE[person]) for person in authors),
        year=year,
        venue=venue,
        tags=tuple(own),
        source=_FILES[0],
    )
    asked = {
        "first_year": first,
        "last_year": last,
        "authors": [chance.choice(_PEOPLE[person]) for person in people],
        "venues": [chance.choice([v, v.upper()]) for v in venues],
        "tags": [chance.choice([tag, tag.upper()]) for tag in tags],
        "sources": [chance.choice([file, file.rpartition("/")[2]]) for file in files],
    }
    if first is not None and last is not None and first > last:
        with pytest.raises(InputError, match="earlier one first"):
            read_filter(asked)
        return
    wanted = read_filter(json.loads(json.dumps(asked)))
    years = first is None and last is None
    years |= year is not None and (first or 0) <= year <= (last or 9999)
    assert matches(wanted, one) is (
        years
        and (not people or bool(set(people) & set(authors)))
        and (not venues or any(set(v.split()) <= set(venue.split()) for v in venues))
        and (not tags or bool(set(tags) & set(own)))
        and (not files or _FILES[0] in files)
    )
    options = filter_of(_range(first, last), *(asked[kind] for kind in _KINDS))  # type: ignore[arg-type]
    assert options == wanted


_KINDS = ("venues", "authors", "sources", "tags")


def _range(first: int | None, last: int | None) -> str | None:
    """The years as an option says them."""
    if first is None and last is None:
        return None
    return f"{first}" if first == last else f"{first or ''}-{last or ''}"


_NAMES = st.lists(st.text(max_size=8), max_size=3)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_TEXTS = (*_KINDS, "own_tags")
_FIELDS = ("first_year", "last_year", "retracted", "starred", *_TEXTS)


@given(
    _JSON | st.dictionaries(st.sampled_from(_FIELDS), _JSON | _NAMES | _YEAR), st.text(max_size=6)
)
def test_anything_else_is_refused_in_a_line_or_is_a_filter(given: object, venue: str) -> None:
    try:
        wanted = read_filter(given)
    except InputError as refused:
        assert "\n" not in refused.what and refused.what and refused.remedy
    else:
        assert isinstance(matches(wanted, paper(venue=venue, year=2020)), bool)
        assert read_filter(asdict(wanted) | {k: [*getattr(wanted, k)] for k in _TEXTS}) == wanted


_PATHS = st.lists(
    st.text(max_size=8) | st.sampled_from(["~", "~nobody/a.bib", "a\0b", "x" * 300, "/", "a!b"])
)


@given(
    st.none() | st.text("0129 -–x²٣", max_size=12),
    st.none() | _NAMES,
    st.none() | _NAMES,
    st.none() | _PATHS,
    st.none() | _NAMES,
)
def test_options_are_refused_in_a_line_or_are_a_filter(
    year: str | None,
    venues: list[str] | None,
    authors: list[str] | None,
    sources: list[str] | None,
    tags: list[str] | None,
) -> None:
    try:
        wanted = filter_of(year, venues, authors, sources, tags)
    except InputError as refused:
        assert "\n" not in refused.what and refused.what and refused.remedy
    else:
        assert matches(wanted, paper(year=2020)) in (False, True)
