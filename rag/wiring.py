"""Settings to objects: the one place where they are built. Heavy imports happen inside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rag.errors import SettingsError
from rag.index.build.removed import remove, unremove
from rag.index.generations import Identity, IndexFolder, Removal
from rag.index.identity import identity_of
from rag.models import weights
from rag.settings import Settings
from rag.types import Ledger, ModelChoice

if TYPE_CHECKING:
    from rag.answering.claims import Entails
    from rag.answering.flow import Assistant
    from rag.comparing.flow import Comparer
    from rag.corpus.reading import Fetch, Reading
    from rag.index.library import Library
    from rag.models.chat import ChatModel, Message
    from rag.models.embedder import Embedder
    from rag.models.endpoint import Endpoint
    from rag.retrieval.explore.browser import CorpusBrowser

T = TypeVar("T")

# Where a key is given and nothing else.
OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-4.1-mini"


def choose(settings: Settings) -> ModelChoice:
    """Which language model answers, and why. Looks at settings and file sizes alone.

    Raises SettingsError for `openai` without a key or URL.
    """
    endpoint = bool(settings.llm_base_url or settings.llm_api_key)
    if settings.llm == "quotes":
        return ModelChoice("quotes", "none", "quotes mode was asked for")
    if settings.llm == "openai" and not endpoint:
        raise SettingsError(
            "The mode openai needs an endpoint and none is configured.",
            "Set OPENAI_API_KEY, or PAPERCHAT_LLM_BASE_URL for a server of your own.",
        )
    if settings.llm == "openai" or (settings.llm == "auto" and endpoint):
        asked = "openai mode was asked for" if settings.llm == "openai" else "it is configured"
        where = settings.llm_base_url or OPENAI_URL
        return ModelChoice("openai", _openai_model(settings) or "", f"{asked}: {where}")
    local = weights.EMBEDDED_MODELS[0]
    there = weights.present(local, settings.models)
    if settings.llm == "local" or there:
        why = "local mode was asked for" if settings.llm == "local" else "its weights are on disk"
        return ModelChoice("local", local.name, why)
    return ModelChoice("quotes", "none", "no endpoint is configured and no weights are on disk")


def index_identity(settings: Settings) -> Identity:
    """The identity of an index made with these settings."""
    return identity_of(settings.embedder, settings.embedder_revision)


def index_folder(settings: Settings) -> IndexFolder:
    """The index on disk; nothing is opened."""
    return IndexFolder(settings.index)


def check_index(settings: Settings) -> None:
    """Raise IndexUnavailableError where `open_library` would; opens nothing."""
    index_folder(settings).require(index_identity(settings))


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedder. Raises ModelUnavailableError."""
    from rag.models.embedder import Embedder

    return Embedder(settings.embedder, settings.embedder_revision)


def sync(
    settings: Settings,
    paths: Sequence[Path | str] = (),
    progress: Callable[[int, int], None] | None = None,
    embedder: Callable[[], Embedder] | None = None,
    *,
    fetch: Fetch | None = None,
    columns: Mapping[str, str] | None = None,
    prune: bool = False,
    stop: Callable[[], bool] | None = None,
) -> Ledger:
    """Read ``paths`` (the delivered corpus where empty) and bring the index in line with them.

    ``progress`` gets (papers embedded, papers to embed). ``columns`` maps fields to the names that
    a table's columns have; ``fetch`` looks references up, in the catalogues themselves where it is
    None; ``prune`` and ``stop`` are as in `rag.index.build.sync.sync`. Raises InputError for what
    cannot be read and IndexUnavailableError for an index that cannot be written.
    """
    # The readers take a third of a second to import, and `status` reads nothing.
    from rag.corpus.reading import Reading, is_reference, read_paths, read_references
    from rag.index.build.sync import sync as sync_index

    folder, identity = index_folder(settings), index_identity(settings)
    references = [str(path) for path in paths if is_reference(str(path))]
    files = [Path(path) for path in paths if str(path) not in references]
    reading = Reading()
    if files or not paths:
        reading = read_paths(files or [settings.data], columns, gone=folder.lost_sources)
    if references:
        from rag.corpus.catalogues import lookup as online

        reading += read_references(references, fetch or online.fetch)
    load = embedder or (lambda: open_embedder(settings))
    return sync_index(folder, identity, reading, load, progress, prune=prune, stop=stop)


def sync_reading(
    settings: Settings,
    reading: Reading,
    progress: Callable[[int, int], None] | None,
    embedder: Callable[[], Embedder],
    stop: Callable[[], bool] | None = None,
) -> Ledger:
    """As `sync`, with what was read already."""
    from rag.index.build.sync import sync as sync_index

    folder, identity = index_folder(settings), index_identity(settings)
    return sync_index(folder, identity, reading, embedder, progress, stop=stop)


def kept_reading(settings: Settings, sources: Collection[str]) -> Reading:
    """What the index keeps of ``sources``: to sync it again brings them back to how they are."""
    from rag.corpus.reading import Reading

    kept = Reading(read=frozenset(sources))
    records = [item.record for item in index_folder(settings).records()]
    return replace(kept, records=tuple(r for r in records if kept.covers(r.source)))


def paper_ids(settings: Settings) -> tuple[str, ...]:
    """The ids of the indexed papers, in order."""
    return tuple(paper.paper_id for paper in index_folder(settings).papers())


