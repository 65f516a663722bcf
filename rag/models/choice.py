"""Chooses the language model by the settings, and opens it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import SettingsError
from rag.models.endpoints.sending.address import shown
from rag.models.local import adapter, weights
from rag.settings import Settings
from rag.types import ModelChoice, ModelFile

if TYPE_CHECKING:
    from rag.models.embedding.embedder import Embedder
    from rag.models.endpoints.chat import ChatModel, Message
    from rag.models.endpoints.probe import Probe
    from rag.models.endpoints.sending.endpoint import Endpoint
    from rag.models.entailment import Entails

# Used if only a key is given.
OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-4.1-mini"


def choose_model(settings: Settings) -> ModelChoice:
    """Which language model answers, and why. Looks only at settings and file sizes.

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
        where = shown(settings.llm_base_url or OPENAI_URL)
        return ModelChoice("openai", _model_name(settings) or "", f"{asked}: {where}")
    return _embedded_or_quotes(settings)


def _embedded_or_quotes(settings: Settings) -> ModelChoice:
    """The embedded model, if what it was taught is there: untaught it makes answers worse."""
    embedded = weights.EMBEDDED_MODELS[0]
    asked = settings.llm == "local"
    if not asked and not weights.present(embedded, settings.models):
        why = "no endpoint is configured and no weights are on disk"
        return ModelChoice("quotes", "none", why)
    if fault := adapter.fault_of():
        return ModelChoice("quotes", "none", f"the embedded model cannot be used: {fault}")
    why = "local mode was asked for" if asked else "its weights are on disk"
    return ModelChoice("local", embedded.name, why)


def endpoint_of(settings: Settings) -> Endpoint:
    """The configured endpoint; OpenAI's if only a key is set."""
    from rag.models.endpoints.sending.endpoint import Endpoint

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    url = settings.llm_base_url or OPENAI_URL
    return Endpoint(url, key, _model_name(settings), settings.llm_timeout, settings.llm_deadline)


def same_model(one: Settings, other: Settings) -> bool:
    """Whether both settings choose the same language model. Raises SettingsError."""
    return _identity(one) == _identity(other)


def _identity(settings: Settings) -> tuple[object, ...]:
    choice = choose_model(settings)
    return choice.mode, choice.model, endpoint_of(settings) if choice.mode == "openai" else None


def probe_endpoint(settings: Settings, patience: float) -> Probe:
    """Try the configured endpoint; gives up after ``patience`` seconds without a byte.

    Each of its requests may take three times as long in all.
    """
    from rag.models.endpoints.probe import probe

    at = endpoint_of(settings)
    timeout, deadline = min(patience, at.timeout_s), min(3 * patience, at.deadline_s)
    return probe(replace(at, timeout_s=timeout, deadline_s=deadline))


def list_models(settings: Settings) -> tuple[ModelFile, ...]:
    """Every language model that can be embedded, and whether its file is on this disk."""
    return tuple(
        ModelFile(
            name=item.name,
            bytes=item.size,
            sha256=item.sha256,
            licence=item.licence,
            on_disk=weights.present(item, settings.models),
            file=str(weights.path_of(item, settings.models)),
        )
        for item in weights.EMBEDDED_MODELS
    )


def pull_model(
    settings: Settings,
    name: str | None = None,
    progress: weights.OnDownload | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """Fetch a model's weights and check them; the file's path. ``name`` is one of `list_models`.

    Raises InputError for an unknown name, and ModelUnavailableError for every failure and within a
    second of ``stop``.
    """
    wanted = weights.find(name) if name else weights.EMBEDDED_MODELS[0]
    from rag.models.local.pull import pull

    return pull(wanted, settings.models, progress, stop)


def wants_weights(settings: Settings) -> bool:
    """Whether the embedded model would answer if its weights were on disk, and they are not."""
    if weights.present(weights.EMBEDDED_MODELS[0], settings.models) or adapter.fault_of():
        return False
    if settings.llm == "auto":
        return choose_model(settings).mode != "openai"
    return settings.llm == "local"


def open_chat(
    settings: Settings, choice: ModelChoice, prefix: Sequence[Message]
) -> ChatModel | None:
    """The language model of ``choice``, ready to answer; None in quotes mode.

    The embedded model processes ``prefix``, the beginning of its requests, in advance. Raises
    ModelUnavailableError if weights are missing or wrong, and EndpointError if an endpoint cannot
    be reached.
    """
    if choice.mode == "quotes":
        return None
    if choice.mode == "openai":
        from rag.models.endpoints.chat import ChatModel

        return ChatModel(endpoint_of(settings))
    from rag.models.local.embedded import EmbeddedModel, EmbeddedServer

    embedded = weights.EMBEDDED_MODELS[0]
    model = EmbeddedModel(EmbeddedServer(embedded, settings.models, adapter=adapter.ADAPTER))
    model.warm(prefix)
    return model


def open_endpoint(settings: Settings) -> ChatModel:
    """The model at the configured endpoint, even if another one answers. Raises SettingsError."""
    from rag.models.endpoints.chat import ChatModel

    choose_model(settings.model_copy(update={"llm": "openai"}))
    return ChatModel(endpoint_of(settings))


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedder that the settings name. Raises ModelUnavailableError."""
    from rag.models.embedding.embedders import load_embedder

    return load_embedder(settings.embedder, settings.embedder_revision, settings.device)


def open_judge(settings: Settings, chat: ChatModel | None, choice: ModelChoice) -> Entails | None:
    """The second opinion on claims, if one is set and a language model writes claims.

    The embedded model is never used: it judges whether a sentence supports a claim no better than
    by chance.
    """
    if settings.judge is None or chat is None:
        return None
    from rag.models.entailment import by_chat, by_cross_encoder

    if settings.judge != "llm":
        return by_cross_encoder(settings.judge)
    return by_chat(chat) if choice.mode == "openai" else None


def _model_name(settings: Settings) -> str | None:
    """The model's name; None means the first one that the server lists."""
    if settings.llm_model:
        return settings.llm_model
    return None if settings.llm_base_url else OPENAI_MODEL
