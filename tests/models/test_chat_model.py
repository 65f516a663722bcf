"""The one path to every language model, against a scripted server that speaks its protocol."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from scripted_models import Opened
from scripted_server import ScriptedServer

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel, Finish
from rag.models.endpoints.sending.endpoint import Endpoint

ASKED = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Capital?"}]
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"claims": {"type": "array"}}}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers with a sentence longer than one delta."""
    with ScriptedServer("The capital of France is Paris.") as running:
        yield running


def finish_of(model: ChatModel) -> Finish:
    """How the reply ends; the generator's return value."""
    pieces = model.stream(ASKED, max_tokens=9)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            value: Finish = end.value
            return value


def test_reply_arrives_in_fragments(server: ScriptedServer, opened: Opened) -> None:
    pieces = list(opened().stream(ASKED, max_tokens=50))
    assert len(pieces) == 5
    assert "".join(pieces) == "The capital of France is Paris."
    sent = server.requests[0]
    assert sent["messages"] == ASKED
    assert (sent["temperature"], sent["max_tokens"], sent["stream"]) == (0, 50, True)
    assert "response_format" not in sent


def test_complete_joins_the_fragments(opened: Opened) -> None:
    assert opened().complete(ASKED, max_tokens=50) == "The capital of France is Paris."


def test_script_sees_the_request(server: ScriptedServer, opened: Opened) -> None:
    server.script = lambda body: str(body["messages"][-1]["content"]).upper()
    assert opened().complete(ASKED, max_tokens=9) == "CAPITAL?"


def test_schema_is_sent_as_strict_claims(server: ScriptedServer, opened: Opened) -> None:
    list(opened().stream(ASKED, schema=SCHEMA, max_tokens=9))
    assert server.requests[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA},
    }


@pytest.mark.parametrize("finish", ["stop", "length"])
def test_finish_says_why_and_counts_tokens(
    server: ScriptedServer, opened: Opened, finish: str
) -> None:
    server.finish = finish
    assert finish_of(opened()) == Finish(finish, prompt_tokens=11, generated_tokens=3)


def test_name_is_the_first_served_unless_given(server: ScriptedServer, opened: Opened) -> None:
    server.models = ["first", "second"]
    assert opened().name == "first"
    assert opened(server.endpoint(model="second")).name == "second"
    opened(server.endpoint(model="second")).complete(ASKED, max_tokens=9)
    assert server.requests[0]["model"] == "second"


def test_a_server_without_models_says_so(server: ScriptedServer, opened: Opened) -> None:
    server.models = []
    with pytest.raises(EndpointError, match=r"serves no model.*PAPERCHAT_LLM_MODEL"):
        _ = opened().name


def test_closing_the_generator_hangs_up(server: ScriptedServer, opened: Opened) -> None:
    server.script = lambda body: "word " * 2_000_000
    pieces = opened().stream(ASKED, max_tokens=9)
    assert next(pieces) == "word wo"
    pieces.close()
    assert server.hung_up.wait(10)


