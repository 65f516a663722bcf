"""Comparing papers whose abstract is not known: every cell says so, and nothing breaks."""

from __future__ import annotations

import json

import pytest
from scripted_server import ScriptedServer
from test_compare_command import run

from rag.decisions.aspects import ASPECTS
from rag.engine import Engine
from rag.index.build.sync import index_papers
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings, load_settings
from rag.types import Paper

TITLES = ("Sparse attention for long documents", "Gated memory for speech", "Quokka gait")
PAPERS = tuple(part for n in range(len(TITLES)) for part in ("--paper", f"p{n}"))
CLAIM = "Sparse attention needs less memory."


@pytest.fixture(scope="module")
def titles(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    made = load_settings(index=tmp_path_factory.mktemp("titles") / "index", llm="quotes")
    papers = [Paper(f"p{n}", title, "", (), n, "refs.bib") for n, title in enumerate(TITLES)]
    folder, identity = Engine(made).folder, Engine(made).identity
    index_papers(folder, identity, papers, lambda: embedder)
    return made


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (("--statement", CLAIM), 1),
        (("--aspect", "memory needed"), 1),
        (("--propose",), len(ASPECTS)),
        (("--propose", "--statement", CLAIM, "--aspect", "memory needed"), 2),
    ],
)
@pytest.mark.parametrize("scripted", [False, True])
def test_nothing_is_stated_where_there_is_no_abstract(
    monkeypatch: pytest.MonkeyPatch,
    titles: Settings,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    columns: int,
    scripted: bool,
) -> None:
    if scripted:
        with ScriptedServer("{}") as server:
            monkeypatch.setenv("PAPERCHAT_LLM_BASE_URL", server.url)
            monkeypatch.setenv("PAPERCHAT_LLM_MODEL", "scripted")
            code = run(monkeypatch, titles, *PAPERS, "--llm", "openai", *arguments)
            # There is nothing to show a model but titles, which columns may be proposed from.
            assert len(server.requests) == arguments.count("--propose")
    else:
        code = run(monkeypatch, titles, *PAPERS, *arguments)
    out, err = capsys.readouterr()
    assert code == 0, err
    made = json.loads(out)
    assert made["mode"] == ("openai" if scripted else "quotes") and made["trouble"] is None
    assert len(made["cells"]) == columns * len(TITLES)
    assert {(c["status"], c["value"], *c["quotes"]) for c in made["cells"]} == {("not_stated", "")}
    assert ("no column in which" in err) == ("--propose" in arguments)
