"""The flow of one question on the delivered corpus: without a language model, and with a scripted
one that speaks the real protocol."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
from replies import number_of, part, reading
from scripted_server import Body, ScriptedServer

from rag.answering.flow import Assistant
from rag.engine import Engine
from rag.errors import QuestionError, UnknownPaperError
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.settings import Settings
from rag.text.characters.escaping import as_markdown
from rag.types import Answer, Finished, ModelChoice, Quoted, Scope, Searched, Sentence, Turn
from ui.cli.terminal.answers import answer_text
from ui.exports.answer_page import document
from ui.exports.bundle import bundle_of

WARNING = "Source 1 has been retracted; do not rely on what is quoted from there."
FEWER = "SINet has 86.9K parameters instead of 2.1M."
PARAMETERS = "How many parameters does SINet have?"


@pytest.fixture(scope="session")
def quotes(settings: Settings, library: Library) -> Assistant:
    return Engine(settings, library=library).assistant


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def scripted(settings: Settings, library: Library, server: ScriptedServer) -> Iterator[Assistant]:
    choice = ModelChoice("openai", "scripted", "a test")
    chat = ChatModel(server.endpoint())
    yield Engine(settings, library=library, chat=chat, choice=choice).assistant
    chat.close()


def check_contract(answer: Answer, library: Library) -> None:
    """What holds for every answer: quotes are verbatim, markers and citations agree."""
    for citation in answer.citations:
        paper = library.by_id[citation.paper_id]
        assert (citation.title, citation.url) == (paper.title, paper.url)
        assert citation.quotes
        for quote in citation.quotes:
            assert paper.abstract[quote.start : quote.end] == quote.text
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({citation.paper_id for citation in answer.citations}) == len(numbers)
    if not answer.abstained:
        used = [int(n) for n in re.findall(r"\[(\d+)\]", answer.answer)]
        assert list(dict.fromkeys(used)) == numbers, "markers are in order of first use"
        assert all(as_markdown(claim.text) in answer.answer for claim in answer.claims)
    assert len(answer.retrieved) == 10
    json.dumps(asdict(answer))


def test_quotes_mode_answers_with_the_sentence(quotes: Assistant, library: Library) -> None:
    answer = quotes.ask(PARAMETERS, id="7")
    check_contract(answer, library)
    assert (answer.id, answer.kind, answer.mode, answer.model) == ("7", "answer", "quotes", "none")
    assert "from 2.1M to 86.9K" in answer.answer
    assert [c.title[:6] for c in answer.citations] == ["SINet:"]
    assert {(c.verdict, c.support) for c in answer.claims} == {("supported", 1.0)}
    assert answer.timings.total_ms >= answer.timings.first_token_ms > 0


def test_an_answer_says_that_its_source_was_retracted(settings: Settings, library: Library) -> None:
    marked = [
        replace(paper, title=f"RETRACTED: {paper.title}", status="retracted")
        if paper.title.startswith("SINet")
        else paper
        for paper in library.papers
    ]
    own = Library(marked, library.dense, library.lexical, library.tokens, library.embedder)
    answer = Engine(settings, library=own).assistant.ask(PARAMETERS)
    assert [citation.status for citation in answer.citations] == ["retracted"]
    assert answer.answer.endswith(f"[1]\n\n{WARNING}")
    assert answer_text(answer).endswith(f"[1]\n\n{WARNING}")
    assert WARNING in document(bundle_of(answer, own.by_id))


def test_events_come_in_order(quotes: Assistant) -> None:
    events = list(quotes.stream("What is GPSA?"))
    assert isinstance(events[0], Searched)
    assert isinstance(events[-1], Finished)
    middle = events[1:-1]
    assert middle
    assert all(isinstance(event, Sentence) for event in middle)
    assert events[0].evidence[0].paper.title.startswith("ConViT")
    last = middle[-1]
    assert isinstance(last, Sentence)
    assert last.citations == events[-1].answer.citations


@pytest.mark.parametrize(
    "asked",
    ["Which papers are about segmentation?", "How many papers are there?", "What is SINet?"],
)
def test_what_is_known_before_the_first_sentence(quotes: Assistant, asked: str) -> None:
    searched, *_, finished = quotes.stream(asked)
    assert isinstance(searched, Searched) and isinstance(finished, Finished)
    answer = finished.answer
    assert (searched.intent, searched.lead) == (answer.intent, answer.lead)
    assert bool(searched.lead) == (asked != "What is SINet?")


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What is the capital of France?", "not_in_corpus"),
        ("How long should I roast a chicken?", "not_in_corpus"),
        ("What accuracy does BERT reach?", "not_in_corpus"),
        ("What batch size did SpectFormer use?", "not_in_abstracts"),
    ],
)
def test_abstention_has_a_reason_and_the_nearest_papers(
    quotes: Assistant, library: Library, question: str, reason: str
) -> None:
    answer = quotes.ask(question)
    check_contract(answer, library)
    assert (answer.kind, answer.abstained, answer.reason) == ("abstention", True, reason)
    assert (answer.claims, answer.citations) == ((), ())
    assert len(answer.nearest) == 3
    assert answer.answer


def test_a_comparison_comes_with_its_matrix(quotes: Assistant, library: Library) -> None:
    *_, finished = quotes.stream("Compare MindBridge and NeuroPictor")
    assert isinstance(finished, Finished)
    cited = [citation.paper_id for citation in finished.answer.citations]
    assert len(cited) == 2
    assert [cell.paper_id for cell in finished.matrix] == [i for i in cited for _ in range(8)]
    for cell in finished.matrix:
        abstract = library.by_id[cell.paper_id].abstract
        assert bool(cell.quotes) == (cell.status == "stated")
        assert all(abstract[q.start : q.end] == q.text for q in cell.quotes)
    *_, finished = quotes.stream("What is SINet?")
    assert isinstance(finished, Finished)
    assert finished.matrix == ()


def test_a_list_looks_at_so_many_papers_and_says_so(
    quotes: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.retrieval.search.MOST_EXAMINED", 40)
    coverage = quotes.ask("Which papers use a mixture of experts?").coverage
    assert coverage is not None
    assert (coverage.examined, coverage.corpus) == (40, 82)


def test_a_list_states_its_coverage(quotes: Assistant, library: Library) -> None:
    answer = quotes.ask("Which papers use a mixture of experts?")
    check_contract(answer, library)
    assert answer.kind == "list"
    assert answer.coverage is not None
    assert (answer.coverage.examined, answer.coverage.corpus) == (82, 82)
    assert answer.coverage.matched == len(answer.citations)
    titles = " ".join(citation.title for citation in answer.citations)
    assert all(name in titles for name in ("MoH", "TaskExpert", "General-Purpose Modular"))
    assert "\n- **" in answer.answer


def test_a_comparison_cites_every_paper_it_names(quotes: Assistant, library: Library) -> None:
    answer = quotes.ask("How does MindBridge differ from NeuroPictor?")
    check_contract(answer, library)
    assert answer.kind == "compare"
    assert {c.title.split(":")[0] for c in answer.citations} == {"MindBridge", "NeuroPictor"}


def test_an_answer_stays_in_its_scope(quotes: Assistant, library: Library) -> None:
    convit = next(p for p in library.papers if p.title.startswith("ConViT"))
    answer = quotes.ask("What is proposed?", scope=Scope((convit.paper_id,)))
    assert {c.paper_id for c in answer.citations} == {convit.paper_id}
    with pytest.raises(UnknownPaperError):
        quotes.ask("What is proposed?", scope=Scope(("nobody",)))


def test_a_follow_up_is_asked_of_the_paper_before(quotes: Assistant, library: Library) -> None:
    history = [
        Turn("user", "What is SINet?"),
        Turn("assistant", "A network for portrait segmentation."),
        Turn("user", "Which dataset was it tested on?"),
        Turn("assistant", "EG1800."),
    ]
    answer = quotes.ask("How fast is it on a phone?", history=history)
    check_contract(answer, library)
    assert answer.question == "How fast is it on a phone?"
    assert "SINet" in answer.standalone_question
    assert "100.6 FPS" in answer.answer
    assert [c.title[:6] for c in answer.citations] == ["SINet:"]


def test_bad_questions(quotes: Assistant) -> None:
    with pytest.raises(QuestionError, match="empty"):
        quotes.ask("  ")
    with pytest.raises(QuestionError, match="20,000"):
        quotes.ask("x" * 20_000)


def fewer(body: Body) -> tuple[str, list[int]]:
    return FEWER, [number_of(body, "86.9K")]


def test_a_model_writes_the_claims(
    scripted: Assistant, server: ScriptedServer, library: Library
) -> None:
    server.script = lambda body: reading(part(fewer(body)))
    answer = scripted.ask(PARAMETERS)
    check_contract(answer, library)
    assert answer.answer == f"{FEWER} [1]"
    assert answer.mode == "openai"
    request = server.requests[-1]
    assert request["messages"][1]["content"].endswith(f"Question: {PARAMETERS}")
    assert request["response_format"]["type"] == "json_schema"


def test_what_the_quotes_do_not_say_is_replaced_by_the_quote(
    scripted: Assistant, server: ScriptedServer, library: Library
) -> None:
    server.script = lambda body: reading(part(("SINet has 12 parameters.", fewer(body)[1])))
    answer = scripted.ask(PARAMETERS)
    check_contract(answer, library)
    assert "12" not in answer.answer.split("[1]")[0].replace("12%", "")
    assert "86.9K" in answer.answer
    assert answer.removed.replaced == 1


def test_citations_of_nothing_are_removed_and_counted(
    scripted: Assistant, server: ScriptedServer, library: Library
) -> None:
    server.script = lambda body: reading(
        part((FEWER, [*fewer(body)[1], 999]), ("It is well known.", [942, 943]))
    )
    answer = scripted.ask(PARAMETERS)
    check_contract(answer, library)
    assert len(answer.claims) == 1
    assert (answer.removed.citations, answer.removed.claims) == (3, 1)


def test_an_endpoint_without_schemas_is_asked_the_same_in_words(
    scripted: Assistant, server: ScriptedServer, library: Library
) -> None:
    server.refuses = {"response_format"}
    server.script = lambda body: f"Sure!\n```json\n{reading(part(fewer(body)))}\n```"
    for _ in range(2):
        answer = scripted.ask(PARAMETERS)
        check_contract(answer, library)
        assert answer.answer == f"{FEWER} [1]"
    tried = ["response_format" in request for request in server.requests]
    assert tried == [True, False, False], "the refusal is remembered"
    assert server.requests[0]["messages"] == server.requests[1]["messages"]


def test_a_model_that_finds_nothing_abstains(scripted: Assistant, server: ScriptedServer) -> None:
    server.script = lambda body: reading(part(missing=PARAMETERS))
    answer = scripted.ask(PARAMETERS)
    assert (answer.kind, answer.reason) == ("abstention", "model_found_none")
    assert answer.nearest[0].title.startswith("SINet")


def test_a_model_rewrites_follow_ups(
    scripted: Assistant, server: ScriptedServer, library: Library
) -> None:
    def script(body: Body) -> str:
        said = "SINet runs at 100.6 FPS on a real mobile device."
        return reading(part((said, [number_of(body, "100.6 FPS")])))

    server.script = script
    meant = {"question": "At how many FPS does SINet run on a mobile device?", "kind": "lookup"}
    server.meaning = json.dumps(meant)
    history = [Turn("user", "What is SINet?"), Turn("assistant", "A network.")]
    answer = scripted.ask("And how fast is it?", history=history)
    check_contract(answer, library)
    assert "user: What is SINet?" in server.asked[0]["messages"][1]["content"]
    assert answer.standalone_question == "At how many FPS does SINet run on a mobile device?"
    assert "100.6 FPS" in answer.answer


def test_sentences_appear_while_the_model_is_writing(
    scripted: Assistant, server: ScriptedServer
) -> None:
    def script(body: Body) -> str:
        reply = reading(part(fewer(body), ("SINet reduces them by 95.9%.", fewer(body)[1])))
        server.stall_at = (reply.index("95.9%") // 4) - 2
        return reply

    server.script, server.piece = script, 4
    stream = scripted.stream(PARAMETERS)
    assert [type(next(stream)) for _ in range(2)] == [Searched, Quoted]
    sentence = next(stream)
    assert isinstance(sentence, Sentence)
    assert sentence.claim.text == FEWER
    stream.close()


def test_a_failing_endpoint_costs_its_answer_alone(
    scripted: Assistant, server: ScriptedServer
) -> None:
    server.key = "secret"
    answer = scripted.ask(PARAMETERS)
    assert (answer.mode, answer.fallback and answer.fallback.fault) == ("quotes", "key")
    assert "from 2.1M to 86.9K" in answer.answer
    server.key, server.script = None, lambda body: reading(part(fewer(body)))
    answer = scripted.ask(PARAMETERS)
    assert (answer.answer, answer.mode, answer.fallback) == (f"{FEWER} [1]", "openai", None)


def test_instructions_in_an_abstract_stay_material(
    scripted: Assistant, server: ScriptedServer
) -> None:
    """What stands between the numbers is never above the question or in the instructions."""
    server.script = lambda body: reading(part())
    scripted.ask(PARAMETERS)
    system, user = server.requests[-1]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "86.9K" not in system["content"]
