"""The command line as other programs see it: standard output, one line of error, exit status."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Command
from replies import has_sentences, number_of, part, reading
from scripted_server import Body, ScriptedServer

from rag.settings import Settings

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["ask"], 2, "a question is missing"),
        (["ask", ""], 2, "The question is empty"),
        (["ask", " \n "], 2, "The question is empty"),
        (["ask", "x" * 20_000], 2, "20,000 characters; the most is 4,000"),
        (["ask", "Why?", "--llm", "psychic"], 2, "The setting llm cannot be 'psychic'"),
        (["ask", "Why?", "--llm", "openai"], 2, "Set OPENAI_API_KEY"),
        (["ask", "Why?", "--history", "none.json"], 2, "none.json cannot be read"),
        (["ask", "--batch", "none.jsonl", "--json"], 2, "none.jsonl cannot be read"),
        (["ask", "--batch", "none.jsonl"], 2, "needs --json"),
        (["ask", "Why?"], 3, "Run `paperchat ingest`"),
        (["search", "attention"], 3, "Run `paperchat ingest`"),
        (["search", ""], 2, "The question is empty"),
        (["search", "attention", "-k", "0"], 2, "-k"),
        (["ingest", "none.txt"], 2, "There is no file none.txt"),
        (["ingest", "--index", "/proc/none"], 3, "cannot be written"),
        (["model", "pull", "gpt-9"], 2, "no model 'gpt-9'"),
        (["chat", "--port", "99999"], 2, "port"),
        (["dance"], 2, "No such command 'dance'"),
        (["ask", "Why?", "--loud"], 2, "--loud"),
    ],
)
def test_mistakes_are_one_line(
    paperchat: Command, arguments: list[str], status: int, says: str
) -> None:
    run = paperchat(*arguments)
    assert run.status == status
    assert says in run.error
    assert run.out == ""


def test_a_page_that_is_not_right(paperchat: Command, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("new\n\nMar 11\n", encoding="utf-8")
    run = paperchat("ingest", "page.txt")
    assert run.status == 2
    assert "page.txt, line 3: the page ends and holds no papers" in run.error


def test_ingest_search_and_status(paperchat: Command, page: Path) -> None:
    first = paperchat("ingest", page, "--json").json
    assert (first["added"], first["papers"], first["rejected"]) == (3, 3, [])
    assert first["chunks"] == first["embedded"]
    again = paperchat("ingest", page, "--json").json
    assert (again["unchanged"], again["embedded"]) == (3, 0)
    found = paperchat("search", "portrait", "-k", "2", "--json").json
    assert [set(item) for item in found] == [FOUND] * 2
    assert found[0]["paper_id"] == SINET
    assert set(found[0]["passages"][0]) == {"text", "start", "end", "score"}
    status = paperchat("status", "--json").json
    assert status["index"]["papers"] == 3
    assert (status["mode"], status["why"]) == ("quotes", "quotes mode was asked for")
    assert "3 papers" in paperchat("status").out


def test_status_says_what_is_missing(paperchat: Command) -> None:
    status = paperchat("status", "--json").json
    assert status["index"]["papers"] == 0
    assert any("paperchat ingest" in line for line in status["missing"])
    assert any("paperchat model pull" in line for line in status["missing"])


def test_options_may_stand_before_the_command(paperchat: Command, tmp_path: Path) -> None:
    run = paperchat("--index", tmp_path / "elsewhere", "status", "--json")
    assert run.json["index"]["folder"] == str(tmp_path / "elsewhere")


FIELDS = {
    "id", "question", "standalone_question", "kind", "answer", "abstained", "reason", "nearest",
    "claims", "citations", "retrieved", "coverage", "mode", "model", "timings", "intent", "lead",
    "sections", "notes",
}  # fmt: skip
BAD_PAPERS = '[{"role": "assistant", "content": "x", "papers": [1]}]'
FOUND = {"paper_id", "title", "score", "passages", "status", "zotero"}
CITED = {"number", "paper_id", "title", "url", "quotes"}
TIMES = {"condense_ms", "retrieve_ms", "evidence_ms", "first_token_ms", "total_ms"}


def test_ask_json_is_the_contract(indexed: Command) -> None:
    run = indexed("ask", "How many parameters does SINet have?", "--json")
    answer = run.json
    assert answer.keys() >= FIELDS
    assert set(answer["timings"]) == TIMES
    assert set(answer["claims"][0]) == {"text", "citations", "verdict", "support"}
    assert set(answer["citations"][0]) == {*CITED, "status", "zotero"}
    assert set(answer["citations"][0]["quotes"][0]) == {"text", "start", "end"}
    assert answer["citations"][0]["paper_id"] == SINET
    assert "quotes mode: quotes mode was asked for" in run.err


def test_ask_in_words(indexed: Command) -> None:
    run = indexed("ask", "How many parameters does SINet have?", "--paper", SINET)
    assert "86.9K" in run.out.splitlines()[0]
    assert run.out.splitlines()[0].endswith("[1]")
    assert "[1] SINet: Extreme Lightweight" in run.out
    away = indexed("ask", "What is the capital of France?")
    assert away.status == 0
    assert "Nothing here is about that" in away.out
    assert "Nearest papers:" in away.out
    listed = indexed("ask", "Which papers segment portraits?")
    assert listed.out.startswith("1 paper")
    assert "- SINet: " in listed.out
    hello = indexed("ask", "hello")
    assert "82 papers" in hello.out and "\n- " in hello.out
    assert not hello.out.endswith("\n\n")
    unknown = indexed("ask", "What is it?", "--paper", "nobody")
    assert unknown.status == 2
    assert "No paper has the id 'nobody'" in unknown.error


def test_a_history_file(indexed: Command, tmp_path: Path) -> None:
    said = [{"role": "user", "content": "What is SINet?"}]
    (tmp_path / "said.json").write_text(json.dumps(said), encoding="utf-8")
    answer = indexed("ask", "How fast is it?", "--history", "said.json", "--json").json
    assert "SINet" in answer["standalone_question"]
    shown: list[dict[str, object]] = [
        {"role": "user", "content": "Which papers are here?"},
        {"role": "assistant", "content": "Two.", "papers": ["nobody", SINET]},
    ]
    (tmp_path / "said.json").write_text(json.dumps(shown), encoding="utf-8")
    answer = indexed("ask", "Summarise it", "--history", "said.json", "--json").json
    assert [cited["paper_id"] for cited in answer["citations"]] == [SINET]
    for broken in ("{", "{}", '[{"role": "robot", "content": "x"}]', BAD_PAPERS):
        (tmp_path / "said.json").write_text(broken, encoding="utf-8")
        assert indexed("ask", "How fast is it?", "--history", "said.json").status == 2


def test_a_batch_answers_in_order_and_goes_on(indexed: Command, tmp_path: Path) -> None:
    history = [{"role": "user", "content": "What is SINet?"}]
    lines = [
        {"id": "a", "question": "What is GPSA?"},
        {"id": "b", "question": ""},
        {"id": "c", "question": "How fast is it?", "history": history},
        {"id": "d"},
        {"id": "e", "question": "x", "history": "none"},
    ]
    text = "\n".join([*map(json.dumps, lines), "{broken", "", json.dumps(lines[0])])
    (tmp_path / "batch.jsonl").write_text(text, encoding="utf-8")
    run = indexed("ask", "--batch", "batch.jsonl", "--json")
    assert run.status == 0
    answers = [json.loads(line) for line in run.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d", "e", None, "a"]
    assert ["error" in answer for answer in answers] == [
        False,
        True,
        False,
        True,
        True,
        True,
        False,
    ]
    assert set(answers[1]) == {"id", "error"}
    assert all('{"question": "' in answers[at]["error"] for at in (3, 5))
    assert answers[0]["citations"][0]["title"].startswith("ConViT")
    assert "SINet" in answers[2]["standalone_question"]


def test_endpoints_that_fail(indexed: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", nowhere)
    run = indexed("ask", "What is GPSA?", "--llm", "openai")
    assert "gated positional self-attention" in run.out
    assert "note: Answered as in quotes mode" in run.err
    assert "cannot be reached" in run.err
    with ScriptedServer(key="right") as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
        run = indexed("ask", "What is GPSA?", "--llm", "auto", "--json")
    assert (run.json["mode"], run.json["model"]) == ("quotes", "none")
    assert run.json["fallback"]["fault"] == "key"
    assert "OPENAI_API_KEY" in run.json["fallback"]["remedy"]
    assert run.json["notes"][-1] in run.err
    assert "sk-wrong" not in run.err + run.out


def test_a_scripted_endpoint_answers(indexed: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "GPSA is gated positional self-attention."

    def reply(body: Body) -> str:
        return reading(part((said, [number_of(body, "GPSA")]))) if has_sentences(body) else ""

    with ScriptedServer(reply) as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        answer = indexed("ask", "What is GPSA?", "--llm", "auto", "--json").json
        told = indexed("ask", "What is GPSA?", "--llm", "auto").out
    assert answer["answer"] == f"{said} [1]"
    assert told.startswith(f"{said} [1]\n\n[1] ConViT")
    assert (answer["mode"], answer["model"]) == ("openai", "scripted")


def test_weights_that_are_missing_or_altered(indexed: Command, tmp_path: Path) -> None:
    run = indexed("ask", "What is GPSA?", "--llm", "local")
    assert run.status == 3
    assert "paperchat model pull" in run.error
    assert indexed("model", "list").out.count("not on disk") == 1


TORCH = ("sentence_transformers", "transformers", "torch")
SLOW = (*TORCH, "llama_index", "scipy", "sklearn", "pandas")
HEAVY = (*SLOW, "gradio", "chromadb", "onnxruntime", "openai", "openpyxl")


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["ask"], ["ask", "--help"]])
def test_help_and_mistakes_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    status, imported = _imported(arguments, tmp_path, HEAVY)
    assert not imported
    assert status == (2 if arguments == ["ask"] else 0)


@pytest.mark.parametrize("command", [["search"], ["ask"], ["compare", "--about"]])
def test_questions_need_nothing_slow(command: list[str], settings: Settings) -> None:
    arguments = [*command, "Which networks segment portraits?"]
    assert _imported(arguments, settings.index, SLOW) == (0, [])


def test_indexing_needs_no_torch(tmp_path: Path, page: Path) -> None:
    assert _imported(["ingest", str(page)], tmp_path / "index", TORCH) == (0, [])


def _imported(arguments: list[str], index: Path, names: tuple[str, ...]) -> tuple[int, list[str]]:
    """The exit status of a command that is a process, and which of these modules it imported."""
    code = (
        "import sys, atexit, json\n"
        f"atexit.register(lambda: print(json.dumps([m for m in {names!r} if m in sys.modules]), "
        "file=sys.stderr))\n"
        "from ui.cli import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PAPERCHAT_INDEX": str(index), "PAPERCHAT_LLM": "quotes"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, json.loads(ran.stderr.splitlines()[-1])
