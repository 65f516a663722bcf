"""Cited papers are found in the library, and never a wrong one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from manuscripts import BRAIN, CONVIT, FIELDS, MLPS, SINET

from rag.checking.manuscripts.bibliography import read_bibliography
from rag.checking.manuscripts.draft import Reference
from rag.checking.manuscripts.resolve import Resolver
from rag.corpus.record import Record
from rag.engine import Engine
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import Identifiers, Paper

TITLE = "ConViT: Improving Vision Transformers with Soft Convolutional Inductive Biases"
IDENTIFIED = Paper(
    "10.1000/reef", "Reefs under heat", "We measure reefs.", (), 0, "reefs.ris",
    authors=("Cora Reef", "Jörg Müller"), year=2021,
    identifiers=Identifiers("10.1000/reef", "2101.00001", "123"),
)  # fmt: skip
LONGER = Paper(
    "10.1000/longer", "Attention Is All You Need in Speech Separation", "We separate.", (), 1, "x",
    authors=("Cem Subakan",), year=2021, identifiers=Identifiers("10.1000/longer"),
)  # fmt: skip


def record(title: str, **more: object) -> Reference:
    made = Record(title, "", "refs.bib", "entry key")
    return Reference("key", replace(made, **more))  # type: ignore[arg-type]


def found(library: Library, reference: Reference) -> str:
    paper = Resolver(library).find(reference).paper
    return paper.paper_id if paper else ""


@pytest.fixture(scope="module")
def identified(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """A library whose papers have identifiers, authors and years."""
    settings = load_settings(index=tmp_path_factory.mktemp("ids") / "index", llm="quotes")
    engine = Engine(settings, embedder=lambda: embedder)
    engine.add([IDENTIFIED, LONGER])
    return engine.library


@pytest.mark.parametrize(
    ("title", "paper"),
    [
        (TITLE, CONVIT),
        (TITLE.upper(), CONVIT),
        (TITLE.replace("ConViT", "{C}on{V}i{T}").lower(), CONVIT),
        ("ConViT: Improving Vision Transformers with Soft Convolutional Inductive Biasses", CONVIT),
        ("Visio-Linguistic Brain Encoding", BRAIN),
        ("Scaling MLPs: A Tale of Inductive Bias", MLPS),
        ("Neural fields in robotics : a survey", FIELDS),
        ("ConViT", ""),
        ("Improving Vision Transformers", ""),
        ("Scaling MLPs: A Tale of Inductive Bias II", ""),
        ("Scaling CNNs: A Tale of Inductive Bias", ""),
        ("Erratum: Scaling MLPs: A Tale of Inductive Bias", ""),
        ("Attention is all you need", ""),
    ],
)  # fmt: skip
def test_by_title(library: Library, title: str, paper: str) -> None:
    assert found(library, record(title)) == paper


@pytest.mark.parametrize(
    ("entry", "paper"),
    [
        (f"d'Ascoli, S. et al. {TITLE}. In ICML, 2021.", CONVIT),
        (f"S. d'Ascoli, “{TITLE.lower()},” in Proc. ICML, 2021, pp. 1-9.", CONVIT),
        (f"d'Ascoli S (2021): {TITLE}. ICML.", CONVIT),
        ("Park H. SINet: Extreme Lightweight Portrait Segmentation Networks with Spatial Squeeze "
         "Modules and Information Blocking Decoder; 2020.", SINET),
        (f"Roe, B. On {TITLE}. ICML, 2021.", ""),
        (f"Roe, B. {TITLE} Revisited. ICML, 2021.", ""),
        (f"Roe, B. A comment: {TITLE}. ICML, 2021.", ""),
        ("Roe, B. A paper of theirs on soft convolutional inductive biases. ICML, 2021.", ""),
        ("https://arxiv.org/abs/2103.10697", ""),
    ],
)  # fmt: skip
def test_by_an_entry_of_a_list(library: Library, entry: str, paper: str) -> None:
    assert found(library, Reference("1", text=entry)) == paper


@pytest.mark.parametrize(
    "reference",
    [
        record("Reefs under heat", identifiers=Identifiers(doi="10.1000/reef")),
        record("Reefs", identifiers=Identifiers(arxiv="2101.00001")),
        record("Reefs under heat", identifiers=Identifiers(pmid="123")),
        record("Reefs under heat", urls=("https://arxiv.org/abs/2101.00001v3",)),
        record("Reefs under heat", authors=("C. Reef",), year=2020),
        Reference("x", text="10.1000/REEF"),
        Reference("x", text="arXiv:2101.00001"),
        Reference("x", text="PMID: 123"),
        Reference("x", text="Reef, C., & Müller, J. (2021). Reefs under heat. Sea, 3(2), 1-9."),
        Reference("x", text="Mueller and Reef: see https://doi.org/10.1000/reef."),
    ],
)
def test_by_identifier_or_author(identified: Library, reference: Reference) -> None:
    assert found(identified, reference) == IDENTIFIED.paper_id


@pytest.mark.parametrize(
    "reference",
    [
        record("Reefs under heat"),  # three words are the title of many papers
        record("Reefs under heat", authors=("Bo Other",), year=2021),
        record("Reefs under heat", authors=("Cora Reef",), year=1999),
        Reference("x", text="Other, B. (2021). Reefs under heat. Sea, 3(2), 1-9."),
        Reference("x", text="Reef, C. (1999). Reefs under heat. Sea, 3(2), 1-9."),
        Reference("x", text="Vaswani, A. (2017). Attention is all you need. NeurIPS."),
        record("Attention is all you need", authors=("Ashish Vaswani",), year=2017),
        Reference("x", text="10.1000/reefs"),
    ],
)
def test_no_paper_rather_than_a_wrong_one(identified: Library, reference: Reference) -> None:
    assert found(identified, reference) == ""


def test_an_identifier_of_another_paper(identified: Library) -> None:
    """A DOI that was pasted to the wrong entry leads nowhere, and the report says so."""
    ids = Identifiers(doi="10.1000/reef")
    wrong = record("A theory of coloured graphs and trees", authors=("Bo Other",), identifiers=ids)
    entry = "Other, B. A theory of coloured graphs and trees. X, 2021. doi:10.1000/reef"
    for reference in (wrong, Reference("x", text=entry)):
        resolved = Resolver(identified).find(reference)
        assert resolved.paper is None and "Reefs under heat" in resolved.problem


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("a.bib", "@article{one, title={TITLE}, year=2023}", "one"),
        ("a.ris", "TY  - JOUR\nTI  - TITLE\nDO  - 10.1000/m\nER  - \n", "10.1000/m"),
        ("a.json", '[{"id": "one", "type": "article", "title": "TITLE"}]', "one"),
    ],
)
def test_bibliographies_in_several_formats(
    tmp_path: Path, library: Library, name: str, text: str, key: str
) -> None:
    (tmp_path / name).write_text(text.replace("TITLE", "Scaling MLPs: A Tale of Inductive Bias"))
    references, notes = read_bibliography(tmp_path / name)
    assert found(library, references[key]) == MLPS and notes == []


def test_an_entry_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(
        "@article{one, year=2023}\n@article{two, title={Nets win often}}\n"
    )
    references, notes = read_bibliography(tmp_path / "a.bib")
    assert "cannot be read" in references["one"].problem and references["two"].record
    assert len(notes) == 1
