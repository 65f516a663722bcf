"""A filter as it is given: years and paths of the command line, and JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_filter import paper

from rag.errors import InputError
from rag.index.filters import matches
from rag.types import Filter
from ui.filters import filter_of, read_filter


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
        ({"tags": ["?"]}, "no letter or digit"),
        ({"venues": [str(n) for n in range(101)]}, "too many"),
    ],
)
def test_invalid_filters(given: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_filter(given)
