"""LlamaIndex's CitationQueryEngine as a baseline: on the real index, with a scripted model."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from typing import Any

import llama_index.core.settings
import pytest
from scripted_server import Body, ScriptedServer

from eval.cases import Case, GoldTurn
from eval.engines.citation_engine import TOP_K, citation_query_engine
from eval.engines.citation_text import Reply, Source, by_sentence, locate, read
from eval.engines.llama import MAX_TOKENS
from eval.scoring.results import Answerer
from rag.answering.verify.alignment import QuoteSimilarity
from rag.errors import EndpointError
from rag.index.library import Library
from rag.types import Answer, ModelChoice, Paper, Span

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
# Dense search alone, which is all that it has, does not find SINet by its name.
QUESTION = "How few parameters does lightweight portrait segmentation need?"
CASE = Case(
    id="c1",
    kind="fact",
    split="dev",
    question=QUESTION,
    history=(),
    answerable=True,
    must_cite=(SINET,),
    may_cite=(),
    evidence=(),
    facts=(("86.9K",),),
    terms=(),
    note="",
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def engine(library: Library, server: ScriptedServer) -> Answerer:
    choice = ModelChoice("openai", "scripted", "a test")
    return citation_query_engine(library, server.endpoint(key="k3y"), "scripted", choice)


def shown(body: Body) -> list[str]:
    """The numbered sources of a prompt."""
    (message,) = body["messages"]
    material = message["content"].split("\n------\n")[1]
    return [part.strip() for part in re.split(r"Source \d+:\n", material)[1:]]


def sinet(body: Body) -> int:
    return next(n for n, text in enumerate(shown(body), start=1) if "86.9K" in text)


def answered(engine: Answerer, case: Case = CASE) -> Answer:
    answer = engine(case).answer
    assert answer is not None
    return answer


def test_its_chunks_become_our_papers_and_quotes(
    engine: Answerer, server: ScriptedServer, library: Library
) -> None:
    told = "SINet reduces the number of parameters from 2.1M to 86.9K"
    server.script = lambda body: f"{told} [{sinet(body)}]."
    outcome = engine(CASE)
    answer = outcome.answer
    assert answer is not None
    assert answer.answer == f"{told} [1]."
    (citation,) = answer.citations
    assert (citation.number, citation.paper_id) == (1, SINET)
    (quote,) = citation.quotes
    assert "86.9K" in quote.text
    assert library.by_id[SINET].abstract[quote.start : quote.end] == quote.text
    (claim,) = answer.claims
    assert (claim.text, claim.citations) == (f"{told}.", (1,))
    assert claim.verdict == "supported"
    papers = tuple(found.paper_id for found in answer.retrieved)
    assert len(set(papers)) == len(papers) <= TOP_K
    assert outcome.candidates == outcome.evidence == papers
    assert answer.timings.total_ms == answer.timings.first_token_ms > 0


def test_what_it_is_asked(engine: Answerer, server: ScriptedServer) -> None:
    turns = (GoldTurn(role="user", content="Hello"), GoldTurn(role="assistant", content="Hi"))
    answered(engine, CASE.model_copy(update={"history": turns}))
    (body,) = server.requests
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("scripted", 0, MAX_TOKENS)
    assert "Every answer should include at least one source citation" in str(body["messages"])
    assert "Hello" not in str(body["messages"])
    assert len(shown(body)) == TOP_K
    assert set(server.keys) == {"Bearer k3y"}


def test_numbers_of_no_source_are_taken_out(engine: Answerer, server: ScriptedServer) -> None:
    server.script = lambda body: f"SINet has 86.9K parameters [{sinet(body)}, 99] [0]."
    answer = answered(engine)
    assert answer.answer == "SINet has 86.9K parameters [1]."
    assert [citation.paper_id for citation in answer.citations] == [SINET]
    assert answer.removed.citations == 2


@pytest.mark.parametrize("reply", ["", "None of the provided sources mention this [1]."])
def test_an_empty_reply_or_a_refusal_is_an_abstention(
    engine: Answerer, server: ScriptedServer, reply: str
) -> None:
    server.script = lambda body: reply
    answer = answered(engine)
    assert (answer.kind, answer.abstained) == ("abstention", True)
    assert (answer.claims, answer.citations) == ((), ())
    assert answer.retrieved


def test_a_failing_server_is_a_failed_case(engine: Answerer, server: ScriptedServer) -> None:
    server.key = "another"
    with pytest.raises(EndpointError, match="refused the key") as caught:
        engine(CASE)
    assert "k3y" not in str(caught.value)


def test_nothing_goes_anywhere_else(
    library: Library, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key or proxy from the environment, no global Settings, no download of an encoding."""
    met: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        met.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "not this one")
    monkeypatch.setenv("OPENAI_API_BASE", "http://192.0.2.1:9/v1")
    before = dict(vars(llama_index.core.settings.Settings))
    choice = ModelChoice("openai", "scripted", "a test")
    engine = citation_query_engine(library, server.endpoint(), "scripted", choice)
    assert met == [], "building it asks nobody"
    answered(engine)
    assert set(met) == {("127.0.0.1", int(server.url.split(":")[2].split("/")[0]))}
    assert set(server.keys) == {"Bearer none"}
    assert vars(llama_index.core.settings.Settings) == before


