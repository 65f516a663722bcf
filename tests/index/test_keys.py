"""Looking papers up by names, titles, words and identifiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.words.keys import CAPITALS, IDENTIFIER, NAME, TITLE, TITLE_WORD, WORD, title_key
from rag.index.words.lexical import LexicalIndex
from rag.index.words.names import Names
from rag.text.names.coined_names import has_name
from rag.types import Identifiers, Paper

PAPERS = (
    Paper(
        "p0", "ReefNet-2: Counting Fish", "ReefNet-2 sees LESS than MSCOCO and Res-Net50.", (), 0,
        "s", ("Fátima El-Amrani", "Katrin Müller"), identifiers=Identifiers("10.5555/X.1"),
    ),
    Paper("p1", "Fish at Night", "It needs less light; V-5 and T5-small help.", (), 1, "s",
          ("Jan van der Heijden", "Xiao-Ming Li"), venue="Marine Letters"),
    Paper("p2", "Fish at Night", "VGG16 and naïve owls.", (), 2, "s"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    LexicalIndex(tmp_path, create=True).replace((), PAPERS)
    return tmp_path


@pytest.mark.parametrize(
    ("key", "papers"),
    [
        (f"{TITLE}{title_key('reefnet 2:  counting FISH!')}", {"p0"}),
        (f"{TITLE}{title_key('ReefNet-2')}", {"p0"}),
        (f"{TITLE}fish at night", {"p1", "p2"}),
        (f"{TITLE}fish", set()),
        (f"{IDENTIFIER}10.5555/x.1", {"p0"}),
        (f"{WORD}less", {"p0", "p1"}),
        (f"{CAPITALS}LESS", {"p0"}),
        (f"{WORD}reefnet2", {"p0"}),
        (f"{WORD}naive", {"p2"}),
        (f"{TITLE_WORD}reefnet", {"p0"}),
        (f"{TITLE_WORD}less", set()),
    ],
)
def test_a_key_finds_its_papers(folder: Path, key: str, papers: set[str]) -> None:
    index = LexicalIndex(folder)
    assert set(index.holders(key, 9)) == papers
    assert index.key_counts([key, f"{WORD}fish"]) == [len(papers), 3]


def test_hidden_and_replaced_papers_have_no_keys(folder: Path) -> None:
    hidden = LexicalIndex(folder, ["p0"])
    assert hidden.key_counts([f"{IDENTIFIER}10.5555/x.1", f"{WORD}less"]) == [0, 1]
    assert "reefnet2" not in dict(hidden.keys(WORD))
    assert dict(LexicalIndex(folder).keys(WORD))["less"] == 2
    LexicalIndex(folder, create=True).replace(["p0"], ())
    assert dict(LexicalIndex(folder).keys(WORD))["less"] == 1
    assert LexicalIndex(folder).key_counts([f"{CAPITALS}LESS"]) == [0]


def test_names_are_found_by_each_word_and_spelling(folder: Path) -> None:
    names = Names(LexicalIndex(folder), NAME)
    assert names["muller"] == names["mueller"] == {"Katrin Müller"}
    assert names["amrani"] == names["elamrani"] == {"Fátima El-Amrani"}
    assert names["vanderheijden"] == {"Jan van der Heijden"}
    assert "katrin" not in names
    assert {"li", "heijden"} <= set(names)
    assert not Names(LexicalIndex(folder, ["p0", "p1"]), NAME)


@pytest.mark.parametrize(
    "name", ["COCO", "VGG", "ResNet-50", "T5", "V5", "V-5", "ReefNet2", "R", "α"]
)
def test_every_paper_that_has_a_name_may_hold_it(folder: Path, name: str) -> None:
    have = {p.paper_id for p in PAPERS if has_name(f"{p.title}\n{p.abstract}", name)}
    assert have <= set(LexicalIndex(folder).may_hold(name))


def test_papers_without_a_name_are_not_looked_at(folder: Path) -> None:
    index = LexicalIndex(folder)
    assert index.may_hold("COCO") == ["p0"]
    assert index.may_hold("GPT-4") == []
    assert index.may_hold("V-5") == ["p1"]
