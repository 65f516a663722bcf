"""A conversation goes on with what was just shown; a message may ask two things."""

from __future__ import annotations

import pytest

from rag.answering.conversation import Conversation
from rag.answering.flow import Assistant
from rag.engine import Engine
from rag.index.library import Library
from rag.settings import Settings
from rag.text.wording import shown_by
from rag.types import Answer, Turn


@pytest.fixture(scope="module")
def quotes(settings: Settings, library: Library) -> Assistant:
    return Engine(settings, library=library).assistant


def talk(quotes: Assistant, *messages: str) -> Answer:
    """The answer to the last of these messages."""
    history: list[Turn] = []
    for message in messages:
        answer = quotes.ask(message, history=history)
        said = Turn("assistant", answer.answer, shown_by(answer))
        history += [Turn("user", message), said]
    return answer


def names(answer: Answer) -> list[str]:
    return [citation.title.partition(":")[0] for citation in answer.citations]


COMPARED = "Compare MindBridge and NeuroPictor"


def test_the_second_one_is_told_of(quotes: Assistant) -> None:
    first, second = names(quotes.ask(COMPARED))
    assert names(talk(quotes, COMPARED, "the second one")) == [second]
    assert names(talk(quotes, COMPARED, "and the first?")) == [first]


def test_one_that_an_earlier_answer_showed_is_found(quotes: Assistant) -> None:
    _, second = names(quotes.ask(COMPARED))
    assert names(talk(quotes, COMPARED, "the first one", "now the second one")) == [second]


def test_all_are_summarised_in_a_line_each(quotes: Assistant) -> None:
    answer = talk(quotes, COMPARED, "summarise them")
    assert len(answer.claims) == 2
    assert answer.answer.count("- **") == 2


def test_shorter_is_the_first_sentence(quotes: Assistant) -> None:
    question = "What is SINet?"
    whole, short = quotes.ask(question), talk(quotes, question, "shorter")
    assert len(short.answer) < len(whole.answer)
    assert [claim.text for claim in short.claims] == [whole.claims[0].text]


def test_more_is_what_was_not_yet_said(quotes: Assistant) -> None:
    question = "How many parameters does SINet have?"
    whole, more = quotes.ask(question), talk(quotes, question, "tell me more")
    assert names(more) == ["SINet"]
    assert more.claims and not {c.text for c in more.claims} & {c.text for c in whole.claims}


def test_sure_shows_the_words_again(quotes: Assistant) -> None:
    question = "How many parameters does SINet have?"
    again = talk(quotes, question, "are you sure?")
    assert again.claims == quotes.ask(question).claims
    assert again.lead.startswith("This is what stands there, word for word")


def test_without_a_model_nothing_is_translated_and_it_says_so(quotes: Assistant) -> None:
    answer = talk(quotes, "What is SINet?", "in German please")
    assert "Without a language model nothing can be translated" in answer.lead
    assert names(answer) == ["SINet"]


def test_thanks_cites_nothing(quotes: Assistant) -> None:
    answer = talk(quotes, "What is SINet?", "thanks")
    assert not answer.citations and not answer.abstained


def test_what_was_shown_is_read_out_of_a_plain_history(quotes: Assistant, library: Library) -> None:
    answer = quotes.ask("How many parameters does SINet have?")
    plain = [Turn("user", "?"), Turn("assistant", answer.answer)]
    assert Conversation(library, plain).shown == (answer.citations[0].paper_id,)
    listed = quotes.ask("Which papers use a mixture of experts?")
    plain = [Turn("user", "?"), Turn("assistant", listed.answer)]
    assert {c.paper_id for c in listed.citations} <= set(Conversation(library, plain).shown)


def test_each_part_is_answered(quotes: Assistant) -> None:
    answer = quotes.ask("How many test samples does SPARK have, and what is it for?")
    assert names(answer) == ["SPARK"]
    assert len(answer.sections) == 2 and all(section.claims for section in answer.sections)


def test_a_part_without_an_answer_says_so_and_spoils_nothing(quotes: Assistant) -> None:
    answer = quotes.ask("What is ThermalMix, and who wrote the paper on it?")
    assert not answer.abstained and answer.claims
    assert "no authors" in answer.sections[1].text


def test_an_overview_names_several_papers_in_groups(quotes: Assistant) -> None:
    answer = quotes.ask("Tell me about neural fields")
    assert len(answer.citations) >= 4
    assert any(section.heading for section in answer.sections)
    assert not any(claim.text.startswith("We ") for claim in answer.claims)


def test_a_mended_word_is_told(quotes: Assistant) -> None:
    answer = quotes.ask("How many parameters does SINNet have?")
    assert names(answer) == ["SINet"]
    assert answer.notes == ("“SINNet” taken as “SINet”",)


def test_a_question_in_another_language_finds_its_paper_by_name(quotes: Assistant) -> None:
    answer = quotes.ask("Wie viele Parameter hat SINet und wie schnell läuft es?")
    assert names(answer) == ["SINet"]
    assert "Asked in German" in answer.notes[0]
    nothing = quotes.ask("Wie kann man Bilder aus dem Gehirn lesen?")
    assert nothing.abstained and "This is German" in nothing.answer
