"""Every address of the REST API on a live server, and its OpenAPI document."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft202012Validator
from serving_api import problem

from rag.engine import Engine
from rag.index.library import Library
from rag.settings import Settings
from ui.api.routes import ROUTES
from ui.cli.terminal.output import ranked_json
from ui.exports.json_text import as_json
from ui.web.gate.http.routes import route_of

SINET = "What is SINet?"
V1 = "/api/v1"


@pytest.fixture(scope="module")
def document(api: httpx.Client) -> dict[str, Any]:
    said: dict[str, Any] = api.get("/openapi.json").json()
    return said


@pytest.fixture(scope="module")
def engine(settings: Settings, library: Library) -> Engine:
    return Engine(settings, library=library)


@pytest.fixture
def checked(api: httpx.Client, document: dict[str, Any]) -> Any:
    """Sends a request, and looks whether the answer is what the document says, and no more."""
    closed = {
        name: {**schema, "additionalProperties": schema.get("additionalProperties", False)}
        for name, schema in document["components"]["schemas"].items()
    }

    def sent(method: str, path: str, at: str = "", root: str = V1, **more: Any) -> Any:
        reply = api.request(method, root + path, **more)
        said = document["paths"][root + (at or path)][method.lower()]["responses"]
        kind = reply.headers["content-type"].partition(";")[0]
        known = said.get(str(reply.status_code), said["default"])
        schema = known["content"][kind]["schema"]
        assert schema, "every response has a type"
        whole = {**schema, "components": {"schemas": closed}}
        Draft202012Validator(whole).validate(reply.json())
        return reply.json()

    return sent


def test_the_document_is_openapi_3_1_and_every_response_is_typed(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    operations = [(p, o) for p, ops in document["paths"].items() for o in ops.values()]
    assert len(operations) >= 18
    for path, operation in operations:
        answers = {s: r for s, r in operation["responses"].items() if s.startswith("2")}
        assert len(answers) == 1 and operation["summary"] and operation["description"]
        for answer in answers.values():
            assert all(content["schema"] for content in answer["content"].values())
        wrong = "application/problem+json" if path.startswith(V1) else "application/json"
        assert operation["responses"]["default"]["content"].keys() == {wrong}
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_gate_opens_what_is_documented_and_knows_what_changes(
    document: dict[str, Any],
) -> None:
    documented = set()
    for path, operations in document["paths"].items():
        for method in operations:
            filled = re.sub(r"\{\w+\}", "0f", path)
            scope = {"method": method.upper(), "raw_path": filled.encode(), "path": filled}
            route = route_of({**scope, "query_string": b""}, ROUTES)
            documented.add(route.name)
            changes = method in ("put", "delete") or path == f"{V1}/ingest"
            assert route.write == changes and not route.open, path
    assert {route.name for route in ROUTES} - documented == {"health", "metrics", "openapi", "docs"}
    assert {r.name for r in ROUTES if r.open} == {"health", "openapi", "docs"}


def test_the_page_for_people_loads_nothing(api: httpx.Client) -> None:
    page = api.get("/docs")
    assert page.status_code == 200 and "POST /api/v1/ask" in page.text
    assert "<script" not in page.text and "src=" not in page.text and "http" not in page.text[:400]
    assert "script-src ;" in page.headers["content-security-policy"]


def test_search_is_that_of_the_command(checked: Any, engine: Engine) -> None:
    found = checked("POST", "/search", json={"query": "portrait segmentation", "k": 3})
    assert found == ranked_json(engine.search("portrait segmentation", 3))
    years = {"first_year": 1990, "last_year": 1991}
    assert checked("POST", "/search", json={"query": "SINet", "filter": years}) == []


def test_what_openai_s_clients_get_is_typed_too(checked: Any) -> None:
    def ask(model: str) -> Any:
        asked = {"model": model, "messages": [{"role": "user", "content": SINET}]}
        return checked("POST", "/chat/completions", root="/v1", json=asked)

    assert ask("paperchat")["choices"][0]["message"]["annotations"]
    assert ask("nope")["error"]["code"] == "model_not_found"
    assert len(checked("GET", "/models", root="/v1")["data"]) == 2
    assert checked("GET", "/models/paperchat/more", "/models/{name}", root="/v1")["created"] > 0


def test_nothing_but_blanks_is_said_to_be_empty(api: httpx.Client) -> None:
    for path, field in (
        ("/search", "query"), ("/ask", "question"), ("/check", "claim"), ("/quotes", "text"),
    ):  # fmt: skip
        assert problem(api.post(V1 + path, json={field: " \n"}), 422).startswith(
            f"{field}: it is empty. See /docs"
        )
    assert "`nearest` or a `filter`" in problem(api.post(f"{V1}/compare", json={}), 422)


def test_ask_is_that_of_the_command(checked: Any, engine: Engine) -> None:
    said = checked("POST", "/ask", json={"question": SINET, "id": "q1"})
    asked = engine.ask(SINET, id="q1")
    assert {**said, "timings": None} == {**_plain(asked), "timings": None}
    (cited,) = said["citations"]
    abstract = checked("GET", f"/papers/{cited['paper_id']}", "/papers/{paper_id}")["abstract"]
    for quoted in cited["quotes"]:
        assert abstract[quoted["start"] : quoted["end"]] == quoted["text"]


def test_ask_takes_history_papers_and_a_filter(checked: Any) -> None:
    history = [
        {"role": "user", "content": SINET},
        {"role": "assistant", "content": "SINet is a portrait segmentation model."},
    ]
    said = checked("POST", "/ask", json={"question": "How many parameters does it have?",
                                         "history": history})  # fmt: skip
    assert "SINet" in said["standalone_question"]
    other = checked("POST", "/search", json={"query": "GPSA", "k": 1})[0]["paper_id"]
    within = checked("POST", "/ask", json={"question": SINET, "papers": [other]})
    assert {item["paper_id"] for item in within["retrieved"]} <= {other}


def test_compare_check_and_quotes(checked: Any, engine: Engine) -> None:
    ids = [item.paper.paper_id for item in engine.search("segmentation", 2)]
    said = checked("POST", "/compare", json={"papers": ids, "aspects": ["method", "dataset"]})
    assert len(said["cells"]) == 4 and [p["paper_id"] for p in said["papers"]] == ids
    claim = "SINet reduces the number of parameters to 86.9K."
    assert checked("POST", "/check", json={"claim": claim}) == _plain(engine.check_claim(claim))
    abstract = engine.papers[ids[0]].abstract
    text = abstract[: abstract.index(".") + 1]
    found = checked("POST", "/quotes", json={"text": text, "k": 1})
    assert found == [_plain(one) for one in engine.find_quote(text, 1)]
    assert found[0]["paper_id"] == ids[0]


def test_papers_come_in_pages_and_by_filter(checked: Any, engine: Engine) -> None:
    ids = []
    for offset in (0, 40, 80):
        page = checked("GET", "/papers", params={"offset": offset, "limit": 40})
        assert page["total"] == 82 and page["offset"] == offset
        ids += [paper["paper_id"] for paper in page["papers"]]
    assert ids == list(engine.papers)
    some = checked("GET", "/papers", params={"author": ["Nobody at All"], "first_year": 2020})
    assert some == {"papers": [], "total": 0, "offset": 0}
    assert checked("GET", "/papers", params={"offset": 1000})["papers"] == []


def test_papers_as_references(api: httpx.Client, document: dict[str, Any], engine: Engine) -> None:
    from ui.exports.cite import export_papers

    paper = next(iter(engine.papers.values()))
    kinds = document["paths"][f"{V1}/citations"]["post"]["responses"]["200"]["content"]
    for form in ("bibtex", "ris", "csl-json"):
        reply = api.post(f"{V1}/citations", json={"papers": [paper.paper_id], "form": form})
        assert reply.text == export_papers([paper], form)
        assert reply.headers["content-type"].partition(";")[0] in kinds
    given = {"papers": [paper.paper_id], "form": "endnote"}
    assert "form" in problem(api.post(f"{V1}/citations", json=given), 422)


def test_what_there_is(checked: Any) -> None:
    assert checked("GET", "/collections") == [
        {"name": "default", "papers": 82, "own": True},
        {"name": "more", "papers": 83, "own": False},
    ]
    state = checked("GET", "/status")
    assert (state["papers"], state["mode"], state["collection"]) == (82, "quotes", "default")
    assert checked("GET", "/status", params={"collection": "more"})["papers"] == 83
    assert checked("GET", "/model")["mode"] == "quotes"
    assert checked("GET", "/jobs") == []


def test_a_collection_answers_by_its_name(checked: Any, api: httpx.Client) -> None:
    given = {"query": "Zorblax attention", "k": 1}
    (found,) = checked("POST", "/search", json={**given, "collection": "more"})
    assert "Zorblax" in found["title"]
    assert "Zorblax" not in checked("POST", "/search", json=given)[0]["title"]
    paper = checked("GET", f"/papers/{quote(found['paper_id'])}", "/papers/{paper_id}",
                    params={"collection": "more"})  # fmt: skip
    assert paper["abstract"].startswith("Zorblax")
    for reply in (
        api.post(f"{V1}/search", json={**given, "collection": "none"}),
        api.get(f"{V1}/papers", params={"collection": "../more"}),
        api.get(f"{V1}/papers/{found['paper_id']}"),
    ):
        assert "There is no collection" in problem(reply, 404) or "No paper" in reply.text


@pytest.mark.parametrize(
    ("path", "given", "status", "said"),
    [
        ("search", {"query": ""}, 422, "empty"),
        ("search", {"query": "x", "k": 0}, 422, "k: "),
        ("search", {"query": "x", "k": "many"}, 422, "k: "),
        ("search", {"query": "x" * 5000}, 422, "5,000 characters"),
        ("search", {"query": "x", "filter": {"year": 1}}, 422, "filter has no 'year'"),
        ("search", {"query": "x", "filter": []}, 422, "filter"),
        ("search", [], 422, "body"),
        ("ask", {"question": None}, 422, "question"),
        ("ask", {"question": "What?", "papers": ["nope"]}, 404, "No paper has the id 'nope'"),
        ("ask", {"question": "What?", "qestion": "What?"}, 422, "qestion"),
        ("ask", {"question": "What?", "history": [{"role": "system", "content": ""}]}, 422, "role"),
        ("compare", {}, 422, "paper"),
        ("compare", {"papers": ["nope"], "aspects": ["method"]}, 404, "nope"),
        ("check", {"claim": "x", "papers": "all"}, 422, "papers"),
        ("quotes", {"text": 7}, 422, "text"),
        ("citations", {"papers": []}, 422, "papers"),
        ("citations", {"papers": ["nope"]}, 404, "nope"),
        ("ingest", {}, 422, "nothing to add"),
        ("ingest", {"files": ["0" * 32]}, 422, "no longer here"),
        ("ingest", {"references": ["x"], "collection": "none"}, 404, "no collection"),
        ("ingest", {"references": ["x"], "collection": "a/b", "create": True}, 422, "called"),
    ],
)
def test_bad_input_gets_a_line(
    api: httpx.Client, path: str, given: Any, status: int, said: str
) -> None:
    assert said in problem(api.post(f"{V1}/{path}", json=given), status)


def test_what_is_not_there_says_so(api: httpx.Client) -> None:
    json = {"content-type": "application/json"}
    problem(api.get(f"{V1}/nothing"), 404)
    problem(api.get(f"{V1}/papers/nope"), 404)
    problem(api.get(f"{V1}/jobs/00"), 404)
    problem(api.delete(f"{V1}/jobs/00"), 404)
    assert "takes POST" in problem(api.get(f"{V1}/ask"), 405)
    assert "JSON" in problem(api.post(f"{V1}/ask", content=b"{", headers=json), 400)
    assert "JSON" in problem(api.post(f"{V1}/ask", content=b"\xff", headers=json), 400)
    problem(api.post(f"{V1}/ask", content=b"{}"), 415)
    assert "offset" in problem(api.get(f"{V1}/papers", params={"offset": -1}), 422)
    assert problem(api.get(f"{V1}/papers", params={"first_year": "x"}), 422)


def _plain(value: Any) -> Any:
    import json

    return json.loads(as_json(asdict(value)))
