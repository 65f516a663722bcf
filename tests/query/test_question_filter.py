"""What a question says of authors, years and venues, and all the questions that say nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.index.filters import matches
from rag.query.metadata.phrases import LibraryFacts
from rag.query.metadata.split import split_filter
from rag.query.metadata.statements import asks_in_general
from rag.settings import CHECKOUT
from rag.text.words import words_of
from rag.types import ANY_PAPER, Filter, Paper


def paper(number: int, title: str, authors: str, year: int, venue: str = "") -> Paper:
    names = tuple(authors.split(", "))
    return Paper(f"p{number}", title, title, (), number, "refs.bib", names, year, venue)


NEURIPS = "Advances in Neural Information Processing Systems (NeurIPS)"
PAPERS = [
    paper(0, "Sparse attention", "Ada Smith, Jörg Müller", 2019, NEURIPS),
    paper(1, "Denoising diffusion", "A. Smith", 2021, "ICLR"),
    paper(2, "Optimizers for transformers: beyond Adam", "Wei Wang, Li Adam", 2024, "Nature"),
    paper(3, "Adam converges on ImageNet 2012", "Laurens van der Maaten", 2022, NEURIPS),
    paper(4, "A survey of transformers with Adam", "Fei-Fei Li", 2023, "Machine Learning"),
    paper(5, "Machine learning on the NLP of elections", "Pat O'Brien", 2016, "Findings of NLP"),
    paper(6, "NLP and machine learning in nature", "Kim Jones", 2018, "ICML"),
]


def known(papers: Sequence[Paper]) -> LibraryFacts:
    texts = [set(words_of(p.title)) for p in papers]
    return LibraryFacts(
        lambda wanted: sum(matches(wanted, p) for p in papers),
        lambda text: min(sum(word in held for held in texts) for word in words_of(text)),
        {tuple(words_of(p.venue)) for p in papers}.__contains__,
    )


LIBRARY = known(PAPERS)
RETRACTED = known([replace(PAPERS[0], status="retracted"), *PAPERS[1:]])
WITH_HE = known([*PAPERS, paper(7, "Gates", "Kaiming He", 2020, "CVPR")])


@pytest.mark.parametrize(
    ("question", "wanted", "rest"),
    [
        (
            "What did Smith et al. say after 2023?",
            Filter(first_year=2024, authors=("Smith",)),
            "What did they say?",
        ),
        (
            "What did smith et al say about attention?",
            Filter(authors=("smith",)),
            "What did they say about attention?",
        ),
        ("papers by Smith since 2020", Filter(first_year=2020, authors=("Smith",)), "papers"),
        (
            "According to Smith et al. (2021), what is diffusion?",
            Filter(2021, 2021, authors=("Smith",)),
            "what is diffusion?",
        ),
        (
            "Is there anything by Smith on attention?",
            Filter(authors=("Smith",)),
            "Is there anything on attention?",
        ),
        (
            "What has Ada Smith written about attention since 2019?",
            Filter(2019, authors=("Ada Smith",)),
            "What have they written about attention?",
        ),
        (
            "Did Smith and Müller publish anything on attention?",
            Filter(authors=("Smith", "Müller")),
            "Did they publish anything on attention?",
        ),
        ("papers from NeurIPS 2019", Filter(2019, 2019, venues=("NeurIPS",)), "papers"),
        ("NeurIPS 2022 papers?", Filter(2022, 2022, venues=("NeurIPS",)), "papers?"),
        (
            "What do papers by Smith after 2020 say about diffusion?",
            Filter(2021, authors=("Smith",)),
            "What do papers say about diffusion?",
        ),
        ("papers by smith", Filter(authors=("smith",)), "papers"),
        (
            "Which papers by Ada Smith use attention?",
            Filter(authors=("Ada Smith",)),
            "Which papers use attention?",
        ),
        (
            "What was published by Müller and Maaten on attention?",
            Filter(authors=("Müller", "Maaten")),
            "What was on attention?",
        ),
        (
            "Which papers on attention were written by van der Maaten?",
            Filter(authors=("van der Maaten",)),
            "Which papers on attention were?",
        ),
        (
            "What did Wang find about optimizers?",
            Filter(authors=("Wang",)),
            "What did they say about optimizers?",
        ),
        (
            "How does Smith et al.'s method work?",
            Filter(authors=("Smith",)),
            "How does their method work?",
        ),
        (
            "Summarise O'Brien's papers before 2019.",
            Filter(None, 2018, authors=("O'Brien",)),
            "Summarise their papers.",
        ),
        (
            "papers in NeurIPS 2022 on ImageNet",
            Filter(2022, 2022, venues=("NeurIPS",)),
            "papers on ImageNet",
        ),
        ("ICLR papers on diffusion", Filter(venues=("ICLR",)), "papers on diffusion"),
        (
            "What was published at ICLR about diffusion?",
            Filter(venues=("ICLR",)),
            "What was about diffusion?",
        ),
        (
            "Which papers were published in Nature?",
            Filter(venues=("Nature",)),
            "Which papers were?",
        ),
        (
            "Which papers were published between 2018 and 2020?",
            Filter(2018, 2020),
            "Which papers were?",
        ),
        (
            "Which studies published in 2021 use diffusion?",
            Filter(2021, 2021),
            "Which studies use diffusion?",
        ),
        ("papers from 2022 on diffusion", Filter(2022, 2022), "papers on diffusion"),
        ("papers on transformers since 2023", Filter(first_year=2023), "papers on transformers"),
        (
            "Before 2019, which papers spoke of attention?",
            Filter(last_year=2018),
            "which papers spoke of attention?",
        ),
        ("papers from 2018 to 2020", Filter(2018, 2020), "papers"),
        ("papers published up to 2019", Filter(last_year=2019), "papers"),
        (
            "What did Smith say in 2021 about diffusion?",
            Filter(2021, 2021, authors=("Smith",)),
            "What did they say about diffusion?",
        ),
    ],
)
def test_a_filter_is_taken_out_of_the_question(question: str, wanted: Filter, rest: str) -> None:
    assert split_filter(question, LIBRARY) == (wanted, rest)


@pytest.mark.parametrize(
    "question",
    [
        "What is ImageNet 2012?",
        "What is the Adam optimizer?",
        "How does Adam work?",
        "What does Adam show about convergence?",
        "Which papers study the bias introduced by Adam?",
        "Which papers describe training by Adam?",
        "How does the 2017 transformer differ from BERT?",
        "How accurate was the best model on ImageNet in 2012?",
        "Which papers use ImageNet in 2012?",
        "What changed in machine learning after 2020?",
        "What happened in the elections before 2016?",
        "Which papers are about machine learning?",
        "Which papers in Machine Learning use transformers?",
        "papers in NLP",
        "NLP papers",
        "Which papers find attention in Nature?",  # as many speak of nature: it may be meant
        "What does the ICLR paper say?",
        "papers by Nobody",
        "What did Nobody et al. say?",
        "papers by Wei Smith",
        "papers on events before 1900",
        "Is the model trained by the authors?",
        "Which papers are sorted by year?",
    ],
)
def test_a_name_or_a_year_that_is_the_topic_stays(question: str) -> None:
    assert split_filter(question, LIBRARY) == (ANY_PAPER, question)


@pytest.mark.parametrize(
    "question",
    [
        # Which papers are not asked for.
        "Which papers are not by Smith?",
        "Papers not by Smith",
        "papers that weren't written by Smith",
        "Which papers did Smith not write?",
        "all papers but those by Smith",
        "papers by Smith but not Müller",
        "no papers by Smith please",
        "papers by anyone other than Smith et al.",
        "What papers exist except those published in Nature?",
        "papers on attention, excluding those published in Nature",
        "Which papers besides those by Smith use attention?",
        "papers by Smith, not in Nature",
        "papers not published in 2019",
        "papers published no later than 2019",
        "Smith et al. aside, who studies attention?",
        # More than one range of years, venue or group of people.
        "papers in 2019 or 2021",
        "papers published in 2019, 2021 and 2022",
        "papers from 2019 on attention and from 2021 on diffusion",
        "papers published in 2019-21",
        "papers by Smith after 2018 and before 2021",
        "Which papers before 2016 or after 2020 use attention?",
        "What did Smith et al. (2019, 2021) say?",
        "papers from NeurIPS 2019 or 2022",
        "papers from NeurIPS or ICLR",
        "NeurIPS and ICLR papers",
        "papers by Smith or published in Nature",
        "papers published in Nature and papers published in ICML",
        "Compare Smith et al. and Wang et al.",
        "compare smith et al. with wang et al.",
        "How does Wang's paper differ from Jones's?",
        "Does the work by Wang improve on Jones?",
        "what did he say about attention?",
        "papers by he",
    ],
)
def test_what_a_filter_cannot_say_stays(question: str) -> None:
    assert split_filter(question, WITH_HE) == (ANY_PAPER, question)


@pytest.mark.parametrize(
    ("question", "wanted", "rest"),
    [
        ("Papers from 2020 to present", Filter(first_year=2020), "Papers"),
        ("papers from 2020-present", Filter(first_year=2020), "papers"),
        ("papers published in 2020 or later", Filter(first_year=2020), "papers"),
        ("papers from 2019 or earlier", Filter(last_year=2019), "papers"),
        ("What did He say on gates?", Filter(authors=("He",)), "What did they say on gates?"),
        (
            "Has Smith published on gates?",
            Filter(authors=("Smith",)),
            "Have they published on gates?",
        ),
        ("What does Wang et al. find?", Filter(authors=("Wang",)), "What do they find?"),
        ("Summarise Wang et al.", Filter(authors=("Wang",)), "Summarise them"),
        (
            "Why did Smith et al. not use dropout?",
            Filter(authors=("Smith",)),
            "Why did they not use dropout?",
        ),
    ],
)
def test_open_years_and_pronouns_for_a_name(question: str, wanted: Filter, rest: str) -> None:
    assert split_filter(question, WITH_HE) == (wanted, rest)


def test_a_long_text_has_no_filter() -> None:
    long = "papers by Smith on attention" + " and more attention" * 30
    assert split_filter(long[:500], LIBRARY)[0] == Filter(authors=("Smith",))
    for hostile in (long, "by A " * 800, "did Smith and " * 280, "in 2019 or " * 360):
        assert split_filter(hostile, LIBRARY) == (ANY_PAPER, hostile)


def test_a_year_says_nothing_to_a_library_without_years() -> None:
    bare = known([Paper("p", "Sparse attention", "", (), 0, "list.txt")])
    for question in ("papers since 2020", "papers published in 2021", "Before 2019, which papers?"):
        assert split_filter(question, bare) == (ANY_PAPER, question)


def test_no_question_of_the_set_has_a_filter(papers: list[Paper]) -> None:
    library, asked = known(papers), questions()
    assert len(asked) > 400
    assert [q for q in asked if split_filter(q, library) != (ANY_PAPER, q)] == []


def test_no_year_in_a_question_of_the_set_is_taken_for_one_of_publishing() -> None:
    """Also beside a library whose papers are of every year."""
    dated = LibraryFacts(
        lambda wanted: 0 if wanted.authors or wanted.venues else 9, lambda _: 9, bool
    )
    assert [q for q in questions() if split_filter(q, dated) != (ANY_PAPER, q)] == []


_OF_RECORDS = ("records", "collection")


def questions() -> list[str]:
    """All questions of the set that are about what papers say, not about their records."""
    found: list[str] = []
    for file in sorted((CHECKOUT / "eval" / "questions").glob("*.jsonl")):
        cases = map(json.loads, file.read_text("utf-8").splitlines())
        found += [case["question"] for case in cases if case["kind"] not in _OF_RECORDS]
    return found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Mueller", "Mueller"),
        ("Muller", "Muller"),
        ("Schroder", "Schroeder"),
        ("Osterlund", "Oesterlund"),
        ("Baer", "Bar"),
    ],
)
def test_an_author_is_found_in_another_spelling_where_nobody_has_the_one_asked_for(
    asked: str, found: str
) -> None:
    names = ("Jörg Müller", "Ann Schroeder", "Bo Oesterlund", "Cy Bar", "Di Weiss")
    library = known([paper(at, "Owls", name, 2020) for at, name in enumerate(names)])
    wanted, _ = split_filter(f"What did {asked} et al. say of mice?", library)
    assert wanted == Filter(authors=(found,))
    assert library.matching(wanted) == 1


@pytest.mark.parametrize(
    ("question", "retracted", "rest"),
    [
        ("What helps owls, without retracted papers?", False, "What helps owls?"),
        ("What helps owls (excluding retracted or withdrawn studies)?", False, "What helps owls?"),
        ("What do non-retracted papers say of owls?", False, "What do papers say of owls?"),
        ("Which papers that were not retracted name owls?", False, "Which papers name owls?"),
        ("Do owls sleep? Ignore retracted papers.", False, "Do owls sleep?"),
        ("owl papers not retracted", False, "owl papers"),
        ("Which papers on owls are not retracted?", False, "Which papers on owls?"),
        ("Is the paper on owls not retracted?", None, "Is the paper on owls not retracted?"),
        ("Which papers have been retracted?", True, "Which papers?"),
        ("Show me only retracted articles on owls", True, "Show me articles on owls"),
        ("How many studies were withdrawn?", True, "How many studies?"),
        ("How are retracted papers cited?", None, "How are retracted papers cited?"),
        ("Which drug was withdrawn?", None, "Which drug was withdrawn?"),
    ],
)
def test_a_question_may_leave_out_retracted_papers_or_ask_for_them(
    question: str, retracted: bool | None, rest: str
) -> None:
    assert split_filter(question, RETRACTED) == (Filter(retracted=retracted), rest)


def test_retracted_papers_are_a_topic_where_there_are_none() -> None:
    question = "Which papers have been retracted?"
    assert split_filter(question, LIBRARY) == (ANY_PAPER, question)


def test_a_status_and_an_author_hold_together() -> None:
    found, rest = split_filter("papers by Smith since 2020 except retracted ones", RETRACTED)
    assert found == Filter(2020, authors=("Smith",), retracted=False)
    assert rest == "papers"


OF_ADJECTIVES = known(
    [
        paper(n, "Owls", f"Kim {name}", 2020)
        for n, name in enumerate(("Brown", "Old", "Short", "Gray"))
    ]
)


@pytest.mark.parametrize(
    "question",
    [
        "What did Gray matter show?",
        "What did Old children eat?",
        "How did Brown patients respond?",
        "How does Brown noise affect owls?",
        "What did Short read sequencing reveal?",
    ],
)
def test_an_adjective_before_a_noun_is_no_author(question: str) -> None:
    assert split_filter(question, OF_ADJECTIVES) == (ANY_PAPER, question)


@pytest.mark.parametrize(
    "question",
    [
        "What did Brown read?",
        "How did Brown measure sleep?",
        "How did Brown analyse it?",
        "How did Brown preregister it?",
        "Why did Brown not use nets?",
        "Tell me what Brown clearly showed",
        "How haſ Brown fed owls?",
    ],
)
def test_an_author_stands_before_any_verb(question: str) -> None:
    assert split_filter(question, OF_ADJECTIVES)[0] == Filter(authors=("Brown",))


@pytest.mark.parametrize(
    ("rest", "general"),
    [
        ("What did they conclude?", True),
        ("What was found?", True),
        ("What has been shown?", True),
        ("What are the main findings of them?", True),
        ("What is overfitting?", False),
        ("What was the mortality of them?", False),
        ("What are owls?", False),
    ],
)
def test_only_what_authors_found_is_asked_in_general(rest: str, general: bool) -> None:
    assert asks_in_general(rest) is general