def paper(name: str) -> Paper:
    abstract = f"{name} has 86.9K parameters. It runs at 100.6 FPS. We release the code."
    return Paper(name.lower(), f"{name}: a network", abstract, (), 0, "test")


def sources() -> list[Source]:
    """Sources 1 and 3 are of the paper ant, source 2 is of bee."""
    ant, bee = paper("Ant"), paper("Bee")
    places = [(ant, 0, 25), (bee, 0, 25), (ant, 26, 47)]
    return [Source(p, Span(p.abstract[a:b], a, b)) for p, a, b in places]


def said(text: str) -> Reply:
    return read(text, sources(), lambda claim, quotes: QuoteSimilarity(1.0))


@pytest.mark.parametrize(
    ("text", "renumbered", "claims"),
    [
        ("A [2]. B [1].", "A [1]. B [2].", [("A.", (1,)), ("B.", (2,))]),
        ("A is so [1][3].", "A is so [1][1].", [("A is so.", (1,))]),
        ("A is so [1, 3] and [2].", "A is so [1] and [2].", [("A is so and.", (1, 2))]),
        ("One thing. [2] Another. [1]", "One thing. [1] Another. [2]", None),
        ("[2] One thing. [1] Another.", "[1] One thing. [2] Another.", None),
        ("One thing (Source 2).\n\nAnother.\n[1]", "One thing [1].\n\nAnother. [2]", None),
        ("Source 2: One thing. [Source 1] Another.", "[1] One thing. [2] Another.", None),
        ("- One thing [2]\n- Another [1]", "- One thing [1]\n- Another [2]", None),
        ("Source 2 says so.", "Source [1] says so.", [("says so.", (1,))]),
        ("Source 7 says so.", "Source 7 says so.", [("Source 7 says so.", ())]),
        ("It is open source 3D code.", "It is open source 3D code.", None),
        ("A [2]. B.\n\nSources: [1]", "A [1]. B.\n\nSources: [2]", [("A.", (1,)), ("B.", ())]),
    ],
)
def test_markers(
    text: str, renumbered: str, claims: list[tuple[str, tuple[int, ...]]] | None
) -> None:
    reply = said(text)
    assert reply.text == renumbered
    found = [(claim.text, claim.citations) for claim in reply.claims]
    if claims is not None:
        assert found == claims
    elif "thing" in text:
        assert [(t.rstrip("."), c) for t, c in found] == [("One thing", (1,)), ("Another", (2,))]


def test_a_paper_has_one_number_and_every_chunk_of_it_is_quoted() -> None:
    reply = said("Ant has 86.9K parameters [1]. Bee has them too [2]. Ant runs at 100.6 FPS [3].")
    assert [(c.number, c.paper_id, len(c.quotes)) for c in reply.citations] == [
        (1, "ant", 2),
        (2, "bee", 1),
    ]
    assert [claim.citations for claim in reply.claims] == [(1,), (2,), (1,)]
    assert reply.claims[0].verdict == "supported"


def test_claims_are_checked_and_those_without_a_citation_are_unsupported() -> None:
    reply = said("Ant has 12 parameters [1]. It is well known.")
    assert [claim.verdict for claim in reply.claims] == ["unsupported", "unsupported"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Empty Response",
        "None of the sources provide information about batch size.",
        "The provided sources do not mention the batch size [1].",
        "The batch size is not mentioned in the sources.",
        "I'm sorry, but I cannot answer that.",
        "There is no information on that in the given text.",
        "It is a network. The batch size isn't specified.",
        "None of the sources are helpful. Ant has 86.9K parameters [1].",
    ],
)
def test_refusals(text: str) -> None:
    assert said(text).abstained


@pytest.mark.parametrize(
    "text",
    [
        "Ant has 86.9K parameters [1].",
        "Ant has 86.9K parameters [1]. The sources do not mention its batch size.",
        "Ant does not need attention [1].",
        "Paris.",
    ],
)
def test_answers_are_no_refusals(text: str) -> None:
    assert not said(text).abstained


def test_a_source_that_its_paper_does_not_hold_is_nowhere() -> None:
    ant = paper("Ant")
    assert locate("Source 3:\nIt runs at 100.6 FPS.\n", ant, 0).start == 26
    assert locate("Source 3:\nIt runs  at 100.6 FPS.\n", ant, 0).start == -1


def test_a_chunk_is_as_near_as_its_nearest_sentence() -> None:
    asked: list[str] = []

    def similarity(claim: str, quotes: Sequence[str]) -> QuoteSimilarity:
        asked.extend(quotes)
        return QuoteSimilarity(max(float(quote == claim) for quote in quotes))

    abstract = paper("Ant").abstract
    assert by_sentence(similarity)("It runs at 100.6 FPS.", [abstract]).recall == 1
    assert asked[0] == abstract
    assert len(asked) == 4
