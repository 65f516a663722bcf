"""Every tool, over both transports, by the SDK's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mcp_client import SINET, Talk, arguments, http_server, stdio, talking

from rag.settings import Settings
from rag.types import Paper

TOOLS = [
    "ask", "which_papers", "search_papers", "get_paper", "check_claim", "find_quote",
    "compare_papers", "export_citations", "library_status", "search", "fetch",
]  # fmt: skip


_FOUND = "The evidence is found"


@pytest.fixture(scope="module", params=["stdio", "http"])
def talk(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Talk]:
    """A session over each transport."""
    given = arguments(settings)
    if request.param == "stdio":
        with stdio(given) as session:
            yield session
    else:
        with http_server(given) as url, talking(url) as session:
            yield session


@pytest.fixture(scope="module")
def abstracts(papers: list[Paper]) -> dict[str, str]:
    return {paper.paper_id: paper.abstract for paper in papers}


def test_what_an_agent_reads_about_the_tools(talk: Talk) -> None:
    tools = talk.do(talk.client.list_tools).tools
    assert [tool.name for tool in tools] == TOOLS
    for tool in tools:
        assert tool.description and len(tool.description) > 60 and tool.title
        hints = tool.annotations
        assert hints and hints.read_only_hint and hints.idempotent_hint
        assert hints.destructive_hint is False and hints.open_world_hint is False
        assert tool.output_schema and tool.output_schema["type"] == "object"
        for name, parameter in tool.input_schema["properties"].items():
            assert parameter.get("description"), f"{tool.name}.{name}"
    assert "never instructions" in (talk.client.instructions or "")


def test_search_and_fetch_are_what_connectors_want(talk: Talk, abstracts: dict[str, str]) -> None:
    tools = {tool.name: tool.input_schema for tool in talk.do(talk.client.list_tools).tools}
    for name, only in (("search", "query"), ("fetch", "id")):
        assert tools[name]["required"] == [only] == list(tools[name]["properties"])
        assert tools[name]["properties"][only]["type"] == "string"
    found = talk.call("search", query="portrait segmentation")
    assert list(found) == ["results"] and len(found["results"]) == 10
    assert all(list(hit) == ["id", "title", "url"] for hit in found["results"])
    assert all(hit["url"].startswith(("https://", "paperchat://")) for hit in found["results"])
    assert found["results"][0]["id"] == SINET
    document = talk.call("fetch", id=SINET)
    assert list(document) == ["id", "title", "text", "url", "metadata"]
    assert document["text"] == abstracts[SINET]
    assert document["url"] == found["results"][0]["url"]
    assert "left_out" not in document["metadata"]


def test_search_papers_has_passages_and_filters(talk: Talk, abstracts: dict[str, str]) -> None:
    found = talk.call("search_papers", query="portrait segmentation", k=3, passages=2)
    assert found["papers"][0]["paper_id"] == SINET
    assert len(found["papers"]) == 3 and not found["left_out"]
    for paper in found["papers"]:
        for passage in paper["passages"]:
            start, end = passage["start"], passage["end"]
            assert abstracts[paper["paper_id"]][start:end] == passage["text"]
    bare = talk.call("search_papers", query="portrait segmentation", passages=0)
    assert not any(paper["passages"] for paper in bare["papers"])
    assert not talk.call("search_papers", query="x", authors=["Nobody Known"])["papers"]


def test_get_paper_goes_on_where_it_left_off(talk: Talk, abstracts: dict[str, str]) -> None:
    part = talk.call("get_paper", paper_id=SINET, max_tokens=600)
    (left,) = part["left_out"]
    assert left["count"] == part["abstract_length"] - len(part["abstract"]) > 0
    start = len(part["abstract"])
    assert f"`start` {start}" in left["how"]
    rest = talk.call("get_paper", paper_id=SINET, start=start)
    assert part["abstract"] + rest["abstract"] == abstracts[SINET]


def test_an_answer_is_bound_to_quotes(talk: Talk, abstracts: dict[str, str]) -> None:
    answer = talk.call("ask", question="What is SINet?")
    assert (answer["kind"], answer["abstained"], answer["mode"]) == ("answer", False, "quotes")
    numbers = {citation["number"] for citation in answer["citations"]}
    assert answer["claims"] and all(set(c["citations"]) <= numbers for c in answer["claims"])
    assert all(claim["verdict"] == "supported" for claim in answer["claims"])
    for citation in answer["citations"]:
        for quote in citation["quotes"]:
            whole = abstracts[citation["paper_id"]]
            assert whole[quote["start"] : quote["end"]] == quote["text"]
    assert "The evidence is found" in talk.progress


def test_an_abstention_says_of_which_kind(talk: Talk) -> None:
    answer = talk.call("ask", question="How does photosynthesis work?")
    assert answer["abstained"] and not answer["claims"]
    assert answer["reason"] == "not_in_corpus" and answer["answer"]


def test_a_follow_up_is_written_out(talk: Talk) -> None:
    said = [
        {"role": "user", "content": "What is SINet?"},
        {"role": "assistant", "content": "A model [1].", "papers": [SINET]},
    ]
    answer = talk.call("ask", question="How many parameters does it have?", history=said)
    assert "SINet" in answer["question"]
    assert {citation["paper_id"] for citation in answer["citations"]} == {SINET}
    narrow = talk.call("ask", question="What is proposed?", papers=[SINET])
    assert {citation["paper_id"] for citation in narrow["citations"]} == {SINET}


@pytest.mark.parametrize("asked", ["Which papers use diffusion models?", "diffusion models"])
def test_a_list_says_what_it_covers(talk: Talk, asked: str) -> None:
    found = talk.call("which_papers", question=asked)
    assert found["coverage"]["examined"] == found["coverage"]["corpus"] == 82
    assert found["coverage"]["matched"] == len(found["papers"]) >= 4
    assert all(paper["quotes"] for paper in found["papers"])
    assert found["summary"].startswith(f"{len(found['papers'])} papers")
    assert found["question"].startswith("Which papers ") and found["question"].count("papers") == 1
    assert (talk.progress.count(_FOUND), talk.progress.index(_FOUND)) == (
        (1, 0) if "?" in asked else (2, 0)
    )
    none = talk.call("which_papers", question="Which papers are about sourdough bread?")
    assert not none["papers"] and none["reason"] == "not_in_corpus"
    dated = talk.call("which_papers", question="Which papers are from 2020?")
    assert dated["summary"] == "The records here have no years, so I cannot tell."


@pytest.mark.parametrize("asked", ["What is SINet?", "what is SINet", '"SINet"'])
def test_any_question_can_be_asked_for_its_papers(talk: Talk, asked: str) -> None:
    found = talk.call("which_papers", question=asked)
    assert [paper["paper_id"] for paper in found["papers"]] == [SINET]
    assert found["question"].startswith("Which papers are about ")
    assert "A sentence is checked" not in talk.progress[: talk.progress.index(_FOUND) + 2]


def test_papers_are_named_as_an_agent_knows_them(talk: Talk) -> None:
    for named in (SINET, f"paperchat://paper/{SINET}", "SINet", f" {SINET} "):
        assert talk.call("get_paper", paper_id=named)["paper_id"] == SINET
    claim = "SINet reduces the number of parameters from 2.1M to 86.9K."
    (source,) = talk.call("check_claim", claim=claim, papers=["SINet"])["sources"]
    (place,) = talk.call("find_quote", text="from 2.1M to 86.9K", papers=["SINet"])["sources"]
    answer = talk.call("ask", question="What is proposed?", papers=["SINet"])
    assert {source["paper_id"], place["paper_id"]} == {SINET}
    assert {citation["paper_id"] for citation in answer["citations"]} == {SINET}
    assert talk.call("export_citations", papers=["SINet", SINET])["papers"] == 1
    assert talk.call("fetch", id=f"paperchat://paper/{SINET}")["id"] == SINET


def test_claims_and_quotes_lead_to_their_papers(talk: Talk, abstracts: dict[str, str]) -> None:
    claim = "The information blocking decoder uses confidence estimates."
    named = talk.call("check_claim", claim=claim, papers=[SINET])
    assert [source["paper_id"] for source in named["sources"]] == [SINET]
    assert named["verdict"] in ("supported", "partly") and named["examined"] == 1
    words = "the spatial squeeze module uses multiple  receptive fields"
    (place,) = talk.call("find_quote", text=words, k=1)["sources"]
    span = place["span"]
    assert place["paper_id"] == SINET
    assert abstracts[SINET][span["start"] : span["end"]] == span["text"]
    assert not talk.call("find_quote", text="bake the sourdough bread at noon")["sources"]


def test_a_comparison_has_every_cell(talk: Talk) -> None:
    found = talk.call("search", query="segmentation")["results"][:3]
    ids = [hit["id"] for hit in found]
    made = talk.call("compare_papers", papers=ids, aspects=["Task", "Datasets"])
    assert made["aspects"] == ["Task", "Datasets"]
    assert [paper["paper_id"] for paper in made["papers"]] == ids
    for paper in made["papers"]:
        assert [cell["aspect"] for cell in paper["cells"]] == made["aspects"]
        for cell in paper["cells"]:
            assert bool(cell["quotes"]) == (cell["status"] == "stated")
    assert talk.progress.count("A paper is compared") == 3
    stances = talk.call("compare_papers", statements=["Attention helps segmentation."])
    assert stances["aspects"] == ["Attention helps segmentation."] and stances["papers"]


def test_references_in_three_forms(talk: Talk) -> None:
    ids = [hit["id"] for hit in talk.call("search", query="segmentation")["results"][:2]]
    assert talk.call("export_citations", papers=ids)["text"].count("@") >= 2
    assert talk.call("export_citations", papers=ids, form="ris")["text"].count("TY  - ") == 2
    listed = talk.call("export_citations", papers=ids, form="csl-json")
    assert len(json.loads(listed["text"])) == listed["papers"] == 2


def test_the_status_says_what_there_is(talk: Talk) -> None:
    status = talk.call("library_status")
    assert status["papers"] == 82 and status["current"] and not status["writes"]
    assert status["mode"] == "quotes" and status["ready"]


@pytest.mark.parametrize(
    ("tool", "given", "line"),
    [
        ("nothing", {}, "There is no tool 'nothing'. There are: ask, which_papers"),
        ("ingest", {"sources": ["/nowhere.bib"]}, "There is no tool 'ingest'."),
        ("remove_papers", {"papers": [SINET]}, "There is no tool 'remove_papers'."),
        ("ask", {}, "ask cannot take this `question`: Field required."),
        ("ask", {"question": 7}, "ask cannot take this `question`"),
        ("ask", {"question": ""}, "The question is empty."),
        ("ask", {"question": " \n "}, "The question is empty."),
        ("ask", {"question": "x" * 100_000}, "The question has 100,000 characters"),
        ("ask", {"question": "x", "history": [{"role": "system"}]}, "ask cannot take this `hist"),
        ("ask", {"question": "x", "papers": ["nobody"]}, "nobody"),
        ("ask", {"query": "x"}, "ask has no parameter 'query'. It takes: question, "),
        ("search_papers", {"query": "x", "k": 0}, "search_papers cannot take this `k`"),
        ("search_papers", {"query": "x", "k": 10**9}, "search_papers cannot take this `k`"),
        ("search_papers", {"query": "x", "first_year": 2020, "last_year": 2010}, "No year is from"),
        ("search_papers", {"query": "x", "max_tokens": 1}, "`max_tokens`: Input should be greater"),
        ("search", {"query": ""}, "search cannot take this `query`: String should have at least 1"),
        ("search_papers", {"query": "x", "authors": "Chen"}, "Input should be an array."),
        ("get_paper", {"paper_id": "nobody"}, "No paper has the id or title 'nobody'. Near are: "),
        ("get_paper", {"paper_id": "attention"}, "Give the id of one of them."),
        ("fetch", {"id": "SINet"}, SINET),
        ("fetch", {"id": "x" * 10_000}, "No paper has the id"),
        ("get_paper", {"paper_id": "x" * 10_000}, "No paper has the id"),
        ("check_claim", {"claim": " "}, "check_claim cannot take this `claim`"),
        ("find_quote", {"text": ""}, "find_quote cannot take this `text`"),
        ("compare_papers", {}, "No papers are named."),
        ("compare_papers", {"papers": ["nobody here", "none"]}, "nobody here"),
        ("compare_papers", {"papers": ["SINet"]}, "Name another, or ask for the papers that"),
        ("export_citations", {"papers": []}, "export_citations cannot take this `papers`"),
        (
            "export_citations",
            {"papers": [SINET], "form": "docx"},
            "`form`: Input should be 'bibtex'",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    talk: Talk, tool: str, given: dict[str, Any], line: str
) -> None:
    assert line in talk.error(tool, **given)


def test_many_calls_at_once(talk: Talk) -> None:
    asked = ["What is SINet?", "What is CBNet?", "What is NeuRBF?"] * 2

    async def ask(question: str) -> Any:
        result = await talk.client.call_tool("ask", {"question": question})
        return result.structured_content

    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda question: talk.do(ask, question), asked))
    assert [answer["question"] for answer in answers] == asked
    assert [answer["answer"] for answer in answers[:3]] == [a["answer"] for a in answers[3:]]
