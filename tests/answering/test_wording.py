"""The embedded model words the answer; quotes stand in where it may not, or writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from replies import claims
from scripted_server import ScriptedServer

from rag.answering.flow import Assistant
from rag.engine import Engine
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.settings import Settings
from rag.text.sentences.third_person import in_third_person
from rag.types import Answer, Finished, ModelChoice, Quoted, Searched, Sentence

PARAMETERS = "By how much does SINet reduce the number of parameters?"
BOTH = "Compare MindBridge and NeuroPictor"
WORDED = "SINet reduces the number of parameters from 2.1M to 86.9K."


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def assistant(settings: Settings, library: Library, server: ScriptedServer) -> Iterator[Assistant]:
    choice = ModelChoice("local", "scripted", "a test")
    with closing(ChatModel(server.endpoint())) as chat:
        yield Engine(settings, library=library, chat=chat, choice=choice).assistant


@pytest.fixture(scope="module")
def quotes(settings: Settings, library: Library) -> Assistant:
    return Engine(settings, library=library).assistant


def texts(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


def number_of(server: ScriptedServer, assistant: Assistant, question: str, words: str) -> int:
    """The number that the first sentence with these words has in the request."""
    server.script = lambda body: claims()
    assistant.ask(question)
    lines = server.requests.pop()["messages"][1]["content"].split("\n")
    found = next(line for line in lines if line.startswith("[") and words in line)
    return int(found[1 : found.index("]")])


def test_a_claim_that_is_borne_out_takes_the_place_of_its_quote(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    before = quotes.ask(PARAMETERS)
    at = number_of(server, assistant, PARAMETERS, "86.9K")
    server.script = lambda body: claims((WORDED.replace("SINet", "SINET"), [at]))
    searched, quoted, *sentences, finished = assistant.stream(PARAMETERS)
    assert isinstance(searched, Searched)
    assert isinstance(quoted, Quoted)
    assert [claim.text for claim in quoted.claims] == texts(before)
    assert isinstance(finished, Finished)
    said = texts(finished.answer)
    assert said[0] == WORDED
    assert not any("86.9K" in text for text in said[1:])
    assert set(said[1:]) <= set(map(in_third_person, texts(before)))
    assert finished.answer.citations[0].quotes[0].text in " ".join(texts(before))
    assert [e.claim.text for e in sentences if isinstance(e, Sentence)] == said


@pytest.mark.parametrize(
    "said",
    [
        WORDED.replace("86.9K", "86.8K"),
        WORDED.replace("reduces", "increases"),
        WORDED.replace("SINet reduces", "Does SINet reduce").replace("K.", "K?"),
        WORDED.replace("SINet", "FrobNet-9"),
        "The banana ripens in the sun of a warm afternoon.",
    ],
)
def test_a_claim_that_is_not_borne_out_gives_way_to_its_sentence(
    assistant: Assistant, server: ScriptedServer, said: str
) -> None:
    at = number_of(server, assistant, PARAMETERS, "86.9K")
    server.script = lambda body: claims((said, [at]))
    *_, finished = assistant.stream(PARAMETERS)
    assert isinstance(finished, Finished)
    assert said not in texts(finished.answer)
    assert "86.9K" in texts(finished.answer)[0]
    assert [item.text for item in finished.trace.refused] == [said]
    assert finished.answer.removed.replaced == 1


def test_a_sentence_that_was_not_quoted_stands_in_for_a_claim_too(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    server.script = lambda body: claims()
    assistant.ask(PARAMETERS)
    lines = server.requests.pop()["messages"][1]["content"].split("\n")
    quoted = texts(quotes.ask(PARAMETERS))
    numbered = [line[1:].split("] ", 1) for line in lines if line.startswith("[")]
    number, further = next((int(n), text) for n, text in numbered if text not in quoted)
    server.script = lambda body: claims(("The banana ripens in the sun.", [number]))
    assert further in texts(assistant.ask(PARAMETERS))


@pytest.mark.parametrize("reply", ["", "{}", "I do not know.", claims((WORDED, [77]))])
def test_without_a_usable_reply_the_quotes_stay(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer, reply: str
) -> None:
    server.script = lambda body: reply
    before, answer = quotes.ask(PARAMETERS), assistant.ask(PARAMETERS)
    assert (answer.answer, answer.sections) == (before.answer, before.sections)
    assert not answer.abstained


def test_a_model_that_finds_nothing_is_believed_where_the_encoder_is_in_doubt(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    doubtful = "How does TaskExpert use tokens to route its experts?"
    server.script = lambda body: claims()
    assert not quotes.ask(doubtful).abstained
    assert assistant.ask(doubtful).reason == "model_found_none"
    sure = assistant.ask(PARAMETERS)
    assert texts(sure) == texts(quotes.ask(PARAMETERS))


def test_the_request_holds_the_quotes_and_a_few_sentences_around_them(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    server.script = lambda body: claims()
    before = quotes.ask(PARAMETERS)
    assistant.ask(PARAMETERS)
    asked = server.requests[0]["messages"][1]["content"]
    assert all(text in asked for text in texts(before))
    numbered = [line for line in asked.split("\n") if line.startswith("[")]
    assert len(before.claims) < len(numbered) <= 8
    assert asked.endswith(f"Question: {PARAMETERS}")


def test_a_comparison_says_what_the_quotes_of_both_papers_say(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    before = quotes.ask(BOTH)
    assert len(before.sections) == 2
    at = number_of(server, assistant, BOTH, "MindBridge")
    server.script = lambda body: claims(("MindBridge is a novel approach.", [at]))
    answer = assistant.ask(BOTH)
    assert {c.paper_id for c in answer.citations} == {c.paper_id for c in before.citations}
    assert set(map(in_third_person, texts(before))) <= set(texts(answer))


def test_a_paper_that_the_model_leaves_aside_is_not_quoted(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    question = (
        "Letting each pixel see broader surroundings normally costs far more memory. Who gets this "
        "for free, and by what trick?"
    )
    before = quotes.ask(question)
    assert len(before.citations) > 1
    first = before.claims[0].text
    at = number_of(server, assistant, question, first)
    server.script = lambda body: claims((first, [at]))
    assert len(assistant.ask(question).citations) == 1


def test_lists_are_quoted(assistant: Assistant, quotes: Assistant, server: ScriptedServer) -> None:
    question = "Which papers use a mixture of experts?"
    assert assistant.ask(question).answer == quotes.ask(question).answer
    assert server.requests == []
