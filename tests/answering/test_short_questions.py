"""Questions of a few words, about authors, by identifiers and years, asked of eight own papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.query.identified import identifiers_in
from rag.settings import load_settings
from rag.types import Answer, Identifiers, Paper, Turn


def _paper(number: int, title: str, abstract: str, authors: Sequence[str], year: int) -> Paper:
    ids = Identifiers(f"10.5555/pond.{number}", pmid=f"7700{number}")
    return Paper(
        f"p{number}", title, abstract, (), number, "pond.bib", tuple(authors), year, "Pond Notes",
        ids,
    )  # fmt: skip


PAPERS = (
    _paper(0, "Newts in garden ponds",
           "We counted newts in 88 garden ponds. Ponds with fish had no newts.",
           ["Irma Köhler", "Dan Osei"], 1994),
    _paper(1, "Duckweed under shade", "Duckweed grew half as fast under a net of 70% shade.",
           ["Rita Blum"], 2003),
    _paper(2, "Erratum to: Duckweed under shade", "The net gave 60% shade, and not 70%.",
           ["Rita Blum"], 2004),
    _paper(3, "Cytokines of carp", "TGF-β doubled in carp after a wound.", ["Pia Wolf"], 2011),
    _paper(4, "BUT: Bounded Update Trees", "BUT keeps update trees below a bound of 40 nodes.",
           ["Ole Stern"], 2019),
    _paper(5, "Who feeds swans?", "Of 300 visitors 41 fed bread to the swans.", ["Ada Nord"], 2021),
    _paper(6, "Frogs call earlier", "Frogs called nine days earlier than in 1990.",
           ["Leo Faber", "Irma Köhler"], 2022),
    _paper(7, "OTTR-3 tracks otters", "OTTR-3 tracked 5 otters for a year.", ["Mo Reyes"], 2023),
)  # fmt: skip


@pytest.fixture(scope="module")
def pond(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Engine]:
    """The papers, indexed."""
    settings = load_settings(index=tmp_path_factory.mktemp("pond") / "index", llm="quotes")
    with Engine(settings, embedder=lambda: embedder) as engine:
        engine.add(list(PAPERS))
        yield engine


def cited(answer: Answer) -> set[str]:
    return {citation.paper_id for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("What did Wolf et al. notice?", {"p3"}),
        ("What did Wolf et al. recommend?", {"p3"}),
        ("What has Wolf discovered?", {"p3"}),
        ("what did wolf measure", {"p3"}),
        ("What did Wolf and co-authors use?", {"p3"}),
        ("What did the team of Wolf conclude?", {"p3"}),
        ("What did Wolf's group report about carp?", {"p3"}),
        ("According to Wolf, what doubled in carp?", {"p3"}),
        ("What was observed by Wolf?", {"p3"}),
        ("Wolf's findings", {"p3"}),
        ("What are the results of Wolf 2011?", {"p3"}),
        ("Wolf (2011)", {"p3"}),
        ("Tell me what Wolf found", {"p3"}),
        ("What did Prof. Wolf advise?", {"p3"}),
        ("What does the 2003 paper by Blum say?", {"p1"}),
        ("What did the Wolf paper say?", {"p3"}),
        ("What can we learn from Wolf et al.?", {"p3"}),
        ("What did Blum et al. state?", {"p1", "p2"}),
        ("What did Blum find about duckweed?", {"p1", "p2"}),
        ("What did Koehler et al. find about frogs?", {"p6"}),
        ("What did Köhler count in 1994?", {"p0"}),
    ],
)
def test_authors_are_asked_with_any_verb(pond: Engine, question: str, papers: set[str]) -> None:
    assert cited(pond.ask(question)) == papers


@pytest.mark.parametrize(
    "question",
    [
        "What did Wolf find about swans?",  # only of her own paper
        "What did Hartmann measure?",
        "What did Hartmann et al. count?",
        "According to Hartmann, where are newts?",
        "According to Wolf, what is photosynthesis?",
        "What was the mortality of Wolf et al.?",
    ],
)
def test_nobody_answers_for_another(pond: Engine, question: str) -> None:
    answer = pond.ask(question)
    assert answer.abstained and not answer.citations
    assert "Hartmann" in answer.answer or "Wolf" not in question or "carp" in answer.answer


@pytest.mark.parametrize("form", ["TGF-β", "TGFβ", "TGF-beta", "TGF beta", "TGFbeta"])
def test_a_greek_letter_is_its_name(pond: Engine, form: str) -> None:
    assert cited(pond.ask(f"How much did {form} change?")) == {"p3"}
    assert cited(pond.ask(form)) == {"p3"}


@pytest.mark.parametrize(
    "keywords",
    [
        "saffron", "treatment of gout", "saffron prices", "opera houses", "xqzv", "Zika virus",
        "OTTR-5", "What is OTTR-5?", "How long did OTTR-5 track otters?", "!!", "10.5555/none.1",
        "PMID 12345678", "https://example.com/1999/paper",
    ],
)  # fmt: skip
def test_what_no_paper_holds_is_declined(pond: Engine, keywords: str) -> None:
    answer = pond.ask(keywords)
    assert answer.abstained and not answer.citations


@pytest.mark.parametrize(
    ("keywords", "paper"),
    [
        ("newts", "p0"),
        ("newt", "p0"),
        ("duckwed", "p1"),  # mended
        ("garden ponds", "p0"),
        ("cytokines", "p3"),  # in the title alone
        ("OTTR-3", "p7"),
        ("OTTR3", "p7"),
        ("10.5555/pond.0", "p0"),
        ("https://doi.org/10.5555/POND.0", "p0"),
        ("PMID: 77003", "p3"),
        ("How many ponds were counted in doi:10.5555/pond.0?", "p0"),
        ("Newts in garden ponds", "p0"),
        ("2011", "p3"),
        ("the nineties", "p0"),
        ("papers about newts from the 1990s", "p0"),
    ],
)
def test_what_a_paper_holds_is_found(pond: Engine, keywords: str, paper: str) -> None:
    assert paper in cited(pond.ask(keywords))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is BUT?", True),
        ("WHAT IS BUT?", True),
        ("BUT", True),
        ("Which paper is about BUT?", True),
        ("Ponds have newts but which have none?", False),
        ("BUT WHICH PONDS HAVE NO NEWTS?", False),
    ],
)
def test_an_everyday_word_names_a_paper_in_capitals(
    pond: Engine, question: str, names: bool
) -> None:
    assert ("p4" in cited(pond.ask(question))) == names


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("merci beaucoup", "welcome"),
        ("ta", "welcome"),
        ("who are the authors?", "8 authors"),
        ("How many papers are in the library?", "8 papers"),
        ("recent papers", "newest"),
        ("OTTR-3 2022", "It appeared in 2023"),
        ("Was OTTR-3 published in 2022?", "No."),
        ("What did Wolf et al. study?", "TGF-β doubled"),
        ("papers about duckweed", "Erratum to: Duckweed"),
    ],
)
def test_talk_and_the_library_itself(pond: Engine, message: str, said: str) -> None:
    assert said in pond.ask(message).answer


@pytest.mark.parametrize(
    ("asked", "then", "papers"),
    [
        (["What did Wolf find?", "What is BUT?"], "Compare them", {"p3", "p4"}),
        (["What is BUT?"], "Compare it with OTTR-3", {"p4", "p7"}),
        (["What is BUT?"], "shorter", {"p4"}),
        (["papers by Köhler"], "summarise the first two", {"p0", "p6"}),
    ],
)
def test_follow_ups_on_several(
    pond: Engine, asked: Sequence[str], then: str, papers: set[str]
) -> None:
    history: list[Turn] = []
    for question in asked:
        answer = pond.ask(question, history=history)
        shown = tuple(citation.paper_id for citation in answer.citations)
        history += [Turn("user", question), Turn("assistant", answer.answer, shown)]
    assert cited(pond.ask(then, history=history)) == papers


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see (doi:10.5555/pond.0).", ["doi:10.5555/pond.0"]),
        ("PMID: 77003 and arXiv:1706.03762v2", ["PMID: 77003", "arXiv:1706.03762v2"]),
        ("at 10.5000/ml", []),
        ("xpmid 77003", []),
        ("from 110.5555/pond.0", []),
    ],
)
def test_identifiers_stand_apart(pond: Engine, text: str, written: list[str]) -> None:
    assert [found.written for found in identifiers_in(pond.library, text)] == written
