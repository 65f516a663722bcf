"""Choosing the language model by the settings, and opening it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import SettingsError
from rag.models import weights
from rag.settings import Settings
from rag.types import ModelChoice

if TYPE_CHECKING:
    from rag.models.chat import ChatModel, Message
    from rag.models.endpoint import Endpoint
    from rag.models.entailment import Entails

# Used where only a key is given.
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
        where = settings.llm_base_url or OPENAI_URL
        return ModelChoice("openai", _model_name(settings) or "", f"{asked}: {where}")
    embedded = weights.EMBEDDED_MODELS[0]
    if settings.llm == "local":
        return ModelChoice("local", embedded.name, "local mode was asked for")
    if weights.present(embedded, settings.models):
        return ModelChoice("local", embedded.name, "its weights are on disk")
    return ModelChoice("quotes", "none", "no endpoint is configured and no weights are on disk")


def endpoint_of(settings: Settings) -> Endpoint:
    """The configured endpoint; OpenAI's if only a key is set."""
    from rag.models.endpoint import Endpoint

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    url = settings.llm_base_url or OPENAI_URL
    return Endpoint(url, key, _model_name(settings), settings.llm_timeout)


def open_chat(
    settings: Settings, choice: ModelChoice, prefix: Sequence[Message]
) -> ChatModel | None:
    """The language model of ``choice``, ready to answer; None in quotes mode.

    The embedded model processes ``prefix`` in advance, with which its requests will begin. Raises
    ModelUnavailableError where weights are missing or wrong, EndpointError where an endpoint cannot
    be reached.
    """
    if choice.mode == "quotes":
        return None
    if choice.mode == "openai":
        from rag.models.chat import ChatModel

        return ChatModel(endpoint_of(settings))
    from rag.models.embedded import EmbeddedModel

    model = EmbeddedModel(weights.EMBEDDED_MODELS[0], settings.models)
    model.warm(prefix)
    return model


def open_judge(settings: Settings, chat: ChatModel | None, choice: ModelChoice) -> Entails | None:
    """The second opinion on claims, if one is set and a language model writes claims.

    The embedded model is never used: asked whether a sentence supports a claim, it is right no more
    often than by chance.
    """
    if settings.judge is None or chat is None:
        return None
    from rag.models.entailment import by_chat, by_cross_encoder

    if settings.judge != "llm":
        return by_cross_encoder(settings.judge)
    return by_chat(chat) if choice.mode == "openai" else None


def _model_name(settings: Settings) -> str | None:
    """None lets the server's own list decide."""
    if settings.llm_model:
        return settings.llm_model
    return None if settings.llm_base_url else OPENAI_MODEL
