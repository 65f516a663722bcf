"""Named collections: folders beside the index that has no name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rag.errors import CollectionError, IndexUnavailableError
from rag.index.collections import (
    find_collection,
    list_collections,
    remove_collection,
    rename_collection,
)
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import Identity, Manifest, write_contents
from rag.settings import CHECKOUT, is_name, load_settings
from rag.types import Paper


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two collections: one with a paper, one where nothing was indexed."""
    home = tmp_path / "collections"
    folder = IndexFolder(home / "rivers" / "index")
    with folder.writing(), folder.draft(empty=True) as generation:
        paper = Paper("p", "A title", "An abstract.", (), 0, "a.bib")
        write_contents(generation, Manifest(Identity("e", "r", "c"), 1, 2, 3), [paper])
    (home / "empty").mkdir()
    (home / ".hidden").mkdir()
    (home / "file").write_text("none", encoding="utf-8")
    return home


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("rivers", True),
        ("my-rivers_2.0", True),
        ("Flüsse", True),
        ("7", True),
        ("", False),
        (".", False),
        ("..", False),
        (".rivers", False),
        ("rivers.", False),
        ("-rivers", False),
        ("a/b", False),
        ("a\\b", False),
        ("../a", False),
        ("a b", False),
        ("a\n", False),
        ("default", False),
        ("Default", False),
        ("x" * 65, False),
    ],
)
def test_names(name: str, good: bool) -> None:
    assert is_name(name) is good


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ("rivers", "{home}/rivers/index"),
        ("default", f"{CHECKOUT}/.paperchat/index"),
        ("./rivers", "./rivers"),
        ("some/where", "some/where"),
        ("here", "here"),
        ("..", ".."),
        (".rivers", ".rivers"),
    ],
)
def test_a_bare_word_is_a_collection_and_all_else_a_folder(
    given: str, index: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    wanted = Path(index.format(home=home))
    assert load_settings(collections=home, index=given).index == wanted
    monkeypatch.setenv("PAPERCHAT_COLLECTIONS", str(home))
    monkeypatch.setenv("PAPERCHAT_INDEX", given)
    assert load_settings().index == wanted
    assert load_settings(index=Path("rivers")).index == Path("rivers")


def test_the_report_of_a_collection_is_its_own(home: Path) -> None:
    assert load_settings(collections=home, index="rivers").report == home / "rivers" / "report"


def test_the_list_says_what_is_in_each(home: Path) -> None:
    empty, rivers = list_collections(home)
    assert (empty.name, empty.papers, empty.changed, empty.size) == ("empty", 0, None, 0)
    assert (rivers.name, rivers.papers, rivers.chunks, rivers.problem) == ("rivers", 1, 2, "")
    assert rivers.size > 100
    assert rivers.changed is not None
    assert list_collections(home / "none") == []


def test_a_file_that_two_generations_have_counts_once(home: Path) -> None:
    size = list_collections(home)[1].size
    current = IndexFolder(home / "rivers" / "index").current()
    assert current is not None
    shutil.copytree(current, current.with_name("00000007"), copy_function=os.link)
    assert list_collections(home)[1].size == size


def test_one_that_is_broken_is_listed_with_its_fault(home: Path) -> None:
    current = IndexFolder(home / "rivers" / "index").current()
    assert current is not None
    (current / "manifest.json").write_text("nonsense", encoding="utf-8")
    assert "cannot be read" in list_collections(home)[1].problem


def test_removing_and_renaming(home: Path) -> None:
    rename_collection(home, "rivers", "seas")
    assert [item.name for item in list_collections(home)] == ["empty", "seas"]
    assert find_collection(home, "seas").papers == 1
    rename_collection(home, "seas", "Seas")
    remove_collection(home, "Seas")
    assert [item.name for item in list_collections(home)] == ["empty"]


@pytest.mark.parametrize("name", ["none", "..", "../collections/rivers", "", ".hidden", "file"])
def test_what_is_no_collection_is_neither_removed_nor_renamed(home: Path, name: str) -> None:
    with pytest.raises(CollectionError, match="There is no collection"):
        remove_collection(home, name)
    with pytest.raises(CollectionError, match="There is no collection"):
        rename_collection(home, name, "new")
    assert (home / "rivers").is_dir() and (home / ".hidden").is_dir() and (home / "file").exists()


@pytest.mark.parametrize(
    ("new", "says"),
    [("..", "cannot be called"), ("a/b", "cannot be called"), ("empty", "already")],
)
def test_a_name_that_cannot_be_given(home: Path, new: str, says: str) -> None:
    with pytest.raises(CollectionError, match=says):
        rename_collection(home, "rivers", new)
    assert find_collection(home, "rivers").papers == 1


def test_one_that_is_being_built_stays(home: Path) -> None:
    with IndexFolder(home / "rivers" / "index").writing():
        with pytest.raises(IndexUnavailableError, match="Another process"):
            remove_collection(home, "rivers")
        with pytest.raises(IndexUnavailableError, match="Another process"):
            rename_collection(home, "rivers", "seas")
    assert find_collection(home, "rivers").papers == 1
