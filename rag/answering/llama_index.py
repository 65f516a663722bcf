"""Adapters for llama-index programs: a retriever over a paperchat index, and a query engine.

    retriever = engine.as_retriever(k=5)
    RetrieverQueryEngine.from_args(retriever, llm=llm).query("What is SINet?")
    engine.as_query_engine().query("What is SINet?")

With the retriever llama-index writes the answer; the query engine returns our checked and cited
one. Neither reads llama-index's global settings.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)
from pydantic import PrivateAttr

from rag.answering.flow import Assistant
from rag.index.library import Library
from rag.retrieval.search import retrieve
from rag.types import EVERYTHING, Answer, Scope


class PaperchatRetriever(BaseRetriever):
    """The passages of the ``k`` best papers within a scope, best paper first.

    A node's score is its paper's. Its metadata are ``paper_id``, ``title``, ``url``, and ``start``
    and ``end``, its offsets in the abstract; a prompt shows only the title. A paper without an
    abstract has no passages. Raises UnknownPaperError for a scope with an unknown paper.
    """

    def __init__(self, library: Library, k: int = 10, scope: Scope = EVERYTHING) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._library, self._k = library, k
        self._scope = library.scope(scope.papers, scope.filter)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = retrieve(self._library, query_bundle.query_str, self._k, self._scope)
        return [
            NodeWithScore(
                node=_node(
                    passage.text,
                    paper_id=ranked.paper.paper_id,
                    title=ranked.paper.title,
                    url=ranked.paper.url,
                    start=passage.start,
                    end=passage.end,
                ),
                score=ranked.score,
            )
            for ranked in found.ranked
            for passage in ranked.passages
        ]


class PaperchatQueryEngine(CustomQueryEngine):
    """Answers as `Assistant.ask` gives them.

    The response's source nodes are the quotes that the answer cites; their metadata are those of
    `PaperchatRetriever` and ``number``, the citation's. The response's metadata hold ``kind``,
    ``abstained``, ``reason``, ``claims``, ``citations``, ``mode`` and ``model`` as in
    ``paperchat ask --json``.
    """

    _assistant: Assistant = PrivateAttr()
    _scope: Scope = PrivateAttr()

    def __init__(self, assistant: Assistant, scope: Scope = EVERYTHING) -> None:
        super().__init__()
        self._assistant, self._scope = assistant, scope

    def custom_query(self, query_str: str) -> Response:
        """The answer to a question. Raises as `Assistant.ask` does."""
        answer = self._assistant.ask(query_str, scope=self._scope)
        return Response(answer.answer, _cited(answer), _metadata(answer))


def _cited(answer: Answer) -> list[NodeWithScore]:
    return [
        NodeWithScore(
            node=_node(
                quote.text,
                paper_id=citation.paper_id,
                title=citation.title,
                url=citation.url,
                start=quote.start,
                end=quote.end,
                number=citation.number,
            )
        )
        for citation in answer.citations
        for quote in citation.quotes
    ]


def _metadata(answer: Answer) -> dict[str, Any]:
    return {
        "kind": answer.kind,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "claims": [asdict(claim) for claim in answer.claims],
        "citations": [asdict(citation) for citation in answer.citations],
        "mode": answer.mode,
        "model": answer.model,
    }


def _node(text: str, *, paper_id: str, start: int, end: int, **metadata: Any) -> TextNode:
    known = {"paper_id": paper_id, "start": start, "end": end, **metadata}
    hidden = [name for name in known if name != "title"]
    return TextNode(
        id_=f"{paper_id}:{start}-{end}",
        text=text,
        start_char_idx=start,
        end_char_idx=end,
        metadata=known,
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=paper_id)},
    )
