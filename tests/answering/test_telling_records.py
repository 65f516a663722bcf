"""Records: who wrote a paper, when and where, what else; honest where a source has nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telling_library import PAPERS, ask, collection, ids, open_papers, read

from rag.answering.telling.asked.fields import tell_fields
from rag.answering.telling.asked.people import people_in
from rag.answering.telling.asked.persons import distinct_people, nearest_names
from rag.answering.telling.tell import tell
from rag.answering.telling.writing import Writer
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import PaperStatus


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """Six papers with records."""
    settings = load_settings(index=tmp_path_factory.mktemp("records") / "index", llm="quotes")
    return open_papers(settings, embedder, PAPERS)


@pytest.mark.parametrize(
    ("question", "said", "papers"),
    [
        # Fields of a paper that is named, described, or spelled with a slip.
        ("Who wrote ReefCam?", ["Anna Müller, Mere Te Aho and Jan van der Heijden"], ["p0"]),
        ("when did dustnet come out", ["appeared in 2024"], ["p2"]),
        ("which journal was the study of sleeping nurses in", ["Sleep Practice"], ["p1"]),
        ("who are the authors of the naps paper, and which year?", ["Hosseini", "2021"], ["p1"]),
        ("doi of reefcam", ["10.5555/x.0"], ["p0"]),
        ("link to the sandstorm paper", ["doi.org/10.5555/x.2"], ["p2"]),
        ("volume and pages of ReefCam", ["volume 12", "pages 3–9"], ["p0"]),
        ("How do I cite ReefCam?", ["Anna Müller", "(2019)", "Marine Letters 12, 3–9"], ["p0"]),
        ("who is the first author of ReefCam", ["Anna Müller as its first author"], ["p0"]),
        ("who's the last author of ReefCam", ["Jan van der Heijden as its last author"], ["p0"]),
        ("how many authors does ReefCam have?", ["3 authors"], ["p0"]),
        ("Who wrote Refcam?", ["Most likely you mean", "Te Aho"], ["p0"]),
        # What a record does not have.
        ("who wrote the insulin paper", ["has no authors", "refs.bib"], ["p5"]),
        ("when and where was the insulin paper published", ["no year and no venue"], ["p5"]),
        ("does the caffeine paper have a DOI", ["has no DOI", "2019"], ["p4"]),
        ("which university are the authors of DustNet from", ["no affiliations"], ["p2"]),
        # Yes or no.
        ("did Hosseini write ReefCam?", ["No.", "Te Aho"], ["p0"]),
        ("Is Pieter de Vries an author of the nap trial?", ["Yes."], ["p1"]),
        ("Is Te Aho the first author of ReefCam?", ["No.", "Anna Müller"], ["p0"]),
        ("was DustNet published in 2024?", ["Yes."], ["p2"]),
        ("was the seagrass paper published before 2010", ["No.", "2015"], ["p3"]),
        ("was ReefCam published in Sleep Practice", ["No.", "Marine Letters"], ["p0"]),
        ("did Smith write ReefCam", ["No.", "anyone named Smith"], ["p0"]),
        # By people, years and venues.
        ("papers by Anna Müller", ["2 of the 6 papers"], ["p0", "p3"]),
        ("what did mueller publish", ["Anna Müller (2)", "Jörg Müller (1)"], ["p0", "p3", "p2"]),
        ("papers by Hoseini", ["“Hoseini” is taken as Leila Hosseini"], ["p1"]),
        ("what has van der Heijden written", ["1 of the 6 papers here is"], ["p0"]),
        ("anything by de Vries since 2020?", ["from 2020 on"], ["p1"]),
        ("papers from 2019 in sleep practice", ["1 of the 6"], ["p4"]),
        ("which papers are from 2019", ["2 of the 6"], ["p0", "p4"]),
        ("has Müller ever worked with de Vries", ["1 of the 6"], ["p3"]),
        ("Did Hosseini and Müller write anything together?", ["No paper here is by"], None),
        ("what did leila work on", ["1 of the 6 papers here is"], ["p1"]),
        ("papers by vanderheijden", ["1 of the 6 papers here is"], ["p0"]),
        ("anything by a Müller about the sun?", ["1 of the 3 papers"], ["p2"]),
        ("what else has Anna Müller written, apart from ReefCam", ["besides “ReefCam"], ["p3"]),
        ("besides the nap trial, what did Pieter de Vries do", ["1 of the 6"], ["p3"]),
        ("what appeared in 2019 or 2021", ["from 2019 and 2021"], ["p0", "p1", "p4"]),
        ("how many since 2019, counting 2019 itself", ["4 of the 6"], None),
        ("papers in marin letters", ["in Marine Letters"], ["p0", "p3"]),
        ("where can I find ReefCam? journal and year will do", ["in 2019 in Marine"], ["p0"]),
        ("ReefCam was in Sleep Practice, wasn't it?", ["No.", "Marine Letters"], ["p0"]),
        # Relations.
        ("what else did the last author of the nap trial write", ["Seagrass"], ["p1", "p3"]),
        ("what else did the author of the coffee paper write", ["Nothing else"], ["p4"]),
        ("which is newer, ReefCam or DustNet?", ["newer of the two (2024)"], ["p2", "p0"]),
        ("what's older: the seagrass paper or ReefCam", ["older of the two (2015)"], ["p3", "p0"]),
        ("which paper has the most authors?", ["(3 authors)"], None),
        ("shortest title?", ["4 words"], None),
        ("any paper where no author is given?", ["1 has no authors"], ["p5"]),
        ("are the seagrass paper and the nap trial by the same people?", ["Partly:"], None),
        ("do ReefCam and DustNet share authors?", ["no author in common"], ["p0", "p2"]),
    ],
)  # fmt: skip
def test_records_are_told(
    small: Library, question: str, said: list[str], papers: list[str] | None
) -> None:
    told = ask(small, question, "records")
    assert [words for words in said if words not in told.text] == [], told.text
    assert papers is None or ids(told) == papers
    # A record that has nothing of what is asked is a refusal, with what it does have.
    nothing = any(words.startswith(("has no ", "no year and no")) for words in said)
    assert told.reason == ("not_in_abstracts" if nothing else None)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("papers by Hansen", "No paper here is by anyone named Hansen."),
        ("other papers by Hosni?", "The nearest name is Leila Hosseini."),
        ("who wrote the paper on whale songs", "I find no paper here on “whale songs”."),
        ("publications in Nature", "No paper here is in Nature. The venues here are"),
        ("which papers are from 1987", "from 2015 to 2024"),
    ],
)
def test_what_is_not_here_is_declined(small: Library, question: str, said: str) -> None:
    told = ask(small, question, "records")
    assert said in told.text and not told.papers
    assert told.reason == "not_in_corpus"


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("who wrote it?", ["p2", "p1"]),
        ("authors?", ["p2", "p1"]),
        ("when was the second one published", ["p1"]),
        ("who wrote ReefCam?", ["p0"]),
        ("which of them is older?", ["p1", "p2"]),
    ],
)
def test_a_question_without_a_paper_is_about_those_shown(
    small: Library, question: str, papers: list[str]
) -> None:
    assert ids(ask(small, question, "records", ["p2", "p1"])) == papers


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how many papers did Anna Müller write?", "2 of the 6 papers here are by Anna Müller"),
        ("anything by hosseini since 2020", "1 of the 6 papers"),
        ("papers by Hoseini", "“Hoseini” is taken as Leila Hosseini."),
        ("number of papers from 2019", "2 of the 6 papers here are from 2019"),
        ("how many studies on sleep are there", None),
        ("which papers by de Vries are about naps", None),
        ("papers from 2019", None),
    ],
)
def test_lists_and_counts_by_records_alone_are_told(
    small: Library, question: str, said: str | None
) -> None:
    told = tell(replace(read(small, question), intent="list"), collection(small))
    assert told is None if said is None else told is not None and said in told.text


def test_a_question_about_no_paper_asks_which(small: Library) -> None:
    assert "Which paper do you mean?" in ask(small, "who wrote it?", "records").text


def test_a_library_without_authors_says_so(library: Library) -> None:
    for question in ("who wrote SINet?", "papers by Yann LeCun", "who wrote it?"):
        assert "no authors" in ask(library, question, "records").text


def test_names_count_without_accents_and_everyday_words_only_as_names(small: Library) -> None:
    def found(text: str) -> list[str]:
        return [person.name for person in people_in(small, text)]

    assert found("did Pieter DE VRIES or te aho write it") == ["Pieter de Vries", "Mere Te Aho"]
    assert found("papers by j. muller") == ["Jörg Müller"]
    assert found("Müller, Anna") == ["Anna Müller"]
    assert found("papers by Peter Müller") == ["Peter Müller"]
    assert found("papers by Park") == ["Sam Park"]
    assert found("what did Okafor and Wu write") == ["Okafor", "Wu"]
    assert found("who wrote the paper on coffee") == found("a walk in the park") == []
    # In capitals it is an acronym, unless something says that it is a person.
    assert found("Which papers use PARK?") == found("NAPS with PARK") == []
    assert found("papers by PARK") == found("PAPERS OF PARK") == ["Sam Park"]
    assert nearest_names(small, "Hosein") == ["Leila Hosseini"]


def test_titles_and_names_add_no_markdown(
    tmp_path: str, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hostile = replace(PAPERS[0], title="[x](http://e.vil) **Zorb** <b>", authors=("*Ann* [2]",))
    settings = load_settings(index=tmp_path_factory.mktemp("hostile") / "index", llm="quotes")
    library = open_papers(settings, embedder, [hostile])
    told = ask(library, "who wrote the paper on fish in coral reefs?", "records")
    assert r"\[x\](http\://e.vil) \*\*Zorb\*\* \<b>" in told.text
    assert r"\*Ann\* \[2\]" in told.text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("retracted", "has been retracted."),
        ("withdrawn", "has been withdrawn."),
        ("expression of concern", "has an expression of concern."),
        ("corrected", "has been corrected, and its record has no note on a retraction."),
        ("", "has no note on a retraction."),
    ],
)
def test_a_record_says_whether_its_paper_was_retracted(
    small: Library, status: PaperStatus, said: str
) -> None:
    paper = replace(small.papers[0], status=status)
    told = tell_fields(paper, ("retraction",), Writer())
    assert said in told and ("no note" in told) == (status in ("", "corrected"))


def test_a_person_is_one_with_an_umlaut_and_without() -> None:
    written = ("Katrin Mueller", "K. Müller", "Jan Muller")
    assert distinct_people(written) == [["Katrin Mueller", "K. Müller"], ["Jan Muller"]]
