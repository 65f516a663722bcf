"""The engine's verbs on one object, over the delivered corpus."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest
from scripted_server import ScriptedServer

from rag.engine import Engine
from rag.errors import IndexUnavailableError
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.models.endpoints.chat import ChatModel
from rag.settings import Settings, load_settings
from rag.types import ModelChoice

QUOTES = ModelChoice("quotes", "none", "a test")


def test_one_object_searches_answers_and_compares(settings: Settings, library: Library) -> None:
    engine = Engine(settings, library=library, choice=QUOTES)
    [best, *_] = engine.search("portrait segmentation")
    assert best.paper.title.startswith("SINet")
    assert "86.9K" in engine.ask("How many parameters does SINet have?").answer
    ids = [item.paper.paper_id for item in engine.search("vision transformer", 2)]
    assert len(engine.compare(ids).cells) == 16


def test_a_reader_may_do_without_the_model_and_read_fewer_papers(
    settings: Settings, library: Library
) -> None:
    """The engine itself stays as it is, and open as long as the reader's one is used."""
    with ScriptedServer('{"claims": []}') as server:
        chosen = ModelChoice("openai", "scripted", "a test")
        chat = ChatModel(server.endpoint())
        engine = Engine(settings, library=library, chat=chat, choice=chosen)
        mine = engine.for_reader(quotes=True, top_papers=3)
        asked = "How many parameters does SINet have?"
        answer = mine.ask(asked)
        assert (answer.mode, len(answer.retrieved), server.requests) == ("quotes", 3, [])
        assert mine.comparer.choice.mode == mine.choice.mode == "quotes"
        assert engine.choice == chosen and engine.for_reader(top_papers=10) is engine
        fewer = engine.for_reader(top_papers=3).ask(asked)
        assert server.requests and len(fewer.retrieved) == 3
        chat.close()


def test_topics_wait_for_the_map_unless_it_takes_minutes(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.engine.parts._MAPPING_S", 0.0)
    engine = Engine(settings, library=library, choice=QUOTES)
    engine.open()
    topics = "What topics are covered here?"
    assert "groups of similar papers" in engine.ask(topics).answer
    monkeypatch.setattr("rag.retrieval.explore.layout.MOST_PROJECTED", 10)
    once = Engine(settings, library=library, choice=QUOTES)
    assert "groups of similar papers" in once.ask(topics).answer, "it has no later"
    monkeypatch.setattr(
        "rag.retrieval.explore.browser.CorpusBrowser.corpus_map", lambda self: Future()
    )
    assert "Ask again then" in engine.ask(topics).answer


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    engine = Engine(load_settings(index=tmp_path / "index", llm="quotes"))
    assert engine.choice.mode == "quotes"
    with pytest.raises(IndexUnavailableError, match="paperchat ingest"):
        engine.search("anything")


def test_sync_then_search(tmp_path: Path, page: Path, embedder: Embedder) -> None:
    made = load_settings(index=tmp_path / "index", llm="quotes")
    with Engine(made, embedder=lambda: embedder) as engine:
        assert engine.sync([page]).added == 3
        assert len(engine.search("network", 10)) == 3
        removed = engine.search("network", 1)[0].paper.paper_id
        assert [item.paper_id for item in engine.remove([removed])] == [removed]
    with Engine(made, embedder=lambda: embedder) as again:
        assert removed not in {item.paper.paper_id for item in again.search("network", 10)}
        assert again.restore([removed]).papers == 3
