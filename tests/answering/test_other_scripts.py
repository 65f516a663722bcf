"""Questions in the script of a library's abstracts, without a language model."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from scripted_server import ScriptedServer

from rag.answering.understanding.plain_english import in_plain_english
from rag.engine import Engine
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.models.endpoints.chat import ChatModel
from rag.settings import load_settings

PAPERS = [
    {
        "title": "茶园土壤有机质的变化",
        "abstract": "茶园土壤逐年变酸。本文调查了四十个茶园。土壤有机质增加了12%。"
        "施肥过多使产量下降了三成。冬季的土壤湿度为35%。今后将调查山区茶园。",
    },
    {
        "title": "川の水温に関する研究",
        "abstract": "川の水温は魚に影響する。本研究では水温を測定した。夏の平均水温は24度であった。"
        "森林を伐採すると水温は3度上昇した。",
    },
    {
        "title": "Прочность льда на озёрах",
        "abstract": "Прочность льда важна для транспорта. Толщина льда составила 40 см. "
        "Весной прочность снизилась вдвое.",
    },
]


@pytest.fixture(scope="module")
def engine(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "papers.json").write_text(json.dumps(PAPERS), "utf-8")
    settings = load_settings(index=folder / "index", llm="quotes")
    engine = Engine(settings, embedder=lambda: embedder)
    engine.sync([folder / "papers.json"])
    return engine


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("土壤有机质增加了多少?", "土壤有机质增加了12%。"),
        ("冬季的土壤湿度是多少?", "冬季的土壤湿度为35%。"),
        ("施肥过多时产量怎么样?", "施肥过多使产量下降了三成。"),
        ("夏の平均水温はいくつですか?", "夏の平均水温は24度であった。"),
        ("森林を伐採するとどうなりますか?", "森林を伐採すると水温は3度上昇した。"),
        ("Какой была толщина льда?", "Толщина льда составила 40 см."),
    ],
)
def test_the_sentence_that_answers_comes_first(
    engine: Engine, question: str, sentence: str
) -> None:
    answer = engine.ask(question)
    assert [claim.text for claim in answer.claims] == [sentence]


@pytest.mark.parametrize("question", ["量子计算机的温度是多少?", "Сколько стоит хлеб?"])
def test_what_no_abstract_says_is_declined(engine: Engine, question: str) -> None:
    assert not engine.ask(question).claims


def test_another_script_is_not_read(engine: Engine) -> None:
    assert "no language model is here to translate" in engine.ask("كم سمك الجليد؟").answer


@pytest.mark.parametrize(("copies", "asked"), [(0, "茶园有多少个?"), (3, "How many gardens?")])
def test_a_model_translates_unless_most_abstracts_are_in_the_script(
    engine: Engine, copies: int, asked: str
) -> None:
    old = engine.library
    mine = [paper for paper in old.papers if paper.title.startswith("茶")]
    english = [replace(mine[0], abstract="Tea is grown in gardens.")] * copies
    library = Library([*mine, *english], old.dense, old.lexical, old.tokens, old.embedder)
    with ScriptedServer(json.dumps({"english": "How many gardens?"})) as server:
        plain = in_plain_english("茶园有多少个?", library, ChatModel(server.endpoint()))
    assert plain.text == asked
