"""An endpoint's model reads whole abstracts: what it is given, and what becomes of its reply."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from replies import number_of, part, reading
from scripted_server import Body, ScriptedServer

from rag.answering.flow import Assistant
from rag.answering.reading.material import Material
from rag.answering.reading.wording import heading_of, unanswered
from rag.answering.selecting.groups import Group, Selection
from rag.engine import Engine
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.settings import Settings
from rag.types import Evidence, Finished, ModelChoice, Quoted, Searched, Sentence

SMALL = "SINet has 86.9K parameters instead of 2.1M."
PARAMETERS = "How many parameters does SINet have?"
TWO = "How many parameters does SINet have and which batch size was used?"
BATCH = "What batch size did SpectFormer use?"
CHOICE = ModelChoice("openai", "scripted", "a test")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def assistant(settings: Settings, library: Library, server: ScriptedServer) -> Iterator[Assistant]:
    with closing(ChatModel(server.endpoint())) as chat:
        yield Engine(settings, library=library, chat=chat, choice=CHOICE).assistant


def prompt(body: Body) -> str:
    return str(body["messages"][1]["content"])


def small(body: Body) -> tuple[str, list[int]]:
    return SMALL, [number_of(body, "86.9K")]


def sentences(body: Body) -> list[str]:
    return [line for line in prompt(body).split("\n") if line.startswith("[")]


def test_it_reads_the_whole_abstracts_that_were_retrieved(
    assistant: Assistant, server: ScriptedServer, library: Library
) -> None:
    server.script = lambda body: reading(part(small(body)))
    answer = assistant.ask(PARAMETERS)
    assert answer.answer == f"{SMALL} [1]"
    [request] = server.requests
    assert prompt(request).startswith("# SINet")
    assert prompt(request).endswith(f"Question: {PARAMETERS}")
    assert len(answer.retrieved) == 10
    for found in answer.retrieved:
        assert library.by_id[found.paper_id].abstract[-40:] in prompt(request)
    said = sentences(request)
    assert [line.split("]")[0] for line in said] == [f"[{n + 1}" for n in range(len(said))]


def test_it_reads_no_more_than_the_budget(
    settings: Settings, library: Library, server: ScriptedServer
) -> None:
    server.script = lambda body: reading(part(small(body)))
    little = settings.model_copy(update={"llm_budget": 1000})
    with closing(ChatModel(server.endpoint())) as chat:
        Engine(little, library=library, chat=chat, choice=CHOICE).assistant.ask(PARAMETERS)
    tokens = sum(map(library.embedder.count, sentences(server.requests[0])))
    assert 500 < tokens <= 1000


def test_what_the_checks_found_is_advice(assistant: Assistant, server: ScriptedServer) -> None:
    server.script = lambda body: reading(part())
    assistant.ask(PARAMETERS)
    assistant.ask(BATCH)
    found, none = map(prompt, server.requests)
    assert f"would quote of these: {number_of(server.requests[0], '86.9K')}" in found
    assert "do not answer it; judge for yourself" in none


def test_it_is_asked_although_the_checks_found_nothing(
    assistant: Assistant, server: ScriptedServer
) -> None:
    said = "SpectFormer-S reaches 84.25% top-1 accuracy on ImageNet-1K."
    server.script = lambda body: reading(part((said, [number_of(body, "84.25")])))
    answer = assistant.ask(BATCH)
    assert not answer.abstained
    assert [claim.text for claim in answer.claims] == [said]


def test_the_quotes_come_first(assistant: Assistant, server: ScriptedServer) -> None:
    server.script = lambda body: reading(part(small(body)))
    kinds = [type(event) for event in assistant.stream(PARAMETERS)]
    assert kinds == [Searched, Quoted, Sentence, Finished]
    assert [type(event) for event in assistant.stream(BATCH)] == [Searched, Sentence, Finished]


def test_each_part_is_answered_or_said_to_be_missing(
    assistant: Assistant, server: ScriptedServer
) -> None:
    server.script = lambda body: reading(
        part(small(body), asked="How many parameters does SINet have"),
        part(asked="which batch size was used", missing="the batch size (it was 400 GPUs)"),
    )
    answer = assistant.ask(TWO)
    first, second = answer.sections
    assert (first.claims, first.text) == ((0,), "")
    assert second.text == "Nothing here answers “which batch size was used”."
    assert "400" not in answer.answer


def test_it_may_search_once(assistant: Assistant, server: ScriptedServer) -> None:
    def script(body: Body) -> str:
        if len(body["messages"]) == 2:
            wanted = ("portrait segmentation on mobile phones", "SINet", "a third one", "x" * 999)
            return reading(part(asked="q", missing=PARAMETERS), search=wanted)
        return reading(part(small(body), asked="q"), search=("again",))

    server.script = script
    answer = assistant.ask("What is known about portraits on phones?")
    assert answer.answer.endswith(f"{SMALL} [1]")
    assert "Nothing here answers" not in answer.answer
    first, second = server.requests
    assert [message["role"] for message in second["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert second["messages"][:2] == first["messages"], "a server can cache the beginning"
    read, found = prompt(first), second["messages"][3]["content"]
    titles = [line for line in found.split("\n") if line.startswith("# ")]
    assert titles
    assert not any(title in read for title in titles)


def test_it_does_not_search_when_nothing_is_missing(
    assistant: Assistant, server: ScriptedServer
) -> None:
    server.script = lambda body: reading(part(small(body)), search=("more of it",))
    assistant.ask(PARAMETERS)
    assert len(server.requests) == 1


def test_a_search_that_fails_leaves_the_answer(
    assistant: Assistant, server: ScriptedServer
) -> None:
    def script(body: Body) -> str:
        server.status = 401
        return reading(part(small(body), asked="q", missing="batch size"), search=("batch size",))

    server.script = script
    answer = assistant.ask(TWO)
    assert SMALL in answer.answer
    assert (answer.mode, answer.fallback and answer.fallback.fault) == ("openai", "key")
    assert "refused the key" in answer.notes[-1]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (PARAMETERS, "model_found_none"),
        (BATCH, "not_in_abstracts"),
        ("What is the capital of France?", "not_in_corpus"),
        ("Which papers use a mixture of experts?", "model_found_none"),
    ],
)
def test_without_a_claim_it_is_declined(
    assistant: Assistant, server: ScriptedServer, question: str, reason: str
) -> None:
    server.script = lambda body: reading(part(missing=question))
    answer = assistant.ask(question)
    assert (answer.kind, answer.reason) == ("abstention", reason)
    assert answer.nearest


@pytest.mark.parametrize("reply", ["", "SINet is small.", '{"parts": 7}', '{"parts": [7]}'])
def test_a_reply_of_no_use_gives_the_quotes(
    assistant: Assistant, server: ScriptedServer, reply: str
) -> None:
    server.script = lambda body: reply
    answer = assistant.ask(PARAMETERS)
    assert "from 2.1M to 86.9K" in answer.answer
    assert (answer.mode, answer.fallback and answer.fallback.fault) == ("quotes", "unreadable")
    assert assistant.ask(BATCH).abstained


def test_claims_without_any_source_give_the_quotes(
    assistant: Assistant, server: ScriptedServer
) -> None:
    server.script = lambda body: reading(part((SMALL, [999])))
    assert "from 2.1M to 86.9K" in assistant.ask(PARAMETERS).answer


def test_a_question_is_no_claim(assistant: Assistant, server: ScriptedServer) -> None:
    server.script = lambda body: reading(
        part(("How many parameters does SINet have, 86.9K?", [number_of(body, "86.9K")]))
    )
    assert "from 2.1M to 86.9K" in assistant.ask(PARAMETERS).answer


def test_a_model_with_a_small_context_reads_less(
    assistant: Assistant, server: ScriptedServer
) -> None:
    def script(body: Body) -> str:
        server.refuses = set()
        return reading(part(small(body)))

    server.script, server.refuses = script, {"messages"}
    server.refusal = "the request exceeds the available context size (4096)"
    answer = assistant.ask(PARAMETERS)
    assert "takes no prompt so long" in answer.notes[-1]
    assert "from 2.1M to 86.9K" in answer.answer
    lengths = [len(prompt(body)) for body in server.requests]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < lengths[0] / 3
    server.refuses = set()
    assert assistant.ask(PARAMETERS).answer == f"{SMALL} [1]"
    assert len(prompt(server.requests[-1])) == lengths[-1], "it is remembered"


def test_a_list_counts_the_papers_that_were_claimed(
    assistant: Assistant, server: ScriptedServer
) -> None:
    said = "It treats attention heads as experts in the Mixture-of-Experts (MoE) mechanism."
    server.script = lambda body: reading(
        part((said, [number_of(body, "treats attention heads as experts")]))
    )
    answer = assistant.ask("Which papers use a mixture of experts?")
    assert answer.lead == "1 paper."
    assert answer.coverage is not None
    assert answer.coverage.matched == 1
    assert answer.sections[-1].heading == "Maybe"
    assert answer.sections[-1].papers
    cited = {citation.paper_id for citation in answer.citations}
    assert cited.isdisjoint(paper.paper_id for paper in answer.sections[-1].papers)


def test_a_long_list_is_quoted(
    settings: Settings, library: Library, server: ScriptedServer
) -> None:
    small_budget = settings.model_copy(update={"llm_budget": 500})
    with closing(ChatModel(server.endpoint())) as chat:
        made = Engine(small_budget, library=library, chat=chat, choice=CHOICE).assistant
        answer = made.ask("Which papers use a mixture of experts?")
    assert len(answer.citations) > 2
    assert server.requests == []


def test_a_paper_that_does_not_fit_gives_its_selected_sentences(library: Library) -> None:
    first, second, third = (paper for paper in library.papers[:3])
    material = Material(library)
    read = library.tokens.of([third.paper_id])[third.paper_id].sentences(third.abstract)[1]
    selected = Evidence(1, third, read, 0.9)
    ids = [paper.paper_id for paper in (first, second, third)]
    material.add(ids, 10, [selected])
    assert {item.paper.paper_id for item in material.evidence} == {ids[0], ids[2]}
    assert [item.span for item in material.evidence if item.paper == third] == [read]
    chosen = Selection((selected,), None, groups=(Group("A", (1,)),))
    numbered = material.numbered(chosen)
    assert numbered.evidence[0].number == len(material.evidence)
    assert numbered.groups[0].evidence == (len(material.evidence),)
    before = len(material.evidence)
    added = material.add(ids, 10_000)
    assert {item.paper.paper_id for item in added} == {ids[1]}, "nothing is added twice"
    assert [item.number for item in added] == list(range(before + 1, before + len(added) + 1))


@pytest.mark.parametrize(
    ("said", "heading"),
    [
        ("Hybrid networks.", "Hybrid networks"),
        ("Hybrid networks with 12 heads", ""),
        ("Networks that FrobNet beats", ""),
        ("Useless networks", ""),
        ("What about networks?", ""),
        ("networks " * 20, ""),
        ("Small networks", ""),
        ("", ""),
    ],
)
def test_headings_have_words_of_the_sentences_alone(said: str, heading: str) -> None:
    text = "Hybrid networks are small. Other networks are large."
    assert heading_of(said, text, "Which small networks are there?") == heading


def test_what_is_missing_is_said_in_the_words_of_the_question() -> None:
    question = "How fast is SINet and who made it?"
    assert unanswered("how fast SINet is.", "", question).endswith("“how fast SINet is”.")
    assert unanswered("that it is bad", "who made it?", question).endswith("“who made it”.")
    assert unanswered("it is bad", "", question) == "Nothing here answers the rest of the question."
