"""`paperchat check`: reports in three formats, and bad input in one line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from commands import Command
from indexes import DELIVERED, copy_of_index

from rag.models.embedding.embedder import Embedder
from rag.types import MANUSCRIPTS
from ui.exports.manuscripts.files import export_manuscript
from ui.exports.manuscripts.saved import read_manuscript_report

SAMPLES = Path(__file__).parents[1] / "checking" / "manuscripts" / "samples"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def check(paperchat: Command, tmp_path: Path, embedder: Embedder) -> Command:
    """The command, in a folder with the samples and an index of the delivered papers."""
    copy_of_index(DELIVERED, tmp_path / "index", embedder)
    shutil.copytree(SAMPLES, tmp_path, dirs_exist_ok=True)
    return lambda *arguments: paperchat("check", *arguments)


def test_a_report_in_each_format(check: Command, tmp_path: Path) -> None:
    said = check("review.md", "--format", "html,md,json", "--out", "report.x")
    assert said.status == 0 and said.out == ""
    assert re.search(r"\d+ sentences read: .* 2 not in the library", said.err)
    made = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert set(made) >= {"verdicts", "name", "format", "passages", "sentences", "works", "notes"}
    assert sum(made["verdicts"].values()) == len(made["sentences"]) >= 7
    first = made["sentences"][0]
    assert first["place"] == {"file": "review.md", "unit": "line", "number": 8}
    assert set(first["citations"][0]) >= {"key", "claim", "verdict", "paper_id", "quotes"}
    assert first["citations"][0]["quotes"][0].keys() == {"text", "start", "end"}
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in page and "http" not in page.partition("</style>")[0]
    assert 'id="s1"' in page and 'href="#q1"' in page and "missing2020" in page
    text = (tmp_path / "report.md").read_text("utf-8")
    assert text.startswith("# review.md\n") and "line 8" in text and "  > " in text
    assert "## Cited papers that are not in the library" in text


def test_the_manuscript_stays_as_it_is(check: Command, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.glob("review.*")}
    assert check("review.md", "--out", "review.md").status == 2
    assert check("review.md", "--bib", "review.bib", "--out", "review.bib").status == 2
    assert check("review.md", "--format", "html,md", "--out", "review.md").status == 2
    assert before == {path: path.read_bytes() for path in tmp_path.glob("review.*")}


def test_json_on_standard_output(check: Command) -> None:
    said = check("review.txt", "--json")
    assert said.status == 0 and said.json["format"] == "plain text"
    again = read_manuscript_report(said.out)
    assert json.loads(export_manuscript("json", again).data) == said.json


def test_the_ending_of_the_file_is_the_format(check: Command, tmp_path: Path) -> None:
    assert check("review.tex", "--out", "report.html").status == 0
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert check("review.tex", "--out", "report").status == 0
    assert (tmp_path / "report").read_text("utf-8").startswith("# review.tex")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gone.md"], "There is no file gone.md"),
        (["review.bib"], ".bib is not read"),
        (["review.md", "--bib", "gone.bib"], "There is no bibliography gone.bib"),
        (["review.md", "--format", "pdf"], "no format 'pdf'"),
        (["review.md", "--format", "html,md"], "Several formats need a file"),
        (["review.md", "--json", "--format", "md"], "two formats"),
        (["review.md", "--out", "."], "cannot be written"),
        (["."], "is no file"),
    ],
)
def test_bad_input_is_one_line(check: Command, arguments: list[str], says: str) -> None:
    said = check(*arguments)
    assert said.status == 2 and says in said.error and said.out == ""


def test_without_an_index(paperchat: Command, tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text("Nets win [@a].")
    said = paperchat("check", "text.md")
    assert said.status == 3 and "paperchat ingest" in said.error


def test_hostile_text_stays_text(check: Command, tmp_path: Path) -> None:
    """Of the manuscript and of its bibliography."""
    (tmp_path / "bad.bib").write_text('@misc{bad, title={Nets & "friends" &lt;img src=x&gt; win}}')
    (tmp_path / "bad.md").write_text(
        "# <img src=x onerror=alert(1)>\n\nNets `<b>` win \\<i\\> often [@bad; @{a<b}].\n"
    )
    said = check("bad.md", "--bib", "bad.bib", "--format", "html,md,json", "--out", "report.x")
    assert said.status == 0, said.err
    page = (tmp_path / "report.html").read_text("utf-8")
    assert not re.search(r"<(?:script|img|i|u)\b", page)


def test_what_the_documents_say_runs(check: Command, tmp_path: Path) -> None:
    """Each command of docs/manuscripts.md, on the samples."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / "manuscripts.md").read_text("utf-8"), re.DOTALL)
    lines = [line.partition("#")[0].split() for block in blocks for line in block.splitlines()]
    commands = [words[2:] for words in lines if words[:2] == ["paperchat", "check"]]
    assert len(commands) >= 3
    for arguments in commands:
        assert check(*arguments).status == 0, arguments


def test_the_formats_are_those_that_are_read() -> None:
    from rag.checking.manuscripts.reading import _READERS

    assert set(MANUSCRIPTS.values()) == set(_READERS)
    said = (DOCS / "manuscripts.md").read_text("utf-8")
    assert all(f"`{ending}`" in said for ending in MANUSCRIPTS)


def test_a_folder_that_is_not_there_is_told_before_the_check(
    check: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checked(*_: object) -> None:
        raise AssertionError("the manuscript is not checked")

    monkeypatch.setattr("rag.engine.Engine.check_manuscript", checked)
    said = check("review.md", "--out", "gone/report.html")
    assert said.status == 2 and "There is no folder gone." in said.err
