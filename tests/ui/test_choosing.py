"""The settings form: validated, its key sent to its endpoint alone, every fault reported."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr
from scripted_server import Listing, ScriptedServer

from rag.errors import InputError, SettingsError
from rag.settings import Settings, load_settings
from ui.settings_form import overriding, read_form, save_form, try_form
from ui.web.render.settings import faulty

SECRET = "sk-secret-7"
FORM = {"mode": "openai", "url": "http://127.0.0.1:9/v1", "key": "", "model": "", "top_papers": 10}


def with_key(url: str = "http://127.0.0.1:9/v1") -> Settings:
    return load_settings(llm="openai", llm_base_url=url, llm_api_key=SECRET)


def key_of(settings: Settings) -> str | None:
    return settings.llm_api_key.get_secret_value() if settings.llm_api_key else None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mode": "magic"}, "not a mode"),
        ({"top_papers": 0}, "number of papers"),
        ({"top_papers": "10"}, "number of papers"),
        ({"top_papers": True}, "number of papers"),
        ({"url": "my own endpoint"}, "is not a URL"),
        ({"url": "file:///etc/passwd"}, "is not a URL"),
        ({"url": "http://a:b/v1"}, "is not a URL"),
        ({"url": "http://a/\nPAPERCHAT_HOST=0.0.0.0"}, "is not a URL"),
        ({"key": f"{SECRET} and more"}, "key cannot be right"),
        ({"key": f"{SECRET}’"}, "key cannot be right"),
    ],
)
def test_what_is_no_setting_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        read_form({**FORM, **change}, load_settings())
    assert SECRET not in str(caught.value)


def test_the_form_is_read() -> None:
    form = {**FORM, "key": f" {SECRET} ", "model": " m ", "top_papers": 3}
    made = read_form(form, load_settings())
    assert (made.llm, made.llm_base_url, made.llm_model) == ("openai", FORM["url"], "m")
    assert (key_of(made), made.top_papers) == (SECRET, 3)
    assert read_form({**form, "url": "", "model": ""}, made).llm_base_url is None


def test_an_empty_key_is_the_one_that_is_set_for_its_own_endpoint_alone() -> None:
    now = with_key()
    assert key_of(read_form(FORM, now)) == SECRET
    assert key_of(read_form({**FORM, "url": "http://127.0.0.1:9/other"}, now)) == SECRET
    for url in ("http://127.0.0.1:10/v1", "http://evil.example/v1", "https://127.0.0.1:9/v1", ""):
        assert key_of(read_form({**FORM, "url": url}, now)) is None, url
    assert key_of(read_form({**FORM, "forget": True}, now)) is None


@pytest.mark.parametrize(
    "secret", [f"http://me:{SECRET}@127.0.0.1:9/v1", f"http://127.0.0.1:9/v1?key={SECRET}"]
)
def test_what_is_secret_in_the_url_is_neither_shown_nor_lost(secret: str) -> None:
    url = secret
    made = read_form({**FORM, "url": "http://127.0.0.1:9/v1"}, load_settings(llm_base_url=url))
    assert made.llm_base_url == url


def tried(form: dict[str, Any]) -> str:
    """What the page says of a test: one line, and never the key."""
    made = try_form({**FORM, "key": SECRET, **form}, load_settings(llm_timeout=0.5))
    assert made.trouble is not None
    html = faulty(made.trouble.what, made.trouble.remedy, made.trouble.fault)
    assert SECRET not in html and SECRET not in str(made.trouble) and "\n" not in html
    assert "PAPERCHAT_" not in html and "--llm" not in html, "one is at the form"
    return html


def test_an_endpoint_that_answers() -> None:
    with ScriptedServer('{"claims": []}', models=["one", "two"]) as server:
        made = try_form({**FORM, "url": server.url, "model": "two"}, load_settings())
        assert (made.trouble, made.model, made.models) == (None, "two", ("one", "two"))
        assert 0 < made.seconds < 5
        assert try_form({**FORM, "url": server.url}, load_settings()).model == "one"
        server.models = None
        made = try_form({**FORM, "url": server.url, "model": "x"}, load_settings())
        assert (made.model, made.models) == ("x", ())


def test_each_fault_of_an_endpoint_is_told_apart() -> None:
    with ScriptedServer('{"claims": []}', key="right", models=["one"]) as server:
        url = {"url": server.url}
        assert "refused the key (status 401)" in tried(url)
        server.key = None
        assert "has no model &#x27;two&#x27;" in tried({**url, "model": "two"})
        assert "It has one." in tried({**url, "model": "two"})
        server.cut_at = 0
        assert "broke off" in tried(url) or "replied without a word" in tried(url)
        server.cut_at, server.stall_at = None, 0
        assert "sent nothing for 0.5 s" in tried(url)
        server.stall_at, server.status = None, 500
        assert "failed with status 500" in tried(url)
        server.status, server.models = None, []
        assert "serves no model" in tried(url)
        server.page = "<!doctype html><title>Router</title>"
        assert "is not an OpenAI-compatible endpoint" in tried(url)
        assert "end in /v1" in tried(url)
    with ScriptedServer('{"claims": []}') as server:
        assert "no such address (status 404)" in tried({"url": f"{server.url}/v2"})


@pytest.mark.parametrize("reply", ["ready", "", "null", "The well is nine metres deep."])
def test_a_model_that_no_answer_can_be_read_of_does_not_pass(reply: str) -> None:
    """A test that is passed means that questions are answered."""
    with ScriptedServer(reply) as server:
        assert "not with the JSON that it is asked for" in tried({"url": server.url})


@pytest.mark.parametrize(
    "switches",
    [
        {"refuses": {"response_format"}},
        {"refuses": {"response_format"}, "refusal_status": 500, "refusal": "grammar"},
        {"refuses_system": True, "refusal": "System role not supported"},
        {"refuses": {"stream_options"}},
        {"thoughts": "It says nine."},
        {"script": "<think>It says so in [1].</think>It is nine metres deep [1]."},
    ],
)
def test_a_model_that_answers_in_its_own_way_passes(switches: dict[str, Any]) -> None:
    script = switches.pop("script", '{"claims": []}')
    with ScriptedServer(script, **switches) as server:
        made = try_form({**FORM, "url": server.url}, load_settings())
    assert made.trouble is None
    first = server.requests[0]
    assert {"response_format", "stream_options"} <= first.keys(), "as a question is sent"
    assert first["messages"][0]["role"] == "system" and first["stream"]


@pytest.mark.parametrize("listed", get_args(Listing))
def test_a_list_of_models_of_any_kind_stops_nothing(listed: Listing) -> None:
    with ScriptedServer('{"claims": []}', models=["m", "n"], list_as=listed) as server:
        made = try_form({**FORM, "url": server.url, "model": "n"}, load_settings())
    assert (made.trouble, made.model) == (None, "n")


def test_a_model_may_be_spelt_otherwise_than_in_the_list() -> None:
    with ScriptedServer('{"claims": []}', models=["n", "Org/Some-7B:latest"]) as server:
        made = try_form({**FORM, "url": server.url, "model": "org/some-7b"}, load_settings())
    assert (made.trouble, made.model) == (None, "Org/Some-7B:latest")


def test_an_endpoint_out_of_reach_is_told_apart() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        assert "nothing listens on that port" in tried({"url": nowhere})
    assert "there is no host of that name" in tried({"url": "http://paperchat.invalid/v1"})
    with ScriptedServer('{"claims": []}') as server:
        assert "does not speak https" in tried({"url": server.url.replace("http:", "https:")})
    with pytest.raises(InputError, match="nothing to test"):
        try_form({**FORM, "url": ""}, load_settings())


def test_a_test_asks_once() -> None:
    with ScriptedServer('{"claims": []}', status=503) as server:
        tried({"url": server.url})
        assert len(server.requests) == 1


def test_what_is_kept_is_what_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = read_form({**FORM, "key": SECRET, "model": "a model", "top_papers": 7}, load_settings())
    path = save_form(made)
    assert (path, path.stat().st_mode & 0o777) == (tmp_path / ".env", 0o600)
    again = load_settings()
    assert again.llm_api_key == SecretStr(SECRET)
    assert (again.llm, again.llm_model, again.top_papers) == ("openai", "a model", 7)
    save_form(read_form({**FORM, "url": "", "mode": "quotes", "forget": True}, again))
    assert SECRET not in path.read_text("utf-8")
    assert load_settings().llm_model is None


def test_the_environment_that_wins_is_named() -> None:
    made = read_form({**FORM, "key": SECRET}, load_settings())
    environ = {"paperchat_llm": "quotes", "OPENAI_API_KEY": "other", "PAPERCHAT_TOP_PAPERS": "10"}
    assert overriding(made, environ) == ("PAPERCHAT_LLM", "OPENAI_API_KEY")
    assert overriding(made, {}) == ()
