"""Typing errors: what is mended, by which word, and what stays as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.corpus.papers import make_paper
from rag.index.library import Library
from rag.index.words.lexical import LexicalIndex
from rag.index.words.vocabulary import Vocabulary
from rag.query.spelling import Mended, mend
from rag.text.near import cost_of


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        ("how fast is mobilmamba", [("mobilmamba", "MobileMamba")]),
        ("What does VWFomer gain?", [("VWFomer", "VWFormer")]),
        ("ThermlaMix how many images?", [("ThermlaMix", "ThermalMix")]),
        ("is cilp training best?", [("cilp", "CLIP")]),
        ("What do tripalne data structures encode?", [("tripalne", "tri-plane")]),
        (
            "kolmogrov arnold convoltuional variant",
            [("kolmogrov", "Kolmogorov"), ("convoltuional", "convolutional")],
        ),
        ("slef-attention", [("slef", "self")]),
        ("whcih network is better?", [("whcih", "which")]),
        ("Segmentaion of portraits?", [("Segmentaion", "Segmentation")]),
        # The library has other forms of the word.
        ("whose behavior was predictd", [("predictd", "predicted")]),
    ],
)
def test_a_mistyped_word_is_taken_as_the_librarys(
    library: Library, question: str, changes: list[tuple[str, str]]
) -> None:
    mended = mend(question, library)
    assert list(mended.changes) == changes
    expected = question
    for written, taken in changes:
        expected = expected.replace(written, taken)
    assert mended.text == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("how fast is mobile mamba?", "how fast is MobileMamba?"),
        ("a visiontransformer for pets", "a vision transformer for pets"),
        ("neuroformerpredicts behavior", "neuroformer predicts behavior"),
    ],
)
def test_spaces_are_put_right(library: Library, question: str, text: str) -> None:
    assert mend(question, library).text == text


@pytest.mark.parametrize(
    "question",
    [
        "How many parameters does SINet have?",
        "What is SLIP compared with?",  # not CLIP
        "any results on deraining?",  # not training
        "Was MoH tried on DiT?",  # not ViT
        "What does S3IM stand for?",  # not SSIM
        "Does SSIM help?",  # not S3IM
        "Is VBench or GenEval used?",
        "Are phonons, axions or multipoles found?",  # not photons, not multiple
        "Who is Weinstein?",  # not Einstein
        "Combien de sujets y a-t-il dans le jeu de données de Du-IN ?",  # not combine
        "Lässt sich ablesen, was jemand gerade gesehen hat?",  # not lasts
        "It doesn't say, does it?",
        "blorp the fnargle",
        "vision transformer",  # two words that papers write as two
        "?",
        "",
    ],
)
def test_what_is_no_typing_error_stays(library: Library, question: str) -> None:
    assert mend(question, library).changes == ()
    assert mend(question, library).text == question


def test_a_word_is_spelt_as_the_library_does_without_a_remark(library: Library) -> None:
    mended = mend("What colour has an optimised centre?", library)
    assert mended == Mended("What color has an optimized center?")


def test_all_words_are_read_only_for_an_unknown_word(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Library(
        library.papers, library.dense, library.lexical, library.tokens, library.embedder
    )
    mend("How many parameters does SINet have?", fresh)
    assert "_near" not in vars(fresh.vocabulary)
    mend("how fast is mobilmamba", fresh)
    assert "_near" in vars(fresh.vocabulary)


def test_a_word_is_written_as_most_papers_do(tmp_path: Path) -> None:
    texts = {
        "LaVCa: Captioning Cortex": "We present LaVCa. See example.org/lavca for cortex.",
        "Fine-Tuning at Night": "LaVCa needs no fine-tuning.",
        "ConVis: Vision": "See example.org/convis for ConVis.",
    }
    papers = [
        replace(make_paper(title, abstract, order=i, source="s"), authors=("Ada Byron",))
        for i, (title, abstract) in enumerate(texts.items())
    ]
    lexical = LexicalIndex(tmp_path / "lexical", create=True)
    lexical.replace([], papers)
    vocabulary = Vocabulary(lexical, {paper.paper_id: paper for paper in papers})
    keys = ("lavca", "convis", "cortex", "finetuning", "byron", "tuning")
    written = {key: word.written for key in keys if (word := vocabulary.get(key))}
    assert written == {
        "lavca": "LaVCa",
        "convis": "ConVis",
        "cortex": "cortex",
        "finetuning": "fine-tuning",
        "byron": "Byron",
        "tuning": "tuning",
    }


def test_a_likely_error_costs_less() -> None:
    assert cost_of("maksed", "masked") < cost_of("mapked", "masked")
    assert cost_of("runing", "running") < cost_of("runing", "tuning")
    assert cost_of("phonons", "photons") > 1
    assert cost_of("same", "same") == 0
