"""`paperchat eval`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Command
from scripted_server import ScriptedServer


def test_eval_writes_a_report_and_gates(indexed: Command, tmp_path: Path) -> None:
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


def test_kinds_have_their_own_figures(indexed: Command, tmp_path: Path) -> None:
    kinds = ("--kind", "records", "--kind", "chain", "--split", "dev", "--limit", 8)
    run = indexed("eval", *kinds, "--out", tmp_path, "--json")
    assert run.status == 0
    assert {kind for kind, of in run.json["by_kind"].items() if "right" in of} == {
        "records", "chain",
    }  # fmt: skip
    assert run.json["figures"]["right"]["n"] == 8 and "strict" not in run.json["figures"]
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| Records | " in text and "| Figure | Records | Conversations |" in text


def test_two_engines_are_measured_in_one_run(
    indexed: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    indexed: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer("4.0\nYES, it says so.") as server:
        monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
        asked = ("--kind", "acronym", "--limit", 2, "--out", tmp_path, "--json")
        run = indexed("eval", "--llm", "quotes", "--judge", *asked)
    figures = run.json["figures"]
    assert (run.json["mode"], figures["judge_correct"]["value"]) == ("quotes", 0.75)
    assert figures["judge_faithful"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 2}
    assert "judged by scripted" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_beir_folder_has_its_own_figures(indexed: Command, tmp_path: Path) -> None:
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
        (["--beir", "folder", "--kind", "fact"], "--beir goes only with --split"),
        (["--beir", "nowhere"], "nowhere/queries.jsonl cannot be read"),
        (["--kind", "riddle"], "There is no kind 'riddle'"),
        (["--split", "train"], "There is no split 'train'"),
        (["--questions", "none.jsonl"], "none.jsonl cannot be read"),
        (["--baseline", "none.json"], "none.json cannot be read"),
        (["--kind", "far", "--split", "dev", "--limit", "0"], "--limit"),
    ],
)
def test_eval_mistakes(indexed: Command, arguments: list[str], says: str) -> None:
    run = indexed("eval", *arguments)
    assert run.status == 2
    assert says in run.error
    assert run.out == ""
