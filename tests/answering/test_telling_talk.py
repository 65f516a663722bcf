"""Small talk, help and nonsense: a sensible line, and nothing cited."""

from __future__ import annotations

import pytest
from telling_library import QUESTIONS, ask

from rag.answering.telling.examples import examples_for, read_examples
from rag.answering.telling.talk import _HELP, _TALK
from rag.index.library import Library
from rag.query.query import QueryText

# None of these messages is an example.
TALK = [
    ("hello hello", "greeting"),
    ("Good evening to you", "greeting"),
    ("thank you, that was really useful", "thanks"),
    ("thx a bunch", "thanks"),
    ("bye bye then", "bye"),
    ("gotta catch my train, see you", "bye"),
    ("what a useless piece of software", "insult"),
    ("you are so dumb", "insult"),
    ("so tired of this thesis", "down"),
    ("I feel terrible today", "down"),
    ("is there a human behind this?", "robot"),
    ("how are you doing", "how_are_you"),
    ("got any good jokes?", "joke"),
    ("i really love you", "love"),
    ("what is your name please", "name"),
    ("okay then", "okay"),
    ("oh never mind", "never_mind"),
    ("hold on a minute", "wait"),
    ("hahahahaha", "laugh"),
    ("hello, is anyone there?", "present"),
    ("do you like pizza", "small_life"),
    ("will it rain tomorrow", "world"),
    ("excellent work", "praise"),
    ("sorry, wrong chat", "sorry"),
]
HELP = [
    ("so what are you able to do for me?", "abilities"),
    ("how does one use this thing", "how_to"),
    ("give me some ideas what to ask", "what_to_ask"),
    ("do you also read the figures of a paper", "whole_paper"),
    ("where does all this information come from", "sources"),
    ("can i believe what you say", "trust"),
    ("how can I get my own pdfs in", "add_papers"),
    ("is what I type sent to some server", "privacy"),
    ("can you look it up on google", "internet"),
    ("may I write in Polish", "languages"),
    ("why is there no answer to my question", "no_answer"),
    ("how do i export my references", "export"),
    ("can I restrict the years", "filter"),
    ("do you remember what we talked about", "memory"),
    ("write my essay for me", "limits"),
    ("which model runs behind this", "model"),
    ("what does it cost", "cost"),
    ("why does it take you so long", "speed"),
]


@pytest.mark.parametrize(("name", "messages"), [("small_talk", TALK), ("help", HELP)])
def test_the_nearest_examples_tell_what_is_meant(
    library: Library, name: str, messages: list[tuple[str, str]]
) -> None:
    examples = examples_for(name, library.embedder)
    found = [(text, examples.nearest(QueryText(library, text)).group) for text, _ in messages]
    wrong = [pair for pair, right in zip(found, messages, strict=True) if pair != right]
    assert len(wrong) <= len(messages) // 20 + 1, wrong


def test_every_group_has_a_line_and_every_line_examples() -> None:
    assert set(read_examples("small_talk")) == set(_TALK)
    assert set(read_examples("help")) == set(_HELP)


def test_an_example_needs_no_embedder(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    examples_for.cache_clear()
    monkeypatch.setattr(library.embedder, "embed", None)
    assert ask(library, "Hi!", "small_talk").text.startswith("Hello")
    examples_for.cache_clear()


def test_a_greeting_says_what_there_is_to_ask(library: Library) -> None:
    told = ask(library, "hi", "small_talk")
    assert "82 papers" in told.text and all(f"- {q}" in told.text for q in QUESTIONS)
    assert not told.papers and told.reason is None


@pytest.mark.parametrize("message", ["thanks!", "bye", "never mind", "hold on"])
def test_a_last_word_gets_one_line(library: Library, message: str) -> None:
    assert "\n" not in ask(library, message, "small_talk").text


def test_small_talk_after_an_answer_gets_one_line(library: Library) -> None:
    told = ask(library, "lol", "small_talk", [library.papers[0].paper_id])
    assert "82" not in told.text and "\n" not in told.text


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("what can you do?", "abstracts"),
        ("do you read the whole paper?", "abstracts only"),
        ("can I add my own papers?", "Library page"),
        ("is my data private?", "Nothing leaves it unless"),
        ("where do your answers come from?", "word for word"),
    ],
)
def test_help_answers_what_is_asked(library: Library, question: str, word: str) -> None:
    told = ask(library, question, "help")
    assert word in told.text and not told.papers and told.reason is None


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("asdfghjkl", "“asdfghjkl”"),
        ("What accuracy does QuuxFormer reach?", "“QuuxFormer”"),
        ("Kylie Minogue", "“Kylie Minogue”"),
        ("blorp the wuggle", "“blorp” or “wuggle”"),
        ("?????", "“?????”"),
        ("**bold** ~x~", "bold"),
    ],
)
def test_what_is_not_understood_is_named(library: Library, message: str, named: str) -> None:
    told = ask(library, message, "unknown")
    assert named in told.text and told.text.count("\n- ") == 2
    assert told.reason == "not_in_corpus" and not told.papers


def test_words_of_the_papers_are_not_called_unknown(library: Library) -> None:
    told = ask(library, "attention florbinator segmentation", "unknown")
    assert "“florbinator”" in told.text and "attention" not in told.text
