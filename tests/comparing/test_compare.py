"""Comparing papers without a language model: cells, aspects, the choice of papers, the summary."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import pytest

from eval.comparing.cells import load_gold, score_cells
from rag.comparing.cache import CellCache
from rag.comparing.flow import Comparer
from rag.comparing.papers import (
    check_count,
    find_paper,
    find_papers,
    papers_about,
    papers_for,
    papers_near,
    search_papers,
)
from rag.comparing.selection import PaperSelection
from rag.decisions.aspects import ASPECTS, choose_columns
from rag.errors import ComparisonError, QuestionError, UnknownPaperError
from rag.index.library import Library
from rag.types import Comparison, Filter, ModelChoice

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
CODE = "code or project"


@pytest.fixture(scope="session")
def comparer(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Comparer:
    cache = CellCache(tmp_path_factory.mktemp("cells"))
    return Comparer(library, None, ModelChoice("quotes", "none", "a test"), cache)


def check_contract(comparison: Comparison, library: Library) -> None:
    """What holds for every comparison: cells are there, quotes verbatim, models are brief."""
    pairs = [(cell.paper_id, cell.aspect) for cell in comparison.cells]
    assert pairs == [(p.paper_id, a) for p in comparison.papers for a in comparison.aspects]
    for cell in comparison.cells:
        assert (cell.status == "stated") == bool(cell.quotes) == bool(cell.value)
        assert (cell.verdict is None) == (cell.status == "not_stated")
        verbatim = any(cell.value in quote.text for quote in cell.quotes)
        assert cell.author == ("paper" if verbatim or not cell.quotes else "model")
        assert cell.author == "paper" or len(cell.value.split()) <= 20
        abstract = library.by_id[cell.paper_id].abstract
        assert all(abstract[q.start : q.end] == q.text for q in cell.quotes)
    json.dumps(asdict(comparison))


def test_quotes_mode_reaches_its_figures_on_development_papers(
    comparer: Comparer, library: Library
) -> None:
    gold = load_gold(split="dev")
    made = comparer.compare(list(dict.fromkeys(cell.paper_id for cell in gold)))
    check_contract(made, library)
    scores = score_cells(gold, made.cells, library.by_id).figures
    assert scores["cell_accuracy"].n == 200
    assert scores["cell_accuracy"].value >= 0.85
    assert scores["cell_silence_recall"].value >= 0.85
    assert scores["cell_silence_precision"].value >= 0.75
    assert scores["cell_fidelity"].value == scores["cell_coverage"].value == 1.0
    assert all(
        any(cell.value in quote.text for quote in cell.quotes)
        for cell in made.cells
        if cell.status == "stated"
    )


def test_own_aspects_are_asked_as_questions(comparer: Comparer, library: Library) -> None:
    aspects = choose_columns(["How many parameters are there?", "price of a tractor", CODE], [])
    made = comparer.compare([SINET, library.papers[1].paper_id], aspects)
    check_contract(made, library)
    cells = {(cell.paper_id, cell.aspect): cell for cell in made.cells}
    assert "86.9K" in cells[SINET, "How many parameters are there?"].quotes[0].text
    assert cells[SINET, "price of a tractor"].status == "not_stated"
    assert cells[SINET, CODE].value == "https://github.com/HYOJINPARK/ExtPortraitSeg"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["problem", " "], "empty"),
        (["x" * 201], "201 characters"),
        (["Problem", "problem"], "twice"),
        ([f"aspect {n}" for n in range(21)], "too many"),
    ],
)
def test_aspects_that_cannot_be(names: Sequence[str], says: str) -> None:
    with pytest.raises(ComparisonError, match=says) as raised:
        choose_columns(names, [])
    assert "\n" not in str(raised.value)


def test_aspects_are_the_gold_ones() -> None:
    assert [aspect.label for aspect in ASPECTS] == list(
        dict.fromkeys(c.aspect for c in load_gold())
    )
    assert choose_columns(["BASELINE"], [])[0].kind == "known"
    assert choose_columns(["how are subjects aligned?"], [])[0].kind == "own"


def test_papers_are_found_by_id_and_title(library: Library) -> None:
    for given in (SINET, "SINet", "sinet extreme lightweight", "multimodn"):
        assert given[:5].lower() in find_paper(library, given).paper_id
    wrong = "MultiMAE: Multi-modal Multi-task Maskd Autoencoder"
    assert find_paper(library, wrong).paper_id.startswith("multimae-")
    papers, again = find_papers(library, [SINET, "multimodn", "SINet"])
    assert [len(papers), len(again)] == [2, 1]


@pytest.mark.parametrize("looked_at", [1000, 10])  # all titles, or those that a look-up finds
@pytest.mark.parametrize("typed", ["What can", "There and", "How does atte", "on the gen"])
def test_a_title_is_found_by_how_it_begins(
    library: Library, monkeypatch: pytest.MonkeyPatch, typed: str, looked_at: int
) -> None:
    monkeypatch.setattr("rag.comparing.papers._EXAMINED", looked_at)
    assert search_papers(library, typed)[0].title.lower().startswith(typed.lower())


def test_unknown_and_ambiguous_titles_offer_candidates(library: Library) -> None:
    with pytest.raises(UnknownPaperError, match=r"fits \d+ papers: .*\(.*\); ") as several:
        find_paper(library, "multimodal")
    with pytest.raises(UnknownPaperError, match=r"Near are: .*sinet-"):
        find_paper(library, "SINit Extreme Light Portrait Segmenting")
    assert "\n" not in str(several.value)
    with pytest.raises(UnknownPaperError):
        find_paper(library, "???")


def test_papers_by_question_and_by_neighbour(library: Library) -> None:
    named = papers_about(library, "How do MultiModN and Image Anything combine modalities?")
    heads = [paper.title[:9] for paper in named]
    assert heads[:2] == ["MultiModN", "Image Any"]
    assert len(papers_about(library, "What is SINet?")) >= 2
    near = papers_near(library, library.by_id[SINET])
    assert near[0].paper_id == SINET and len({p.paper_id for p in near}) == 11


def test_selections_add_up(library: Library) -> None:
    named = PaperSelection(papers=("SINet", "multimodn", SINET), nearest="convit")
    papers, again = papers_for(library, named)
    assert [paper.title[:5] for paper in papers[:3]] == ["SINet", "Multi", "ConVi"]
    assert [title[:5] for title in again] == ["SINet"]
    assert len({paper.paper_id for paper in papers}) == len(papers) > 10
    claim = ("All attention heads are equally important.",)
    papers, _ = papers_for(library, PaperSelection(statements=claim))
    assert len(papers) == 10, "where nothing else is named, the papers nearest to the statement"
    papers, _ = papers_for(library, PaperSelection(papers=("SINet",), statements=claim))
    assert len(papers) == 1


def test_a_selection_of_nothing_is_refused() -> None:
    with pytest.raises(ComparisonError, match="No papers are named"):
        PaperSelection().check(4000)
    with pytest.raises(QuestionError, match="empty"):
        PaperSelection(about=" ").check(4000)
    PaperSelection(filter=Filter(first_year=2020)).check(4000)


def test_two_to_fifty_papers(library: Library) -> None:
    check_count(library.papers[:2])
    check_count(library.papers[:50])
    for count in (0, 1, 51):
        with pytest.raises(ComparisonError, match=str(count)):
            check_count(library.papers[:count])
