"""A conversation goes on with what was just shown; a message may ask two things."""

from __future__ import annotations

import re

import pytest

from rag.answering.flow import Assistant
from rag.answering.understanding.conversation import Conversation
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


def test_the_other_one_is_asked_the_same(quotes: Assistant) -> None:
    first, second = names(quotes.ask(COMPARED))
    talked = talk(quotes, COMPARED, "how does the first one work?", "and the other one?")
    assert names(talked) == [second] and first not in talked.standalone_question
    assert talked.standalone_question.startswith("how does it work?")


def test_the_first_is_still_that_of_the_comparison(quotes: Assistant) -> None:
    first, _ = names(quotes.ask(COMPARED))
    assert names(talk(quotes, COMPARED, "the second one", "back to the first")) == [first]


def test_another_paper_keeps_the_question(quotes: Assistant) -> None:
    answer = talk(quotes, "What is SINet?", "How many parameters does it have?", "what about MoH?")
    assert names(answer) == ["MoH"] and answer.kind == "answer"
    assert answer.standalone_question.startswith("How many parameters does it have? (MoH")


def test_another_paper_is_told_of_if_no_question_can_be_kept(quotes: Assistant) -> None:
    answer = talk(quotes, "Which papers are about Mamba?", "what about SINet?")
    assert names(answer) == ["SINet"] and answer.kind == "answer"


def test_one_of_two_is_chosen(quotes: Assistant) -> None:
    answer = talk(quotes, "Tell me about S-KAN and FinalMLP.", "which of them is about ads?")
    assert names(answer) == ["FinalMLP"]
    assert "advertising" in answer.answer


def test_of_two_told_of_one_after_the_other_one_is_chosen(quotes: Assistant) -> None:
    asked = ["what is SINet?", "what about MobileMamba?", "which of the two is for portraits?"]
    assert names(talk(quotes, *asked)) == ["SINet"]


def test_it_is_what_was_cited_not_what_may_belong(quotes: Assistant, library: Library) -> None:
    listed = quotes.ask("Which papers are about neural fields in robotics?")
    maybe = {paper.paper_id for section in listed.sections for paper in section.papers}
    assert maybe and maybe.isdisjoint(shown_by(listed))
    history = [Turn("user", "?"), Turn("assistant", listed.answer, shown_by(listed))]
    further = Conversation(library, history).picked(len(listed.citations))
    assert further in maybe


def test_what_it_reviews_is_asked_of_the_paper_not_of_the_collection(quotes: Assistant) -> None:
    answer = talk(
        quotes, "What does Neural Fields in Robotics survey?", "How many papers does it review?"
    )
    assert names(answer) == ["Neural Fields in Robotics"] and "200" in answer.answer


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


def test_more_and_more_ends_with_the_abstract(quotes: Assistant) -> None:
    asked = ["What is SINet?", "go on", "go on"]
    said = [claim.text for end in (1, 2, 3) for claim in talk(quotes, *asked[:end]).claims]
    assert len(said) == len(set(said)) > 8


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


@pytest.mark.parametrize("topic", ["neural fields", "pizza recipe?"])
def test_a_bare_topic_is_one_of_its_own(quotes: Assistant, topic: str) -> None:
    assert "MobileMamba" not in names(talk(quotes, "What is MobileMamba?", topic))


def test_a_bare_aspect_is_one_of_the_paper(quotes: Assistant) -> None:
    assert names(talk(quotes, "What is MobileMamba?", "speed?")) == ["MobileMamba"]


@pytest.mark.parametrize(
    ("declined", "message"),
    [
        ("what learning rate does alexnet use", "how many layers does it have"),
        ("how do transformers handle protein folding", "what accuracy does it reach"),
        ("how accurate is yolov8 on coco", "code?"),
    ],
)
def test_nothing_declined_becomes_the_nearest_paper(
    quotes: Assistant, declined: str, message: str
) -> None:
    assert shown_by(quotes.ask(declined)) == ()
    answer = talk(quotes, declined, message)
    assert answer.abstained and declined in answer.standalone_question


def test_after_a_decline_a_new_question_is_asked_alone(quotes: Assistant) -> None:
    declined = "how accurate is yolov8 on coco"
    new = "is it possible to decode speech from brain signals?"
    assert "Du-IN" in names(talk(quotes, declined, new))
    assert names(talk(quotes, declined, "what does SINet do about its lack of data")) == ["SINet"]


def test_what_no_paper_speaks_of_is_not_asked_of_the_last_one(quotes: Assistant) -> None:
    assert talk(quotes, "What is SINet?", "whats the capital of france").abstained


def test_a_paper_that_was_declined_by_name_stays_the_subject(quotes: Assistant) -> None:
    asked = ["What batch size did CBNet use?", "what backbone is it"]
    assert quotes.ask(asked[0]).abstained
    assert names(talk(quotes, *asked)) == ["CBNet"]


def test_which_of_them_is_asked_of_all_papers_shown(quotes: Assistant) -> None:
    fmri = talk(quotes, "how many papers use fMRI")
    diffusion = talk(quotes, "how many papers use fMRI", "which of them use diffusion?")
    assert 1 < len(names(diffusion)) < len(names(fmri))
    assert set(names(diffusion)) < set(names(fmri))
    medical = talk(quotes, "papers on segmentation", "how many of them are medical")
    assert medical.lead == "1 paper." and "medical" in names(medical)[0]
    portraits = talk(quotes, "papers on segmentation", "which of them is for portraits?")
    assert names(portraits) == ["SINet"]
    nothing = talk(quotes, "papers on fMRI", "which of them use reinforcement learning?")
    assert nothing.abstained and "None of the 9 papers chosen" in nothing.answer


def test_talk_and_dates_change_no_subject(quotes: Assistant) -> None:
    fast = ["thank you very much indeed", "and how fast is it"]
    assert "100.6 FPS" in talk(quotes, "What is SINet?", *fast).answer
    dated = talk(quotes, COMPARED, "which came first")
    assert "no years" in dated.answer
    assert len(names(talk(quotes, COMPARED, "which came first", "compare them"))) == 2


def test_a_comparison_speaks_of_the_authors(quotes: Assistant) -> None:
    compared = quotes.ask(COMPARED)
    said = " ".join(claim.text for claim in compared.claims)
    assert "the authors" in said.lower() and not re.search(r"\b(?:we|our)\b", said, re.IGNORECASE)
    quoted = [span.text for citation in compared.citations for span in citation.quotes]
    assert any(re.search(r"\bwe\b", text, re.IGNORECASE) for text in quoted)
    shorter = talk(quotes, COMPARED, "shorter")
    assert {claim.text for claim in shorter.claims} < {claim.text for claim in compared.claims}
