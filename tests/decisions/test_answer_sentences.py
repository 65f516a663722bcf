"""Which sentences of a paper answer: on the delivered corpus."""

from __future__ import annotations

import pytest

from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.index.library import Library
from rag.query.query import QueryText, read_query


def scored(library: Library, question: str) -> list[ScoredSentence]:
    """The sentences of the one paper that the question names."""
    query = read_query(QueryText(library, question))
    named = [query.mentions[0].paper_id]
    return score_sentences(query.content, named, query.search.judged(named))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How fast does SINet run on a phone?", "100.6"),
        ("What is the name of the module that ConViT starts from?", "GPSA"),
        ("Where is the code of ConViT?", "https"),
    ],
)
def test_the_sentence_that_answers_comes_first(library: Library, question: str, said: str) -> None:
    assert said in scored(library, question)[0].span.text


def test_an_address_is_no_answer_where_none_is_asked_for(library: Library) -> None:
    items = scored(library, "How does ConViT initialise its attention?")
    address = next(item for item in items if "https" in item.span.text)
    asked = scored(library, "Where can I download the code of ConViT?")
    wanted = next(item for item in asked if "https" in item.span.text)
    assert address.score < 0.1 < wanted.score


def test_the_sentence_before_and_the_title_count(library: Library) -> None:
    items = scored(library, "What does SINet use spatial squeeze for?")
    for first, more in (
        ("maxsim", "maxsim_with_title"),
        ("maxsim_with_title", "maxsim_with_previous"),
    ):
        assert all(item.features[first] <= item.features[more] for item in items)
        assert any(item.features[first] < item.features[more] for item in items)