class TestFailures:
    def failure(self, model: ChatModel) -> str:
        """The one line of the failure, which must not hold the key."""
        with pytest.raises(EndpointError) as caught:
            model.complete(ASKED, max_tokens=9)
        assert "sk-secret" not in str(caught.value)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def test_nothing_listens_there(self, opened: Opened) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
            said = self.failure(opened(Endpoint(url, "sk-secret", "m", 5.0)))
        assert f"{url} cannot be reached" in said
        assert "PAPERCHAT_LLM_BASE_URL" in said
        assert "--llm quotes" in said

    @pytest.mark.parametrize("url", ["no address", "", "http://[bad/v1", "ftp://x/v1"])
    def test_not_a_url(self, opened: Opened, url: str) -> None:
        assert "base URL is not one" in self.failure(opened(Endpoint(url, None, "m")))

    def test_a_password_in_the_url_is_not_shown(self, opened: Opened) -> None:
        said = self.failure(opened(Endpoint("ftp://user:sk-secret@host/v1", None, "m")))
        assert "ftp://host/v1" in said

    def test_an_invalid_key(self, opened: Opened) -> None:
        said = self.failure(opened(Endpoint("http://127.0.0.1:9/v1", "sk-secret’", "m")))
        assert "API key" in said

    def test_the_key_is_refused(self, server: ScriptedServer, opened: Opened) -> None:
        server.key = "right"
        said = self.failure(opened(server.endpoint(key="sk-secret")))
        assert "refused the key" in said
        assert "OPENAI_API_KEY" in said
        assert opened(server.endpoint(key="right")).complete(ASKED, max_tokens=9)

    def test_an_endpoint_never_shows_its_key(self, server: ScriptedServer) -> None:
        assert "sk-secret" not in repr(server.endpoint(key="sk-secret"))

    def test_the_model_is_unknown(self, server: ScriptedServer, opened: Opened) -> None:
        said = self.failure(opened(server.endpoint(model="gone")))
        assert "no model 'gone'" in said
        assert "PAPERCHAT_LLM_MODEL" in said

    @pytest.mark.parametrize(
        ("status", "words"), [(429, "takes no more requests"), (500, "status 500"), (503, "503")]
    )
    def test_it_keeps_failing(
        self, server: ScriptedServer, opened: Opened, status: int, words: str
    ) -> None:
        server.status = status
        assert words in self.failure(opened())
        assert len(server.requests) == 2 + 2 * (status == 500), "again, and twice in simpler forms"

    def test_it_fails_at_first(self, server: ScriptedServer, opened: Opened) -> None:
        server.failures = 1
        assert opened().complete(ASKED, max_tokens=9).endswith("Paris.")

    def test_its_words_are_shown_without_the_key(
        self, server: ScriptedServer, opened: Opened
    ) -> None:
        server.refuses, server.refusal = {"messages"}, "bad sk-secret " + "x" * 900
        said = self.failure(opened(server.endpoint(key="sk-secret")))
        assert "bad *** xxx" in said
        assert len(said) < 500

    def test_an_error_object_midway(self, server: ScriptedServer, opened: Opened) -> None:
        server.error_at = 2
        assert "failed with status 500: scripted error" in self.failure(opened())

    def test_the_line_is_cut_midway(self, server: ScriptedServer, opened: Opened) -> None:
        server.cut_at = 2
        pieces = opened().stream(ASKED, max_tokens=9)
        assert [next(pieces), next(pieces)] == ["The cap", "ital of"]
        with pytest.raises(EndpointError, match="broke off in the middle"):
            next(pieces)

    def test_it_ends_without_saying_so(self, server: ScriptedServer, opened: Opened) -> None:
        server.finish, server.done = None, False
        assert "broke off in the middle" in self.failure(opened())

    def test_it_falls_silent_midway(self, server: ScriptedServer, opened: Opened) -> None:
        server.stall_at = 2
        said = self.failure(opened(server.endpoint(timeout_s=0.2)))
        assert "sent nothing for 0.2 s" in said

    def test_it_says_nothing_at_all(self, server: ScriptedServer, opened: Opened) -> None:
        server.script = lambda body: ""
        assert "replied without a word" in self.failure(opened())

    def test_thoughts_alone_are_no_reply(self, server: ScriptedServer, opened: Opened) -> None:
        server.script, server.thoughts = (lambda body: ""), "I think so."
        assert "replied without a word" in self.failure(opened())

    @pytest.mark.parametrize(
        "words",
        [
            "This model's maximum context length is 4096 tokens.",
            "the request exceeds the available context size (4096)",
            "prompt is too long: 5000 tokens > 4096 maximum",
            "The input token count (5000) exceeds the maximum number of tokens allowed (4096).",
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.",
            "Request too large, please reduce your message size and try again.",
        ],
    )
    def test_a_prompt_that_is_too_long(
        self, server: ScriptedServer, opened: Opened, words: str
    ) -> None:
        server.refuses, server.refusal = {"messages"}, words
        with pytest.raises(EndpointError, match="takes no prompt so long") as failed:
            opened().complete(ASKED, max_tokens=9)
        assert failed.value.fault == "context"
        assert len(server.requests) == 1, "no simpler form would help"
        assert "PAPERCHAT_LLM_BUDGET" in failed.value.remedy

    def test_a_web_page_where_an_endpoint_should_be(
        self, server: ScriptedServer, opened: Opened
    ) -> None:
        server.page = "<html>Welcome</html>"
        assert "is not an OpenAI-compatible endpoint" in self.failure(opened())
        assert "is not an OpenAI-compatible" in self.failure(opened(server.endpoint(model="m")))

    def test_closed_while_a_reply_is_read(self, server: ScriptedServer, opened: Opened) -> None:
        server.script = lambda body: "word " * 2_000_000
        model = opened()
        pieces = model.stream(ASKED, max_tokens=9)
        next(pieces)
        model.close()
        with pytest.raises(EndpointError):
            list(pieces)


class TestCheck:
    def test_passes(self, server: ScriptedServer, opened: Opened) -> None:
        opened().check()
        assert server.requests == []

    def test_refused_key(self, server: ScriptedServer, opened: Opened) -> None:
        server.key = "right"
        with pytest.raises(EndpointError, match="refused the key"):
            opened(server.endpoint(key="wrong")).check()

    def test_no_list_is_fine_for_a_named_model(
        self, server: ScriptedServer, opened: Opened
    ) -> None:
        server.models = None
        opened(server.endpoint(model="m")).check()
        with pytest.raises(EndpointError, match="404"):
            opened().check()


def test_loopback_goes_past_the_proxy(
    server: ScriptedServer, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    opened().check()
