"""The command line as other programs see it: standard output, one line of error, exit status."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scripted_server import ScriptedServer

from rag.settings import Settings
from ui import cli
from ui.cli import options

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"


class Run:
    """What one command left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line that a failure may print beside the line that names the mode."""
        lines = [line for line in self.err.splitlines() if " mode: " not in line]
        assert len(lines) == 1, self.err
        assert lines[0].startswith("paperchat: ")
        return lines[0]


@pytest.fixture
def paperchat(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Any:
    """Runs the command in this process, with an empty index folder and no weights."""
    monkeypatch.setenv("PAPERCHAT_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("PAPERCHAT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("PAPERCHAT_LLM", "quotes")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["paperchat", *map(str, arguments)])
        monkeypatch.setattr(options, "_given", options.Given())
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Run(int(str(left.value.code or 0)), out, err)

    return run


@pytest.fixture
def indexed(paperchat: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same over the delivered corpus."""
    monkeypatch.setenv("PAPERCHAT_INDEX", str(settings.index))
    return paperchat


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
    paperchat: Any, arguments: list[str], status: int, says: str
) -> None:
    run = paperchat(*arguments)
    assert run.status == status
    assert says in run.error
    assert run.out == ""


def test_a_page_that_is_not_right(paperchat: Any, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("new\n\nMar 11\n", encoding="utf-8")
    run = paperchat("ingest", "page.txt")
    assert run.status == 2
    assert "page.txt, line 3: the page ends and holds no papers" in run.error


def test_ingest_search_and_status(paperchat: Any, page: Path) -> None:
    first = paperchat("ingest", page, "--json").json
    assert (first["added"], first["papers"], first["rejected"]) == (3, 3, [])
    assert first["chunks"] == first["embedded"]
    again = paperchat("ingest", page, "--json").json
    assert (again["unchanged"], again["embedded"]) == (3, 0)
    found = paperchat("search", "portrait", "-k", "2", "--json").json
    assert [set(item) for item in found] == [{"paper_id", "title", "score", "passages"}] * 2
    assert found[0]["paper_id"] == SINET
    assert set(found[0]["passages"][0]) == {"text", "start", "end", "score"}
    status = paperchat("status", "--json").json
    assert status["index"]["papers"] == 3
    assert (status["mode"], status["why"]) == ("quotes", "quotes mode was asked for")
    assert "3 papers" in paperchat("status").out


def test_status_says_what_is_missing(paperchat: Any) -> None:
    status = paperchat("status", "--json").json
    assert status["index"]["papers"] == 0
    assert any("paperchat ingest" in line for line in status["missing"])
    assert any("paperchat model pull" in line for line in status["missing"])


def test_options_may_stand_before_the_command(paperchat: Any, tmp_path: Path) -> None:
    run = paperchat("--index", tmp_path / "elsewhere", "status", "--json")
    assert run.json["index"]["folder"] == str(tmp_path / "elsewhere")


FIELDS = {
    "id", "question", "standalone_question", "kind", "answer", "abstained", "reason", "nearest",
    "claims", "citations", "retrieved", "coverage", "mode", "model", "timings",
}  # fmt: skip
TIMES = {"condense_ms", "retrieve_ms", "evidence_ms", "first_token_ms", "total_ms"}


def test_ask_json_is_the_contract(indexed: Any) -> None:
    run = indexed("ask", "How many parameters does SINet have?", "--json")
    answer = run.json
    assert answer.keys() >= FIELDS
    assert set(answer["timings"]) == TIMES
    assert set(answer["claims"][0]) == {"text", "citations", "verdict", "support"}
    assert set(answer["citations"][0]) == {"number", "paper_id", "title", "url", "quotes"}
    assert set(answer["citations"][0]["quotes"][0]) == {"text", "start", "end"}
    assert answer["citations"][0]["paper_id"] == SINET
    assert "quotes mode: quotes mode was asked for" in run.err


def test_ask_in_words(indexed: Any) -> None:
    run = indexed("ask", "How many parameters does SINet have?", "--paper", SINET)
    assert "86.9K" in run.out.splitlines()[0]
    assert run.out.splitlines()[0].endswith("[1]")
    assert "[1] SINet: Extreme Lightweight" in run.out
    away = indexed("ask", "What is the capital of France?")
    assert away.status == 0
    assert "Nearest papers:" in away.out
    unknown = indexed("ask", "What is it?", "--paper", "nobody")
    assert unknown.status == 2
    assert "No paper has the id 'nobody'" in unknown.error


def test_a_history_file(indexed: Any, tmp_path: Path) -> None:
    said = [{"role": "user", "content": "What is SINet?"}]
    (tmp_path / "said.json").write_text(json.dumps(said), encoding="utf-8")
    answer = indexed("ask", "How fast is it?", "--history", "said.json", "--json").json
    assert "SINet" in answer["standalone_question"]
    for broken in ("{", "{}", '[{"role": "robot", "content": "x"}]'):
        (tmp_path / "said.json").write_text(broken, encoding="utf-8")
        assert indexed("ask", "How fast is it?", "--history", "said.json").status == 2


def test_a_batch_answers_in_order_and_goes_on(indexed: Any, tmp_path: Path) -> None:
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
    assert answers[0]["citations"][0]["title"].startswith("ConViT")
    assert "SINet" in answers[2]["standalone_question"]


def test_endpoints_that_fail(indexed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", nowhere)
    run = indexed("ask", "What is GPSA?", "--llm", "openai")
    assert run.status == 3
    assert "cannot be reached" in run.error
    with ScriptedServer(key="right") as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
        run = indexed("ask", "What is GPSA?", "--llm", "auto")
    assert run.status == 3
    assert "key" in run.error
    assert "sk-wrong" not in run.err


def test_a_scripted_endpoint_answers(indexed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"sources": [1], "sentence": "GPSA is gated positional self-attention."}
    with ScriptedServer(json.dumps({"claims": [said]})) as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        answer = indexed("ask", "What is GPSA?", "--llm", "auto", "--json").json
    assert answer["answer"] == "GPSA is gated positional self-attention. [1]"
    assert (answer["mode"], answer["model"]) == ("openai", "scripted")


def test_eval_writes_a_report_and_gates(indexed: Any, tmp_path: Path) -> None:
    run = indexed("eval", "--limit", 8, "--split", "dev", "--out", tmp_path / "report", "--json")
    assert run.status == 0
    result = run.json
    assert result.keys() >= {
        "figures", "by_kind", "floors", "regressions", "mode", "model", "seconds",
    }  # fmt: skip
    assert set(result["figures"]["strict"]) == {"value", "low", "high", "n"}
    assert result["figures"]["quote_fidelity"]["value"] == 1.0
    files = {path.name for path in (tmp_path / "report").iterdir()}
    assert files == {"report.html", "report.md", "report.json", "report-whole.json"}
    # Against a better past, the same answers are a regression, and the exit status says so.
    past = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    for scores in past["cases"].values():
        scores.update({"citation_recall": 2.0} if "citation_recall" in scores else {})
    (tmp_path / "past.json").write_text(json.dumps(past), encoding="utf-8")
    again = ("--limit", 8, "--split", "dev", "--out", tmp_path / "report", "--json")
    run = indexed("eval", "--baseline", tmp_path / "past.json", *again)
    assert run.status == 1
    assert [change["name"] for change in run.json["regressions"]] == ["citation_recall"]
    run = indexed("eval", "--baseline", tmp_path / "past.json", "--limit", 4)
    assert run.status == 2
    assert "is of another questions" in run.error


def test_two_engines_are_measured_in_one_run(
    indexed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = ("--engine", "paperchat", "--engine", "citation-query-engine", "--llm", "openai")
    with ScriptedServer(json.dumps({"claims": []})) as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        run = indexed("eval", *both, "--kind", "fact", "--limit", 2, "--out", tmp_path, "--json")
    assert run.status == 0
    assert run.json["beside"]["engine"] == "citation-query-engine"
    assert run.json["beside"]["figures"]["strict"]["n"] == 2
    told = [json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in (
        "report.json", "report-citation-query-engine.json",
    )]  # fmt: skip
    assert [plain["setup"]["engine"] for plain in told] == ["paperchat", "citation-query-engine"]
    assert {plain["setup"]["model"] for plain in told} == {"scripted"}
    assert "citation-query-engine" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_judge_stands_beside_the_figures(
    indexed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer("4.0\nYES, it says so.") as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        asked = ("--kind", "acronym", "--limit", 2, "--out", tmp_path, "--json")
        run = indexed("eval", "--llm", "quotes", "--judge", *asked)
    figures = run.json["figures"]
    assert (run.json["mode"], figures["judge_correct"]["value"]) == ("quotes", 0.75)
    assert figures["judge_faithful"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 2}
    assert "judged by scripted" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_beir_folder_has_its_own_figures(indexed: Any, tmp_path: Path) -> None:
    (tmp_path / "tiny" / "qrels").mkdir(parents=True)
    files = {
        "corpus.jsonl": '{"_id": "d1", "title": "Bees", "text": "Bees dance."}\n'
        '{"_id": "d2", "title": "Ants", "text": "Ants carry leaves."}\n',
        "queries.jsonl": '{"_id": "q1", "text": "Which insects dance?"}\n',
        "qrels/dev.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t1\n",
    }
    for name, text in files.items():
        (tmp_path / "tiny" / name).write_text(text, encoding="utf-8")
    run = indexed(
        "eval", "--beir", tmp_path / "tiny", "--split", "dev", "--json", "--index", tmp_path / "i"
    )
    assert run.status == 0
    assert run.json["figures"]["fused/nDCG@10"]["value"] == 1.0
    assert "dense/R@10" in run.json["figures"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--engine", "oracle"], "There is no engine 'oracle'"),
        (["--engine", "citation-query-engine"], "needs a language model"),
        (["--judge"], "needs an endpoint"),
        (["--beir", "folder", "--kind", "fact"], "--beir goes with --split"),
        (["--beir", "nowhere"], "nowhere/queries.jsonl cannot be read"),
        (["--kind", "riddle"], "There is no kind 'riddle'"),
        (["--split", "train"], "There is no split 'train'"),
        (["--questions", "none.jsonl"], "none.jsonl cannot be read"),
        (["--baseline", "none.json"], "none.json cannot be read"),
        (["--kind", "far", "--split", "dev", "--limit", "0"], "--limit"),
    ],
)
def test_eval_mistakes(indexed: Any, arguments: list[str], says: str) -> None:
    run = indexed("eval", *arguments)
    assert run.status == 2
    assert says in run.error
    assert run.out == ""


def test_weights_that_are_missing_or_altered(indexed: Any, tmp_path: Path) -> None:
    run = indexed("ask", "What is GPSA?", "--llm", "local")
    assert run.status == 3
    assert "paperchat model pull" in run.error
    assert indexed("model", "list").out.count("not on disk") == 1


LIGHT = (
    "sentence_transformers",
    "torch",
    "gradio",
    "llama_index",
    "chromadb",
    "openai",
    "openpyxl",
)


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["ask"], ["ask", "--help"]])
def test_help_and_mistakes_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print([m for m in {LIGHT!r} if m in sys.modules], "
        "file=sys.stderr))\n"
        "from ui.cli import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PAPERCHAT_INDEX": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr.splitlines()[-1] == "[]"
