"""Questions on offer are answered, topics are what titles name, a trace is what was sent."""

from __future__ import annotations

from contextlib import closing

import pytest
from replies import has_sentences, number_of, part, reading
from scripted_server import Body, ScriptedServer

from rag.answering.flow import Assistant
from rag.answering.suggestions import Suggestions
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.text.keyphrases import topics_of
from rag.text.names.titles import work_name
from rag.types import Finished, ModelChoice, Paper

QUOTES = ModelChoice("quotes", "none", "")


@pytest.fixture
def assistant(library: Library) -> Assistant:
    return Assistant(library, None, QUOTES)


@pytest.mark.parametrize(
    ("title", "name"),
    [("SINet: Extreme Lightweight", "SINet"), ("A long way of saying it: so", ""), ("None", "")],
)
def test_names_come_from_the_beginning_of_a_title(title: str, name: str) -> None:
    assert work_name(title) == name


def test_questions_after_a_refusal_are_answered_by_the_nearest_papers(
    assistant: Assistant,
) -> None:
    refused = assistant.ask("What batch size was SINet trained with?")
    first, *_ = Suggestions(assistant).after(refused, seconds=60)
    assert "SINet" in first
    answered = assistant.ask(first)
    assert not answered.abstained
    assert refused.nearest[0].paper_id in {c.paper_id for c in answered.citations}


def test_where_nothing_is_near_topics_are_offered(assistant: Assistant) -> None:
    refused = assistant.ask("Who won the 2018 football world cup?")
    assert refused.reason == "not_in_corpus"
    for question in Suggestions(assistant).after(refused):
        assert len(assistant.papers_answering(question)) > 1


def test_a_declined_question_is_not_offered_again(assistant: Assistant) -> None:
    assert assistant.papers_answering("What batch size was SINet trained with?") == ()


@pytest.mark.parametrize(
    "asked",
    [
        "How many parameters does SINet have?",
        "Which papers use Mamba or state space models?",
        "How do MindBridge and NeuroPictor differ?",
        "What do papers say about attention?",
    ],
)
def test_questions_to_go_on_with_are_new_and_answered(assistant: Assistant, asked: str) -> None:
    answer = assistant.ask(asked)
    offered = Suggestions(assistant).after(answer, seconds=60)
    assert len(set(offered)) == 3
    assert asked not in offered
    assert not any(assistant.ask(question).abstained for question in offered)
    others = Suggestions(assistant).after(answer, asked=offered, seconds=60)
    assert not set(others) & set(offered)


@pytest.mark.parametrize("asked", ["who wrote sinet?", "thanks", "How many papers are there?"])
def test_questions_go_on_under_every_answer(assistant: Assistant, asked: str) -> None:
    offered = Suggestions(assistant).after(assistant.ask(asked))
    assert len(offered) == 3
    assert len({" ".join(question.split()[:2]) for question in offered}) >= 2
    assert ("SINet" in offered[0]) == ("sinet" in asked)


def test_where_an_answer_ends_with_questions_no_others_are_offered(assistant: Assistant) -> None:
    assert Suggestions(assistant).after(assistant.ask("hello")) == []


def test_without_time_only_what_needs_no_try_is_offered(assistant: Assistant) -> None:
    offered = Suggestions(assistant).after(assistant.ask("What is MultiMAE?"), seconds=-1)
    assert offered and not any(assistant.ask(question).abstained for question in offered)


def test_starters_are_answered(assistant: Assistant) -> None:
    offered = Suggestions(assistant).starters(3)
    assert len(set(offered)) == 3
    assert not any(assistant.ask(question).abstained for question in offered)


def test_topics_are_phrases_that_titles_name() -> None:
    def paper(n: int, title: str, abstract: str) -> Paper:
        return Paper(f"p{n}", title, abstract, (), n, "test")

    papers = [
        paper(1, "Vision transformers", "We show that brain decoding works. Vision transformer."),
        paper(2, "More vision transformers", "Brain decoding again, with vision transformers."),
        paper(3, "Brain decoding", "Brain decoding. The proposed method shows results."),
        paper(4, "Another brain decoding", "Nothing."),
    ]
    assert topics_of(papers) == ("brain decoding", "vision transformers")
    assert topics_of(papers, most=1) == ("brain decoding",)
    assert topics_of([]) == ()


def test_comparable_questions_are_answered_by_several_papers(assistant: Assistant) -> None:
    offered = Suggestions(assistant).comparable(2)
    assert len(offered) == 2
    for question in offered:
        assert len(assistant.papers_answering(question)) > 1


def test_a_trace_holds_the_prompt_and_the_tokens(library: Library) -> None:
    good, bad = "SINet has 86.9K parameters.", "SINet was trained on 400 GPUs."

    def said(body: Body) -> str:
        if not has_sentences(body):
            return ""
        source = [number_of(body, "86.9K")]
        return reading(part((good, source), (bad, source)))

    with ScriptedServer(said) as server, closing(ChatModel(server.endpoint())) as chat:
        assistant = Assistant(library, chat, ModelChoice("openai", "scripted", ""))
        *_, end = assistant.stream("By how much does SINet reduce the number of parameters?")
        assert isinstance(end, Finished)
        sent = [(m["role"], m["content"]) for m in server.requests[-1]["messages"]]
    assert list(end.trace.prompt) == sent
    assert end.trace.generated_tokens
    assert [(item.text, item.why) for item in end.trace.refused] == [(bad, "not_borne_out")]


def test_without_a_language_model_there_is_no_prompt(assistant: Assistant) -> None:
    *_, end = assistant.stream("What is MultiMAE?")
    assert isinstance(end, Finished)
    assert end.trace.prompt == ()
