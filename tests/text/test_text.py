"""Words, lexicons, titles, coined names, identifiers and numbers: the room of language."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import rag.text.lexicons as lexicons
from rag.text.english import may_be_verb
from rag.text.keyphrases import phrases_of
from rag.text.lexicons import function_words, lexicon, lines, table
from rag.text.names.coined_names import coined_names, coined_words, has_name, written_as_name
from rag.text.names.identifiers import (
    addresses_in,
    find_arxiv,
    find_doi,
    find_pmid,
    linked_arxiv,
    linked_doi,
    linked_pmid,
    only_arxiv,
    only_doi,
    plain_address,
)
from rag.text.names.titles import head_of, short_title, work_name
from rag.text.quantities.numbers import Number, numbers_in
from rag.text.words import fold, singular, stem, words_of

FILES = sorted(Path(lexicons.__file__).parent.glob("*/*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_lexicon_says_what_it_is_for_and_no_word_twice(file: Path) -> None:
    text = file.read_text("utf-8")
    assert text.startswith("# ") and text.endswith("\n")
    assert all(len(line) <= 100 for line in text.splitlines())
    entries = " ".join(lines(file.stem)).split()
    if ":" not in lines(file.stem)[0]:
        assert len(entries) == len(set(entries)), "a word stands there twice"


def test_every_lexicon_is_used() -> None:
    root = Path(lexicons.__file__).parents[2]
    code = "".join(path.read_text("utf-8") for path in root.rglob("*.py"))
    unused = [file.stem for file in FILES if f'"{file.stem}"' not in code.replace("'", '"')]
    assert unused == []


def test_lexicons_are_joined() -> None:
    assert lexicon("articles", "modals") == lexicon("articles") | lexicon("modals")
    assert {"the", "of", "we", "is", "which"} <= function_words()
    assert "model" not in function_words()
    assert table("venues")["kdd"] == ("knowledge", "discovery", "data", "mining")


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("studies", "study"),
        ("classes", "class"),
        ("boxes", "box"),
        ("models", "model"),
        ("GPUs", "GPU"),
        ("hypotheses", "hypothesis"),
        ("focus", "focus"),
        ("analysis", "analysis"),
        ("physics", "physics"),
        ("bias", "bias"),
        ("class", "class"),
        ("species", "species"),
        ("gas", "gas"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_stems_and_folded_words() -> None:
    assert stem("segmenting") == stem("segments") == stem("segmented") == stem("segment")
    assert stem("paper") != stem("painting")
    assert fold("Müller-Łukasz ÆØ") == "muller-lukasz aeo"
    assert words_of("O’Brien's naïve test") == ["obriens", "naive", "test"]


@pytest.mark.parametrize(
    ("title", "head", "name", "short"),
    [
        ("SINet: Extreme Lightweight Portrait", "SINet", "SINet", "SINet"),
        ("Attention Is All You Need", "Attention Is All You Need", "", "Attention Is All You Need"),
        ("One two three: four", "One two three", "", "One two three"),
        ("Erratum to: Fog nets", "Erratum to: Fog nets", "", "Erratum to: Fog nets"),
        ("Comment on: Fog nets", "Comment on: Fog nets", "", "Comment on: Fog nets"),
        (
            "A Very Long Way to Say of What It Is",
            "A Very Long Way to Say of What It Is",
            "",
            "A Very Long Way to Say ...",
        ),
        ("How Is It That We Do What We Do", "How Is It That We Do What We Do", "", "How ..."),
    ],
)
def test_titles(title: str, head: str, name: str, short: str) -> None:
    assert (head_of(title), work_name(title), short_title(title)) == (head, name, short)


def test_coined_names() -> None:
    text = "SINet beats ResNet-50 on ImageNet-1K with 10K images, said Anna of fMRI."
    assert coined_names(text) == ["SINet", "ResNet-50", "ImageNet-1K", "10K", "fMRI"]
    assert coined_words(text) == ["SINet", "ResNet", "ImageNet", "fMRI"]
    assert written_as_name("gcog", "We present gCOG.") and not written_as_name("cog", "a cog")


def test_identifiers() -> None:
    assert find_doi("see doi:10.1000/XYZ(1).") == "10.1000/xyz(1)"
    assert find_doi("no 10.1 here") is None
    assert find_arxiv("arXiv:2301.00001v3 [cs.CL]") == "2301.00001"
    assert find_pmid("PMID: 00123") == "123" and find_pmid("none") is None
    assert only_doi("https://doi.org/10.1000/X") == "10.1000/x" and only_doi("a 10.1/x") is None
    assert only_arxiv("10.48550/arXiv.2401.01234v2") == "2401.01234v2"
    assert only_arxiv("math.gt/0309136") == "math.GT/0309136" and only_arxiv("a/b.pdf") is None
    assert linked_doi("https://x.test/?id=doi:10.1000%2Fx&y") == "10.1000/x"
    assert linked_arxiv("https://arxiv.org/pdf/2401.01234v2.pdf") == "2401.01234"
    assert linked_pmid("https://pubmed.ncbi.nlm.nih.gov/123/") == "123"
    assert linked_doi("x") == linked_arxiv("x") == linked_pmid("x") == ""
    assert addresses_in("at www.a.test/x, or me@b.test.") == ["www.a.test/x", "me@b.test"]
    assert plain_address("https://www.A.test/") == "a.test"


def test_numbers_have_values_and_units() -> None:
    [digits, word] = numbers_in("86.9K frames in twenty-one seconds, not ResNet50")
    assert digits == Number("86.9K", digits.value, None) and digits.value == 86_900
    assert (word.raw, word.value, word.unit) == ("twenty-one", Decimal(21), "s")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("some 10⁶ cells and 3 × 10⁻² mol", ["1000000", "0.03"]),
        (r"$2.5\times 10^{3}$, 10$^{-1}$ and 4 x 10^2", ["2500", "0.1", "400"]),
        ("10^(4.5) is left, and so is 10²/₃", ["10", "4.5", "10"]),
        ("7 m² and 2019³", ["7", "2019"]),
        ("10(6) as some write it", ["10", "6"]),
    ],
)
def test_powers_of_ten_are_numbers(text: str, values: list[str]) -> None:
    assert [number.value for number in numbers_in(text)] == [Decimal(value) for value in values]


def test_broad_phrases_are_what_a_corpus_is_about() -> None:
    text = "We train neural networks for brain decoding."
    assert "neural network" not in {phrase.key for phrase in phrases_of(text)}
    broad = {phrase.key for phrase in phrases_of(text, broad=True)}
    assert {"neural network", "brain decoding"} <= broad and "network" not in broad


@pytest.mark.parametrize(
    ("word", "verb"),
    [("report", True), ("Measure", True), ("analyse", True), ("noise", False), ("nests", False),
     ("children", False), ("nm", False)],
)  # fmt: skip
def test_verbs_have_an_ing_form(word: str, verb: bool) -> None:
    assert may_be_verb(word) is verb


@pytest.mark.parametrize(
    ("text", "name", "there"),
    [
        ("trained on MSCOCO", "COCO", True),
        ("VGG16 and VGGs", "vgg", True),
        ("SciBERT reads papers", "bert", True),
        ("a Hilbert space", "BERT", False),
        ("all planets", "Net", False),
        ("K-means", "kmeans", False),
        ("kmeans", "k-means", True),
        ("BERTology", "BERT", False),
    ],
)
def test_a_name_may_be_part_of_a_longer_one(text: str, name: str, there: bool) -> None:
    assert has_name(text, name) is there
