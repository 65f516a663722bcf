"""Finding where a passage stands."""

from __future__ import annotations

import time

import pytest

from rag.checking.quotes import find_quote
from rag.errors import UnknownPaperError
from rag.index.library import Library
from rag.text.characters.folding import folded
from rag.types import EVERYTHING, QuoteSource, Scope

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
PARAMETERS = "reduces the number of parameters from 2.1M to 86.9K"
FPS = "successfully executed on a real mobile device with 100.6 FPS"


def first(library: Library, text: str, scope: Scope = EVERYTHING) -> QuoteSource:
    found = find_quote(library, text, scope)
    assert found, text
    abstract = library.by_id[found[0].paper_id].abstract
    span = found[0].span
    if not found[0].in_title:
        assert abstract[span.start : span.end] == span.text
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        PARAMETERS,
        PARAMETERS.upper(),
        f"“{PARAMETERS.replace(' ', chr(10))}”",
        "reduces the num-\nber of para-\nmeters from 2.1M to 86.9K",
        "REDUCES the number of para\u00admeters from 2.1 M to 86.9 K.",
        r"reduces the number of parameters from $2.1$M to $86.9$K",
    ],
)
def test_only_spelling_differs(library: Library, text: str) -> None:
    found = first(library, text)
    assert (found.paper_id, found.exact, found.similarity) == (SINET, True, 1.0)
    assert found.span.text == PARAMETERS


@pytest.mark.parametrize("dots", [" ... ", "…", " [...] ", " (…) ", r" \ldots "])
def test_what_is_left_out_joins_two_parts(library: Library, dots: str) -> None:
    found = first(library, f"{PARAMETERS}{dots}{FPS}")
    assert found.exact
    assert found.span.text.startswith(PARAMETERS) and found.span.text.endswith(FPS)


def test_the_parts_are_in_their_order(library: Library) -> None:
    assert not any(
        source.exact for source in find_quote(library, f"{FPS} ... {PARAMETERS}", EVERYTHING)
    )


def test_few_words_differ(library: Library) -> None:
    found = first(library, "The method reduces the amount of parameters from 2.1M to only 86.9K")
    assert (found.paper_id, found.exact) == (SINET, False)
    assert 0.8 <= found.similarity < 1
    assert "2.1M to 86.9K" in found.span.text


def test_another_number_is_not_exact(library: Library) -> None:
    found = first(library, PARAMETERS.replace("86.9", "8.69"))
    assert not found.exact


@pytest.mark.parametrize(
    "text",
    [
        "the",
        "we show that the",
        "of the model",
        "... … ...",
        "?!",
        "The network needs some ninety thousand weights where its rivals have two million of them",
        "Heads of vision transformers may be started off as local filters that can become global.",
    ],
)
def test_what_is_no_quote_has_no_source(library: Library, text: str) -> None:
    assert find_quote(library, text, EVERYTHING) == ()


def test_paraphrases_of_sentences_are_no_quotes(library: Library) -> None:
    swapped = "a strong increase in the size of the parameters was seen while frames were executed"
    assert find_quote(library, swapped, EVERYTHING) == ()


def test_a_title_is_found_where_no_abstract_has_it(library: Library) -> None:
    title = library.by_id[SINET].title
    found = first(library, title.lower())
    assert (found.paper_id, found.in_title, found.span.text) == (SINET, True, title)


def test_every_sentence_leads_to_its_paper(library: Library) -> None:
    for paper in library.papers[::9]:
        sentences = library.tokens.of([paper.paper_id])[paper.paper_id].sentences(paper.abstract)
        for span in sentences[1:3]:
            found = first(library, span.text)
            assert (found.paper_id, found.exact) == (paper.paper_id, True), span.text


def test_the_scope_holds(library: Library) -> None:
    other = next(paper.paper_id for paper in library.papers if paper.paper_id != SINET)
    assert find_quote(library, PARAMETERS, Scope((other,))) == ()
    assert first(library, PARAMETERS, Scope((SINET,))).paper_id == SINET
    with pytest.raises(UnknownPaperError):
        find_quote(library, PARAMETERS, Scope(("nobody",)))


def test_at_most_k_places(library: Library) -> None:
    common = "Deep neural networks"
    many = find_quote(library, common, EVERYTHING, 50)
    assert len(many) > 2 and all(source.exact for source in many)
    assert find_quote(library, common, EVERYTHING, 2) == many[:2]


def test_a_long_text_is_quick(library: Library) -> None:
    longest = max(library.papers, key=lambda paper: len(paper.abstract))
    started = time.process_time()
    assert first(library, longest.abstract).paper_id == longest.paper_id
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"$\alpha$-helices", "α‑Helices"),
        ("ﬁne-tuning", "fine tuning"),
        ("naïve", "naive"),
        ("100,000", "100000"),
        ("10⁵", "$10^5$"),
        ("CO₂", "CO2"),
        (r"5\%", "5 %"),
    ],
)
def test_spellings_of_one_thing(one: str, other: str) -> None:
    assert folded(one).text == folded(other).text


@pytest.mark.parametrize(("one", "other"), [("1.5", "15"), ("2.1M", "21M"), ("α", "β")])
def test_other_things(one: str, other: str) -> None:
    assert folded(one).text != folded(other).text
