"""Questions about a paper as a whole, or one aspect of it, on the delivered corpus."""

from __future__ import annotations

import pytest

from rag.answering.flow import Assistant
from rag.answering.understanding.whole_paper import aspects_asked, measure_asked
from rag.engine import Engine
from rag.index.library import Library
from rag.query.query import QueryText
from rag.query.shorthand import spell_out
from rag.settings import Settings
from rag.types import Scope

WHOLE = ("gist", "approach", "problem", "reported result")


@pytest.fixture(scope="module")
def quotes(settings: Settings, library: Library) -> Assistant:
    return Engine(settings, library=library).assistant


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("What is SINet?", WHOLE),
        ("Summarise ConViT, please.", WHOLE),
        ("What's the main idea of MindBridge?", WHOLE),
        ("What is TaskExpert’s key idea?", WHOLE),
        ("What is new in SpectFormer?", ("what is new",)),
        ("What results does VTDNet report?", ("reported result",)),
        ("MobileMamba: limitations?", ("limitation or open question",)),
        ("Compare SINet and ConViT", WHOLE),
        ("How does MindBridge differ from NeuroPictor?", WHOLE),
        ("What is GPSA?", ()),
        ("How many parameters does SINet have?", ()),
        ("Does ConViT use convolution?", ()),
    ],
)
def test_which_aspects_are_asked(library: Library, question: str, aspects: tuple[str, ...]) -> None:
    asked = aspects_asked(question, QueryText(library, question).named)
    assert tuple(aspect.label for aspect in asked) == aspects


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is SINet?", "we introduce the new extremely lightweight portrait segmentation"),
        ("Tell me about MindBridge", "we present a novel approach, MindBridge"),
        ("What results does VTDNet report?", "outperforms its single-task counterparts"),
        ("Where is the code of ConViT?", "https://github.com"),
    ],
)
def test_the_sentence_that_is_for_it_is_quoted_first(
    quotes: Assistant, question: str, said: str
) -> None:
    answer = quotes.ask(question)
    assert said in answer.claims[0].text
    assert len(answer.citations) == 1


def test_an_aspect_that_an_abstract_does_not_state_is_refused(quotes: Assistant) -> None:
    answer = quotes.ask("What are the limitations of MobileMamba?")
    assert (answer.abstained, answer.reason) == (True, "not_in_abstracts")
    assert "MobileMamba" in answer.answer


def test_a_reader_s_choice_of_a_paper_is_the_paper_that_is_asked(quotes: Assistant) -> None:
    [paper] = [p for p in quotes.library.papers if p.title.startswith("SINet")]
    answer = quotes.ask("What is the main contribution?", scope=Scope((paper.paper_id,)))
    assert not answer.abstained
    assert {citation.paper_id for citation in answer.citations} == {paper.paper_id}


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how many params does SINet have", "86.9K"),
        ("how big is sinet", "86.9K"),
        ("how fast is SINet", "100.6 FPS"),
        ("is mobilemamba fast", "x21 faster"),
        ("mobilemamba acc", "83.6%"),
        ("moh avg acc", "64.0%"),
        ("how accurate is cbnet", "59.4% box AP"),
        ("how good is mindbridge", "high level of decoding accuracy"),
    ],
)
def test_everyday_words_of_measures_find_the_fact(
    quotes: Assistant, question: str, fact: str
) -> None:
    answer = quotes.ask(question)
    assert fact in answer.claims[0].text, answer.answer


def test_a_measure_that_no_sentence_has_is_declined(quotes: Assistant) -> None:
    assert quotes.ask("how big is MoH").abstained
    assert measure_asked("how big is the dataset in ThermalMix", ()) is None


def test_a_clipped_word_is_told_and_stays_where_papers_have_it(library: Library) -> None:
    mended = spell_out("params and acc, not ACC or sota", library)
    assert mended.text == "parameters and accuracy, not ACC or sota"
    assert mended.changes == (("params", "parameters"), ("acc", "accuracy"))
