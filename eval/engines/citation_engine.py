"""LlamaIndex's own CitationQueryEngine over our index, as the alternative a user has.

It gets the same chunks, embedder, language model and questions; its prompt, its citation chunk
size (512) and its synthesis are its defaults. What we set, and why:

    similarity_top_k  6. The default, 2 chunks, is too few for a comparison or a list; 6
                      are the most that fit one prompt with its instructions.
    temperature       0, as for us.
    max_tokens        400, as for us; without a limit small models never stop.
    context_window    4096, that of the embedded model.

It takes no history, so it is asked only the last question of a conversation, as a user of it would.
llama-index's global Settings stay as they are: every part is passed in.
"""

from __future__ import annotations

import time
from typing import Any, cast

from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.indices.prompt_helper import ChatPromptHelper, PromptHelper
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.query_engine.citation_query_engine import (
    CITATION_QA_TEMPLATE,
    CITATION_REFINE_TEMPLATE,
    DEFAULT_CITATION_CHUNK_OVERLAP,
    DEFAULT_CITATION_CHUNK_SIZE,
)
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import MetadataMode, NodeWithScore
from llama_index.llms.openai_like import OpenAILike
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from eval.cases import Case
from eval.engines.citation_text import Source, by_sentence, locate, read
from eval.engines.llama import llama_llm
from eval.scoring.results import Answerer, Outcome
from rag.answering.verify.alignment import similarity_by
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.types import Answer, ModelChoice, Retrieved, Timings

TOP_K = 6


class _Adapter(BaseEmbedding):
    """Our embedder as llama-index wants it."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, callbacks: CallbackManager) -> None:
        super().__init__(model_name="paperchat", callback_manager=callbacks)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(value) for value in self._embedder.embed_query(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_query_embedding(text)


class _TitleAlone(BaseNodePostprocessor):
    """Lets only the title of a node's metadata into the prompt."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: Any = None
    ) -> list[NodeWithScore]:
        for item in nodes:
            item.node.excluded_llm_metadata_keys = [
                name for name in item.node.metadata if name != "title"
            ]
        return nodes


def citation_query_engine(
    library: Library, endpoint: Endpoint, model: str, choice: ModelChoice
) -> Answerer:
    """CitationQueryEngine with ``model`` at ``endpoint``; ``choice`` is what answers report.

    The engine raises EndpointError if the endpoint fails. Nothing is asked of it before the
    first case, and an embedded model's server must outlive the engine.
    """
    callbacks = CallbackManager([])
    splitter = SentenceSplitter(
        chunk_size=DEFAULT_CITATION_CHUNK_SIZE,
        chunk_overlap=DEFAULT_CITATION_CHUNK_OVERLAP,
        callback_manager=callbacks,
    )
    retriever = _retriever(library, splitter, callbacks)

    def answer(case: Case) -> Outcome:
        # One client a question, closed with it: an engine has no end to close it at.
        with llama_llm(endpoint, model, callbacks) as llm:
            engine = _engine(retriever, splitter, llm, callbacks)
            started = time.perf_counter()
            response = cast(Response, engine.query(case.question))
            milliseconds = round((time.perf_counter() - started) * 1000, 2)
        return _outcome(case, response, library, choice, milliseconds)

    return answer


def _retriever(
    library: Library, splitter: SentenceSplitter, callbacks: CallbackManager
) -> BaseRetriever:
    index = VectorStoreIndex.from_vector_store(
        ChromaVectorStore(chroma_collection=library.dense.chunks),
        embed_model=_Adapter(library.embedder, callbacks),
        callback_manager=callbacks,
        transformations=[splitter],  # of no use here; without any, the global Settings are read
    )
    return index.as_retriever(similarity_top_k=TOP_K)


def _engine(
    retriever: BaseRetriever,
    splitter: SentenceSplitter,
    llm: OpenAILike,
    callbacks: CallbackManager,
) -> CitationQueryEngine:
    """What ``CitationQueryEngine.from_args`` makes, which would read the global Settings."""
    synthesizer = get_response_synthesizer(
        llm=llm,
        prompt_helper=PromptHelper.from_llm_metadata(llm.metadata),
        chat_prompt_helper=ChatPromptHelper.from_llm_metadata(llm.metadata),
        text_qa_template=CITATION_QA_TEMPLATE,
        refine_template=CITATION_REFINE_TEMPLATE,
        callback_manager=callbacks,
    )
    return CitationQueryEngine(
        retriever=retriever,
        llm=llm,
        response_synthesizer=synthesizer,
        text_splitter=splitter,
        node_postprocessors=[_TitleAlone()],
        callback_manager=callbacks,
    )


def _outcome(
    case: Case, response: Response, library: Library, choice: ModelChoice, milliseconds: float
) -> Outcome:
    sources = [_source(item, library) for item in response.source_nodes]
    reply = read(response.response or "", sources, by_sentence(similarity_by(library.embedder)))
    ranked: dict[str, Retrieved] = {}
    for item, source in zip(response.source_nodes, sources, strict=True):
        paper = source.paper
        found = Retrieved(paper.paper_id, paper.title, round(item.score or 0.0, 4))
        ranked.setdefault(paper.paper_id, found)
    answer = Answer(
        id=case.id,
        question=case.question,
        standalone_question=case.question,
        kind="abstention" if reply.abstained else "answer",
        answer=reply.text,
        abstained=reply.abstained,
        reason="not_in_abstracts" if reply.abstained else None,
        nearest=(),
        claims=reply.claims,
        citations=reply.citations,
        retrieved=tuple(ranked.values()),
        coverage=None,
        mode=choice.mode,
        model=choice.model,
        timings=Timings(first_token_ms=milliseconds, total_ms=milliseconds),
        removed=reply.removed,
    )
    return Outcome(answer, None, tuple(ranked), tuple(ranked))


def _source(item: NodeWithScore, library: Library) -> Source:
    node = item.node
    paper = library.by_id[str(node.metadata["paper_id"])]
    text = node.get_content(metadata_mode=MetadataMode.NONE)
    return Source(paper, locate(text, paper, near=int(node.metadata["start"])))
