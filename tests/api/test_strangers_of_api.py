"""What a page of another site, a made-up host and a large body get from the API."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from serving_api import problem, serving_api
from wire import request

from rag.settings import Settings

SEARCH = "/api/v1/search"
QUERY = {"query": "What is SINet?", "k": 1}
HEADERS = "content-type, authorization, x-stainless-os"  # the last is of OpenAI's client
LAB, EVIL = "https://lab.example", "https://evil.example"


@pytest.fixture(scope="module")
def opened(settings: Settings) -> Iterator[httpx.Client]:
    """An API that pages of one other site may use."""
    with serving_api(index=settings.index, llm="quotes", origins=[f"{LAB}/"]) as client:
        yield client


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:1", f"{LAB}.evil.example"])
def test_a_foreign_page_gets_nothing(api: httpx.Client, opened: httpx.Client, origin: str) -> None:
    for client in (api, opened):
        for reply in (
            client.post(SEARCH, json=QUERY, headers={"origin": origin}),
            client.get("/api/v1/papers", headers={"origin": origin}),
            client.put("/api/v1/files/a.bib", content=b"x", headers={"origin": origin}),
            client.delete("/api/v1/papers/x", headers={"origin": origin}),
            client.get("/api/v1/papers", headers={"sec-fetch-site": "cross-site"}),
        ):
            assert "another site" in problem(reply, 403)
            assert "access-control-allow-origin" not in reply.headers


def test_what_a_form_can_send_is_refused(api: httpx.Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        reply = api.post(SEARCH, content=b'{"query": "x"}', headers={"content-type": kind})
        assert "application/json" in problem(reply, 415)


def preflight(client: httpx.Client, origin: str) -> httpx.Response:
    asks = {"access-control-request-method": "POST",
            "access-control-request-headers": HEADERS}  # fmt: skip
    return client.options(SEARCH, headers={"origin": origin, **asks})


def test_cors_is_closed(api: httpx.Client) -> None:
    reply = preflight(api, LAB)
    assert reply.status_code in (403, 405)
    assert not [name for name in reply.headers if name.startswith("access-control-")]
    problem(api.post(SEARCH, json=QUERY, headers={"origin": LAB}), 403)


def test_cors_opens_for_the_named_site_alone(opened: httpx.Client) -> None:
    asked = preflight(opened, LAB)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == LAB
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in asked.headers
    sent = {"origin": LAB, "sec-fetch-site": "cross-site"}
    reply = opened.post(SEARCH, json=QUERY, headers=sent)
    assert reply.status_code == 200 and reply.headers["access-control-allow-origin"] == LAB
    refused = preflight(opened, EVIL)
    assert refused.status_code == 400 and "access-control-allow-origin" not in refused.headers
    # The named site reads; without a key it changes nothing.
    for reply in (
        opened.put("/api/v1/files/a.bib", content=b"x", headers=sent),
        opened.post("/api/v1/ingest", json={"references": ["x"]}, headers=sent),
        opened.delete("/api/v1/papers/x", headers=sent),
    ):
        assert "without a key" in problem(reply, 403)


@pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.nip.io", "papers.example:80"])
def test_another_name_gets_nothing(api: httpx.Client, host: str) -> None:
    assert "PAPERCHAT_ALLOWED_HOSTS" in problem(
        api.get("/openapi.json", headers={"host": host}), 421
    )


def test_who_speaks_for_others_needs_a_key(api: httpx.Client) -> None:
    """Nobody sits at the machine who comes through a proxy."""
    for name in ("x-forwarded-for", "x-real-ip", "via", "forwarded", "x-forwarded-host"):
        reply = api.post(SEARCH, json=QUERY, headers={name: "127.0.0.1"})
        assert "A key is needed" in problem(reply, 401)
        assert reply.headers["www-authenticate"] == "Bearer"
    assert api.get("/healthz", headers={"x-forwarded-for": "1.2.3.4"}).status_code in (200, 503)


def test_large_bodies_are_refused(api: httpx.Client) -> None:
    assert "8 MiB" in problem(api.post(SEARCH, json={"query": "x" * (9 << 20)}), 413)
    chunks = (b"x" * (1 << 20) for _ in range(9))
    reply = api.post(SEARCH, content=chunks, headers={"content-type": "application/json"})
    assert "8 MiB" in problem(reply, 413)
    problem(api.get("/api/v1/papers?source=" + "x" * 3000), 414)
    problem(api.get("/api/v1/papers", headers={"x-long": "x" * 33_000}), 431)
    problem(api.request("GET", "/api/v1/papers", content=b"x"), 413)


def test_odd_paths_lead_nowhere(api: httpx.Client) -> None:
    url = str(api.base_url).rstrip("/")
    host = f"Host: {urlsplit(url).netloc}"
    for path in (
        "/api/v1/%70apers", "/api/v1//papers", "/api/v1/papers/", "/api/v1/../openapi.json",
        "/api/v1/SEARCH", "/docs/", "/docs/oauth2-redirect", "/redoc", "//docs", url + "/docs",
        "/api/v1/jobs/../papers", "/api/v1/jobs/%30", "/static/x", "/",
    ):  # fmt: skip
        assert request(url, f"GET {path} HTTP/1.1", host).status == 404, path
    for method in ("TRACE", "CONNECT", "PATCH", "PROPFIND", "OPTIONS"):
        assert request(url, f"{method} /api/v1/papers HTTP/1.1", host).status in (400, 404, 405)


def test_metrics_are_for_callers_and_have_no_question(api: httpx.Client) -> None:
    api.post("/api/v1/ask", json={"question": "What is Zanzibarnet?"})
    text = api.get("/metrics").text
    assert 'paperchat_requests_total{route="ask",status="200"}' in text
    assert "paperchat_questions_total" in text and "anzibar" not in text
    problem(api.get("/metrics", headers={"via": "x"}), 401)
