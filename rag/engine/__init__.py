"""The public interface of the engine, and the few functions that need no open index.

    with Engine(load_settings()) as engine:
        engine.sync(["library.bib"])
        print(engine.ask("What is SINet?").answer)

Everything is opened, loaded and imported when it is first needed: `sync` loads no language model,
and `search` neither that nor the readers of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.comparing.selection import PaperSelection
from rag.decisions.aspects import ASPECTS, MOST_ASPECTS, Aspect, choose_columns
from rag.engine.engine import Engine
from rag.index.collections import (
    Collection,
    count_papers,
    find_collection,
    indexes,
    list_collections,
    remove_collection,
    rename_collection,
)
from rag.index.status import status_of
from rag.models.choice import (
    OPENAI_URL,
    choose_model,
    list_models,
    open_endpoint,
    probe_endpoint,
    pull_model,
    wants_weights,
)
from rag.models.endpoints.replies.allowance import stoppable
from rag.models.endpoints.sending.address import origin_of
from rag.models.endpoints.sending.address import shown as shown_url

if TYPE_CHECKING:  # for annotations; they are slow to import
    from rag.corpus.reading import Reading as Reading
    from rag.models.endpoints.chat import ChatModel as ChatModel
    from rag.models.endpoints.probe import Probe as Probe
    from rag.models.local.weights import DownloadProgress as DownloadProgress

__all__ = [
    "ASPECTS",
    "MOST_ASPECTS",
    "OPENAI_URL",
    "Aspect",
    "Collection",
    "Engine",
    "PaperSelection",
    "choose_columns",
    "choose_model",
    "count_papers",
    "find_collection",
    "indexes",
    "list_collections",
    "list_models",
    "open_endpoint",
    "origin_of",
    "probe_endpoint",
    "pull_model",
    "remove_collection",
    "rename_collection",
    "shown_url",
    "status_of",
    "stoppable",
    "wants_weights",
]
