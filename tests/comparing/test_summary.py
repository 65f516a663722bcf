"""Summaries of compared papers: each claim is checked against the quotes of its papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.comparing.cache import CellCache
from rag.comparing.flow import Comparer
from rag.comparing.summary.claims import summarise
from rag.comparing.summary.quoted import is_quoted
from rag.index.library import Library
from rag.types import Cell, ModelChoice, Paper, Span, SummaryClaim

DATA, RESULT, BASELINE = "data or modality", "reported result", "baseline"
# Places in the delivered corpus: brain decoding, Mamba, segmentation, image generation.
SETS = (
    (36, 49, 65, 68, 70, 48, 56, 30, 32, 21),
    (6, 60, 35, 37, 1, 17),
    (0, 11, 23, 31, 39, 72),
    (16, 55, 73, 77, 65, 48),
)


def made_up(*abstracts: str) -> list[Paper]:
    return [
        Paper(c, f"{c}: a title", text, (), i, "")
        for i, (c, text) in enumerate(zip("ABCDE", abstracts, strict=False))
    ]


def cell(paper: str, aspect: str, text: str) -> Cell:
    return Cell(paper, aspect, text, "stated", (Span(text, 0, len(text)),), "supported")


def of_real(library: Library, tmp: Path, places: tuple[int, ...]) -> tuple[SummaryClaim, ...]:
    comparer = Comparer(library, None, ModelChoice("quotes", "none", "a test"), CellCache(tmp))
    return comparer.compare([library.papers[i].paper_id for i in places]).summary


def test_claims_cite_those_that_say_it_and_rank_no_numbers() -> None:
    cells = [
        cell("A", DATA, "We train on ImageNet."),
        cell("C", DATA, "Results on ImageNet and COCO."),
        cell("A", RESULT, "It gains 3.5% accuracy."),
        cell("B", RESULT, "It runs at 100 fps."),
    ]
    shared, numbers = summarise(made_up("", "", ""), cells)
    assert shared.text == "A and C name ImageNet for their data." and shared.citations == ("A", "C")
    assert "not comparable: 3.5% accuracy (A) and 100 fps (B);" in numbers.text
    assert "not ranked" in numbers.text and numbers.citations == ("A", "B")


@pytest.mark.parametrize(
    ("result", "figure"),
    [
        ("It improves semantic accuracy by 43%.", "improves semantic accuracy by 43%"),
        ("It reaches 82.8% top-1 accuracy on all.", "82.8% top-1 accuracy"),
        ("It needs 10x fewer parameters.", "10x fewer parameters"),
        ("We cut parameters from 2.1M to 86.9K now.", "parameters from 2.1M to 86.9K"),
        ("It gains 43% in all.", None),
        ("There are 12 of them.", None),
    ],
)
def test_a_number_has_its_unit_or_metric(result: str, figure: str | None) -> None:
    cells = [cell("A", RESULT, result), cell("B", RESULT, "It runs at 100 fps.")]
    claims = summarise(made_up("", ""), cells)
    assert [f"{figure} (A)" in claim.text for claim in claims] == ([True] if figure else [])


def test_a_difference_is_claimed_if_the_other_abstracts_lack_the_term() -> None:
    cells = [cell(c, DATA, "We use fMRI of humans.") for c in "AB"]
    only = "A and B name fMRI for their data; C does not."
    assert [c.text for c in summarise(made_up("", "", "It uses text."), cells)] == [only]
    spelled = "It uses functional magnetic resonance imaging (fMRI)."
    [plain] = summarise(made_up("", "", spelled), cells)
    assert plain.text == "A and B name fMRI for their data."
    [plain] = summarise(made_up("", "", spelled, "It uses text."), cells)
    assert plain.text == "A and B name fMRI for their data.", "one of two others does"
    [every] = summarise(made_up("", ""), cells)
    assert every.text == "Both papers name fMRI for their data."


def test_terms_of_what_papers_do_are_shared_however_they_are_written() -> None:
    cells = [
        cell("A", "approach", "We build on diffusion models."),
        cell("B", "approach", "A diffusion model is guided."),
        cell("C", "problem", "A diffusion model is slow."),
    ]
    [claim] = summarise(made_up("", "", "A diffusion model is slow."), cells)
    assert claim.text == 'A and B use the term "diffusion model" for their own work.'
    assert claim.citations == ("A", "B"), "C speaks of others' work"


def test_rivals_are_no_datasets() -> None:
    cells = [cell(c, BASELINE, "It beats ViT on ImageNet.") for c in "AB"]
    claims = {claim.text for claim in summarise(made_up("", "", ""), cells)}
    assert "A and B name ViT among what they are compared with." in claims
    assert "A and B name ImageNet for their data." in claims
    abstract = "Vision transformers (ViT) are big. We report experiments on ViT."
    cells = [cell(c, DATA, "We report experiments on ViT.") for c in "AB"]
    assert not summarise(made_up(abstract, abstract), cells), "a method is no dataset"


def test_results_that_contradict_each_other_come_first() -> None:
    cells = [
        cell("A", RESULT, "AlphaNet is faster than BetaNet."),
        cell("B", RESULT, "BetaNet is faster than AlphaNet."),
    ]
    first = summarise(made_up("", ""), cells)[0]
    assert "other way round" in first.text and first.citations == ("A", "B")
    ours = [
        cell("A", RESULT, "Our system is faster than existing methods."),
        cell("B", RESULT, "Our system is slower than existing methods."),
    ]
    assert not summarise(made_up("", ""), ours), "two methods that are both ours"


def test_claims_need_quotes_that_contain_the_phrase() -> None:
    assert is_quoted("2.5% mIoU", ["It gains 2.5% mIoU on this."])
    assert is_quoted("images", ["An image is taken."])
    assert not is_quoted("2.7% mIoU", ["It gains 2.5% mIoU on this."])
    assert not is_quoted("EEG", ["We use fMRI."])
    assert not is_quoted("diffusion model", ["We use transformers."])


@pytest.mark.parametrize("places", SETS)
def test_summaries_of_real_papers(
    library: Library, tmp_path: Path, places: tuple[int, ...]
) -> None:
    claims = of_real(library, tmp_path, places)
    assert 1 <= len(claims) <= 6
    ids = [library.papers[i].paper_id for i in places]
    for claim in claims:
        assert claim.text.endswith(".") and claim.verdict == "supported"
        assert claim.citations and set(claim.citations) <= set(ids)
        for word in (part for part in claim.text.split('"')[1::2]):
            for i in claim.citations:
                assert word[:-1].lower() in library.by_id[i].abstract.lower()