def remove_papers(settings: Settings, paper_ids: Sequence[str]) -> list[Removal]:
    """Take papers out of the index, and keep them out when their sources are read again.

    Raises UnknownPaperError, naming the first id that no paper has; then nothing is removed.
    """
    return remove(index_folder(settings), paper_ids)


def restore_papers(
    settings: Settings,
    paper_ids: Sequence[str],
    progress: Callable[[int, int], None] | None = None,
    embedder: Callable[[], Embedder] | None = None,
) -> Ledger:
    """Take papers back that were removed. Raises UnknownPaperError for an id that was not."""
    from rag.corpus.reading import Reading

    folder = index_folder(settings)
    unremove(folder, paper_ids)
    return sync_reading(
        settings, Reading(), progress, embedder or (lambda: open_embedder(settings))
    )


def open_library(settings: Settings, embedder: Embedder | None = None) -> Library:
    """Open the index with its embedder. Raises IndexUnavailableError before anything is loaded."""
    check_index(settings)
    from rag.index.library import open_library as open_index

    folder, identity = index_folder(settings), index_identity(settings)
    return open_index(folder, identity, embedder or open_embedder(settings))


def open_chat(
    settings: Settings, choice: ModelChoice, opening: Sequence[Message] = ()
) -> ChatModel | None:
    """The language model of ``choice``, ready to answer; None in quotes mode.

    The embedded model reads ``opening`` ahead, how its requests will begin; questions where empty.
    Raises ModelUnavailableError where weights are missing or wrong, EndpointError where an
    endpoint cannot be reached.
    """
    if choice.mode == "quotes":
        return None
    from rag.models.chat import ChatModel

    if choice.mode == "local":
        return _open_embedded(settings, opening)
    return ChatModel(endpoint_of(settings))


def endpoint_of(settings: Settings) -> Endpoint:
    """The endpoint that is configured, OpenAI's where only a key is."""
    from rag.models.endpoint import Endpoint

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    url = settings.llm_base_url or OPENAI_URL
    return Endpoint(url, key, _openai_model(settings), settings.llm_timeout)


def assistant(
    settings: Settings, library: Library, chat: ChatModel | None, choice: ModelChoice
) -> Assistant:
    """Put the parts together. Raises EndpointError where the model's name has to be asked for."""
    from rag.answering.flow import Assistant
    from rag.comparing.cells import quoted_cells

    if chat is not None and not choice.model:
        choice = replace(choice, model=chat.name)
    return Assistant(
        library,
        chat,
        choice,
        top_papers=settings.top_papers,
        longest_question=settings.max_question,
        entails=_open_judge(settings, chat, choice),
        compared=quoted_cells,
    )


def open_assistant(settings: Settings) -> Assistant:
    """Everything that a question needs, for a program that asks and ends."""
    return _open(settings, assistant)


def _open_judge(settings: Settings, chat: ChatModel | None, choice: ModelChoice) -> Entails | None:
    """The second opinion on claims, where there is one and there are claims to judge.

    The embedded model is none: asked whether a sentence supports a claim, it is right no more often
    than a coin.
    """
    if settings.judge is None or chat is None:
        return None
    from rag.models.entailment import by_chat, by_cross_encoder

    if settings.judge != "llm":
        return by_cross_encoder(settings.judge)
    return by_chat(chat) if choice.mode == "openai" else None


def comparer(
    settings: Settings, library: Library, chat: ChatModel | None, choice: ModelChoice
) -> Comparer:
    """The same for comparisons. Raises EndpointError as `assistant` does."""
    from rag.comparing.cache import CellCache
    from rag.comparing.flow import Comparer

    if chat is not None and not choice.model:
        choice = replace(choice, model=chat.name)
    return Comparer(library, chat, choice, CellCache(settings.index))


def catalogue(settings: Settings, library: Library) -> CorpusBrowser:
    """The corpus to look through; its map is drawn when it is first asked for."""
    from rag.retrieval.explore.browser import CorpusBrowser
    from rag.retrieval.explore.map_file import MapFile

    return CorpusBrowser(library, index_identity(settings), MapFile(settings.index))


def open_comparer(settings: Settings) -> Comparer:
    """Everything that a comparison needs, for a program that compares and ends."""
    from rag.comparing.cell_prompts import cells_opening

    return _open(settings, comparer, [*cells_opening(), {"role": "user", "content": ""}])


def _open(
    settings: Settings,
    put_together: Callable[[Settings, Library, ChatModel | None, ModelChoice], T],
    opening: Sequence[Message] = (),
) -> T:
    """Library and language model, opened and put together; closed again where a part fails."""
    choice = choose(settings)
    with ExitStack() as opened:
        library = opened.enter_context(closing(open_library(settings)))
        chat = open_chat(settings, choice, opening)
        if chat is not None:
            opened.enter_context(closing(chat))
        made = put_together(settings, library, chat, choice)
        opened.pop_all()
        return made


def _open_embedded(settings: Settings, opening: Sequence[Message]) -> ChatModel:
    from rag.answering.prompts import claims_messages
    from rag.models.embedded import EmbeddedModel

    model = EmbeddedModel(weights.EMBEDDED_MODELS[0], settings.models)
    model.warm(opening or claims_messages("", ()))
    return model


def _openai_model(settings: Settings) -> str | None:
    """The model's name; None lets the server's own list decide."""
    if settings.llm_model:
        return settings.llm_model
    return None if settings.llm_base_url else OPENAI_MODEL
