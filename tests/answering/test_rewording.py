"""The embedded model words the quotes; the answer never says less than they do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from replies import claims
from scripted_server import ScriptedServer

from rag.answering.flow import Assistant
from rag.engine import Engine
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.settings import Settings
from rag.types import Answer, Finished, ModelChoice, Quoted, Searched, Sentence

PARAMETERS = "By how much does SINet reduce the number of parameters?"
BOTH = "Compare MindBridge and NeuroPictor"
WORDED = (
    "SINet reduces the number of parameters from 2.1M to 86.9K (around 95.9% reduction), while it "
    "maintains the accuracy under a 1% margin from the state-of-the-art portrait segmentation "
    "method."
)


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


def place_of(answer: Answer, words: str) -> int:
    return next(at for at, text in enumerate(texts(answer)) if words in text)


def test_a_sentence_that_says_as_much_replaces_its_quote(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    before = quotes.ask(PARAMETERS)
    at = place_of(before, "86.9K")
    server.script = lambda body: claims((WORDED, [at + 1]))
    searched, quoted, *sentences, finished = assistant.stream(PARAMETERS)
    assert isinstance(searched, Searched)
    assert isinstance(quoted, Quoted)
    assert [claim.text for claim in quoted.claims] == texts(before)
    assert isinstance(finished, Finished)
    expected = texts(before)
    expected[at] = WORDED
    assert texts(finished.answer) == expected
    assert finished.answer.citations == before.citations
    told = [event.claim.text for event in sentences if isinstance(event, Sentence)]
    assert told[0] == WORDED
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize(
    "said",
    [
        "SINet is a light network.",  # not what is asked
        WORDED.replace("2.1M", "more"),
        WORDED.replace("95.9", "95.8"),
        WORDED.replace("SINet reduces", "Does SINet reduce").replace("method.", "method?"),
        WORDED.replace("SINet", "FrobNet-9"),
        "Banana " + WORDED[6:120],
        "It is small.",
    ],
)
def test_what_loses_or_adds_something_leaves_the_quote(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer, said: str
) -> None:
    before = quotes.ask(PARAMETERS)
    at = place_of(before, "86.9K")
    server.script = lambda body: claims((said, [at + 1]))
    *_, finished = assistant.stream(PARAMETERS)
    assert isinstance(finished, Finished)
    assert texts(finished.answer) == texts(before)
    assert [item.text for item in finished.trace.refused] == [said]


def test_a_short_answer_stands_before_its_quote(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    before = quotes.ask(PARAMETERS)
    at = place_of(before, "86.9K")
    said, again = (f"SINet reduces the number of parameters to {n}." for n in ("86.9K", "86.8K"))
    server.script = lambda body: claims((said, [at + 1]), (again, [at + 1]))
    answer = assistant.ask(PARAMETERS)
    assert texts(answer) == [*texts(before)[:at], said, *texts(before)[at:]]
    assert answer.citations == before.citations


@pytest.mark.parametrize("reply", ["", "{}", "I do not know.", claims(), claims((WORDED, [77]))])
def test_a_model_that_cannot_add_is_silent(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer, reply: str
) -> None:
    server.script = lambda body: reply
    before, answer = quotes.ask(PARAMETERS), assistant.ask(PARAMETERS)
    assert (answer.answer, answer.sections) == (before.answer, before.sections)
    assert not answer.abstained


def test_the_prompt_holds_the_chosen_sentences_and_no_more(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    server.script = lambda body: claims()
    before = quotes.ask(PARAMETERS)
    assistant.ask(PARAMETERS)
    lines = server.requests[0]["messages"][1]["content"].split("\n")
    assert len([line for line in lines if line.startswith("[")]) == len(before.claims)


def test_claims_stay_in_their_section(
    assistant: Assistant, quotes: Assistant, server: ScriptedServer
) -> None:
    before = quotes.ask(BOTH)
    assert len(before.sections) == 2
    everything = list(range(1, len(before.claims) + 1))
    server.script = lambda body: claims((" ".join(texts(before)), everything))
    answer = assistant.ask(BOTH)
    assert texts(answer) == texts(before)
    assert answer.sections == before.sections


def test_lists_are_quoted(assistant: Assistant, quotes: Assistant, server: ScriptedServer) -> None:
    question = "Which papers use a mixture of experts?"
    assert assistant.ask(question).answer == quotes.ask(question).answer
    assert server.requests == []
