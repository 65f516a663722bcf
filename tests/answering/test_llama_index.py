"""llama-index programs over a paperchat index: its retriever, its query engine, its collection."""

from __future__ import annotations

import pytest
from llama_index.core.callbacks import CallbackManager
from llama_index.core.indices.prompt_helper import ChatPromptHelper, PromptHelper
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import MetadataMode
from llama_index.core.vector_stores import VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.engine import Engine
from rag.errors import UnknownPaperError
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings
from rag.types import ModelChoice, Scope

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
QUESTION = "How many parameters does SINet have?"


@pytest.fixture
def engine(settings: Settings, library: Library) -> Engine:
    return Engine(settings, library=library, choice=ModelChoice("quotes", "none", "a test"))


def test_passages_of_the_best_papers(engine: Engine, library: Library) -> None:
    found = engine.as_retriever(k=3).retrieve(QUESTION)
    ranked = list(dict.fromkeys(item.node.metadata["paper_id"] for item in found))
    assert ranked == [item.paper.paper_id for item in engine.search(QUESTION, 3)]
    assert ranked[0] == found[0].node.ref_doc_id == SINET
    for item in found:
        known = item.node.metadata
        paper = library.by_id[known["paper_id"]]
        assert (known["title"], known["url"]) == (paper.title, paper.url)
        text = item.node.get_content(MetadataMode.NONE)
        assert paper.abstract[known["start"] : known["end"]] == text
    scores = [item.score or 0.0 for item in found]
    assert scores == sorted(scores, reverse=True)


def test_llama_index_writes_from_our_passages(engine: Engine) -> None:
    callbacks = CallbackManager([])
    llm = MockLLM(callback_manager=callbacks)  # it repeats its prompt
    synthesizer = get_response_synthesizer(
        llm=llm,
        callback_manager=callbacks,
        prompt_helper=PromptHelper.from_llm_metadata(llm.metadata),
        chat_prompt_helper=ChatPromptHelper.from_llm_metadata(llm.metadata),
    )
    response = RetrieverQueryEngine(engine.as_retriever(k=2), synthesizer).query(QUESTION)
    assert QUESTION in str(response) and "86.9K" in str(response)
    assert "title: SINet" in str(response) and "paper_id" not in str(response)
    assert {item.node.metadata["paper_id"] for item in response.source_nodes} >= {SINET}


def test_our_answer_with_its_quotes(engine: Engine, library: Library) -> None:
    response = engine.as_query_engine().query(QUESTION)
    assert str(response) == engine.ask(QUESTION).answer
    cited = response.source_nodes[0].node
    assert "86.9K" in cited.get_content(MetadataMode.NONE)
    assert (cited.metadata["paper_id"], cited.metadata["number"]) == (SINET, 1)
    quote = library.by_id[SINET].abstract[cited.metadata["start"] : cited.metadata["end"]]
    assert quote == cited.get_content(MetadataMode.NONE)
    known = response.metadata or {}
    assert (known["kind"], known["abstained"], known["mode"]) == ("answer", False, "quotes")
    assert known["citations"][0]["paper_id"] == SINET
    assert known["claims"][0]["verdict"] == "supported"


def test_a_refusal_has_no_sources(engine: Engine) -> None:
    response = engine.as_query_engine().query("Who won the 2018 football world cup?")
    assert response.source_nodes == []
    assert (response.metadata or {})["abstained"] is True


def test_a_scope_holds(engine: Engine) -> None:
    other = engine.search("vision transformer", 1)[0].paper.paper_id
    found = engine.as_retriever(scope=Scope((other,))).retrieve(QUESTION)
    assert {item.node.metadata["paper_id"] for item in found} == {other}
    with pytest.raises(UnknownPaperError, match="nobody"):
        engine.as_retriever(scope=Scope(("nobody",)))


def test_the_collection_itself_can_be_opened(library: Library, embedder: Embedder) -> None:
    store = ChromaVectorStore(chroma_collection=library.dense.chunks)
    vector = [float(x) for x in embedder.embed_query("lightweight portrait segmentation")]
    found = store.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=3))
    assert found.nodes is not None
    papers = {node.metadata["paper_id"] for node in found.nodes}
    assert SINET in papers
    for node in found.nodes:
        paper = library.by_id[node.metadata["paper_id"]]
        start, end = node.metadata["start"], node.metadata["end"]
        assert paper.abstract[start:end] == node.get_content(MetadataMode.NONE)
        assert node.metadata["title"] == paper.title
        assert not any(name.startswith("_") for name in node.metadata)
