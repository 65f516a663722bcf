"""An answer as Markdown, and read again when a client sends it back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexes import HOSTILE, copy_of_index
from markdown_it import MarkdownIt

from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.text.sentences.third_person import in_third_person
from rag.text.wording import shown_by
from rag.types import Citation, Identifiers, Paper, Quoted, Span, Turn
from ui.api.openai import tokens
from ui.api.openai.body import Message
from ui.api.openai.chores import chore
from ui.api.openai.errors import Unfit
from ui.api.openai.history import answer_turn, conversation_of
from ui.api.openai.limits import Limits
from ui.api.openai.links import Links
from ui.api.openai.page import Page

QUESTIONS = (
    "tell me about neural fields",
    "What batch size did SpectFormer use?",
    "who wrote MobileMamba?",
    "compare MobileMamba and SpectFormer",
    "Which papers use transformers?",
    "Hello",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Engine:
    """Over the delivered papers and one whose title is full of markup."""
    index = tmp_path_factory.mktemp("hostile") / "index"
    copy_of_index(HOSTILE, index, embedder)
    return Engine(load_settings(index=index, llm="quotes"), embedder=lambda: embedder)


def page_of(engine: Engine, question: str, *, written: bool = False) -> Page:
    page = Page(Links(engine.papers, lambda paper_id: f"http://here/{paper_id}"))
    if written:
        page.add(Quoted((), ()))  # as where a language model writes
    for event in engine.stream(question):
        page.add(event)
    return page


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_comes_back_is_what_the_engine_said(engine: Engine, question: str) -> None:
    page = page_of(engine, question)
    assert page.answer is not None
    turn = answer_turn(page.text.replace("\n", "\r\n"))
    papers = shown_by(page.answer) if page.answer.citations or page.answer.nearest else None
    assert turn == Turn("assistant", page.answer.answer, papers)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_grows_has_the_same_sentences(engine: Engine, question: str) -> None:
    whole, grown = page_of(engine, question), page_of(engine, question, written=True)
    assert [mark.url for mark in grown.marks] == [mark.url for mark in whole.marks]
    assert [mark.quotes for mark in grown.marks] == [mark.quotes for mark in whole.marks]
    for page in (whole, grown):
        for mark in page.marks:
            assert page.text[mark.start : mark.end] == f"[[{mark.citation.number}]]({mark.url})"


def test_each_sentence_has_its_own_quotes(engine: Engine) -> None:
    page = page_of(engine, "compare MobileMamba and SpectFormer")
    assert page.answer is not None
    said = [claim.text for claim in page.answer.claims]
    assert len(said) > 3
    quoted = [[in_third_person(span.text) for span in mark.quotes] for mark in page.marks]
    assert quoted == [[text] for text in said]


def test_no_title_becomes_markup(engine: Engine) -> None:
    page = page_of(engine, "What is Zorblax attention?")
    drawn = MarkdownIt("commonmark").render(page.text)
    assert "Zorblax" in drawn
    assert "<img" not in drawn and "<script" not in drawn and "<b>" not in drawn
    assert answer_turn(page.text).papers == shown_by(page.answer) if page.answer else False


@pytest.mark.parametrize(
    ("paper_id", "url"),
    [
        ("10.1016/s0140-6736(20)30183-5", "https://doi.org/10.1016/s0140-6736%2820%2930183-5"),
        ('a "quoted" [id] (x)', "https://example.org/a%20%28b%29?c=d&e=%3Cf%3E"),
    ],
)
def test_any_address_and_id_stays_one_link(paper_id: str, url: str) -> None:
    doi = paper_id if paper_id.startswith("10.") else None
    paper = Paper(
        paper_id, "A [title] (of it)", "It is.", ("https://example.org/a (b)?c=d&e=<f>",), 0, "x",
        identifiers=Identifiers(doi=doi),
    )  # fmt: skip
    links = Links({paper_id: paper}, lambda paper_id: "")
    source = links.source(Citation(1, paper_id, paper.title, None, (Span("It is.", 0, 6),)))
    drawn = MarkdownIt("commonmark").render(source)
    assert f'<a href="{url.replace("&", "&amp;")}"' in drawn
    assert ">A [title] (of it)</a></p>" in drawn
    assert answer_turn(f"Yes. [[1]]({links.to(paper_id)})\n\n**Sources**\n\n{source}") == Turn(
        "assistant", "Yes. [1]", (paper_id,)
    )


def test_what_others_said_is_kept_as_it_is() -> None:
    text = "**Sources** are [here](https://example.org). *Really.*"
    assert answer_turn(text) == Turn("assistant", text)


def test_the_last_message_of_the_user_is_the_question() -> None:
    messages = [
        Message(role="system", content="Be brief."),
        Message(role="user", content="What is SINet?"),
        Message(role="assistant", content="A network. [1]"),
        Message(role="user", content=" And MoH? "),
        Message(role="assistant", content="It"),
    ]
    found = conversation_of(messages)
    assert found.question == "And MoH?"
    said = (Turn("user", "What is SINet?"), Turn("assistant", "A network. [1]"))
    assert found.history == said
    with pytest.raises(Unfit):
        conversation_of(messages[:1])
    many = [Message(role="user", content=f"{n}") for n in range(100)]
    assert [turn.content for turn in conversation_of(many).history] == [
        str(n) for n in range(79, 99)
    ]


@given(st.text("ab c.\n[é]", max_size=40), st.integers(1, 12))
def test_a_cut_text_has_as_many_tokens_as_it_may(text: str, most: int) -> None:
    end = tokens.end_of(text, most)
    if end is None:
        assert tokens.count(text) <= most
    else:
        assert tokens.count(text[:end]) == most < tokens.count(text)


def test_no_blank_is_sent_after_the_last_token() -> None:
    assert Limits(most=1).sure_of("ab ") == Limits(most=1).end_of("ab cd")[0] == 2


@given(
    st.text("ab ", max_size=30), st.lists(st.text("ab ", min_size=1, max_size=4), max_size=3),
    st.none() | st.integers(1, 6), st.data(),
)  # fmt: skip
def test_what_is_sent_early_is_never_taken_back(
    text: str, stops: list[str], most: int | None, data: st.DataObject
) -> None:
    limits = Limits(tuple(stops), most)
    end, why = limits.end_of(text)
    assert not any(stop in text[:end] for stop in stops)
    assert (why == "length") == (most is not None and tokens.end_of(text, most) == end < len(text))
    grown = text[: data.draw(st.integers(0, len(text)))]
    assert limits.sure_of(grown) <= end


@pytest.mark.parametrize(
    "text",
    [
        "title " * 100_000,
        "title\nUser: " * 40_000,
        "<chat_history>" * 40_000,
        "<chat_history> " + "{" * 200_000 + " </chat_history>" + '{"a":' * 100_000,
        '{"a' * 100_000 + "<chat_history>x</chat_history>",
        "[[1]](" * 100_000,
        "- [" * 100_000 + "\n\n**Sources**\n\n" + "- [a](" * 60_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.monotonic()
    asked = [Message(role="system", content=text), Message(role="user", content=text)]
    chore(asked, None)
    answer_turn(text)
    tokens.count(text)
    assert time.monotonic() - began < 3
