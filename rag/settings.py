"""All settings, as values. `rag.engine` and `rag.models.choice` build objects from them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, TypeAlias

from platformdirs import user_cache_path, user_config_path
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

LLMSetting: TypeAlias = Literal["auto", "openai", "local", "quotes"]
Device: TypeAlias = Literal["auto", "cpu", "cuda"]

# No separator and no leading dot: a name must not lead out of the folder of collections.
DEFAULT = "default"
_NAME = re.compile(r"\w(?:[\w.-]{0,62}\w)?")

_ZOTERO_LIBRARY = re.compile(r"(?:(?:users|groups)/)?[1-9]\d{0,11}", re.ASCII)

_SHORTEST = 8  # characters of a password
_SECRET = ("password", "llm_api_key", "chroma_token", "zotero_key")  # no error repeats them
CHECKOUT = Path(__file__).resolve().parent.parent


def is_name(text: str) -> bool:
    """Whether a collection can have this name; `DEFAULT` names the index outside collections."""
    return bool(_NAME.fullmatch(text)) and text.lower() != DEFAULT


class Settings(BaseSettings):
    """Read from arguments, then ``PAPERCHAT_*`` variables, then ``.env``, then these defaults."""

    model_config = SettingsConfigDict(
        env_prefix="PAPERCHAT_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    data: Path = CHECKOUT / "data"
    collections: Path = CHECKOUT / ".paperchat" / "collections"
    index: Path = Field(
        default=CHECKOUT / ".paperchat" / "index", description="a folder, or a collection's name"
    )
    chroma_url: str | None = Field(
        default=None,
        description="a Chroma server that has the chunks, such as http://localhost:8000",
    )
    chroma_token: SecretStr | None = Field(default=None, description="what the server asks for")
    chroma_tenant: str = "default_tenant"
    chroma_database: str = "default_database"
    models: Path = Field(default_factory=lambda: user_cache_path("paperchat") / "models")

    llm: LLMSetting = "auto"
    llm_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("PAPERCHAT_LLM_BASE_URL", "OPENAI_BASE_URL")
    )
    llm_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("PAPERCHAT_LLM_API_KEY", "OPENAI_API_KEY")
    )
    llm_model: str | None = None
    llm_timeout: float = Field(default=60.0, gt=0, description="seconds without a byte")
    llm_deadline: float = Field(default=300.0, gt=0, description="seconds for one answer")
    llm_budget: int = Field(default=6000, ge=500, description="tokens of abstracts in one prompt")

    embedder: str | None = Field(
        default=None,
        description="`minilm`, a folder or a hub name; this project's encoder where empty",
    )
    embedder_revision: str | None = None
    device: Device = Field(
        default="auto", description="what reads many texts: `cuda`, `cpu`, or a GPU if there is one"
    )

    judge: str | None = Field(
        default=None,
        description="a second opinion on claims: `llm`, the endpoint's model, or a cross-encoder's "
        "folder or hub name",
    )

    ray: str | None = Field(
        default=None,
        description="a Ray cluster where `paperchat index serve` holds the index's shards",
    )

    zotero_key: SecretStr | None = Field(
        default=None, description="a key of zotero.org; without one a running Zotero is read"
    )
    zotero_library: str | None = Field(
        default=None, description="a user's number, or groups/123; the key's own where empty"
    )
    zotero_url: str | None = Field(default=None, description="another address of Zotero's API")

    top_papers: int = Field(default=10, ge=1, le=100)
    max_question: int = Field(default=4000, ge=1, description="characters")

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    password: SecretStr | None = Field(
        default=None, description="what visitors of the window must know"
    )
    open_to_anyone: bool = Field(default=False, description="no login, whoever can reach the host")
    keys: Path = Field(
        default_factory=lambda: user_config_path("paperchat") / "keys.json",
        description="the file with the hashes of the HTTP API's keys",
    )
    allowed_hosts: str = Field(default="", description="more names of the host, comma-separated")
    log_questions: bool = Field(default=False, description="logs may hold questions and abstracts")

    @field_validator("password")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST:
            raise ValueError(f"it needs at least {_SHORTEST} characters")
        return value

    @field_validator("zotero_library")
    @classmethod
    def _a_library(cls, value: str | None) -> str | None:
        if value and not _ZOTERO_LIBRARY.fullmatch(value):
            raise ValueError("it must be a user's number or groups/NUMBER")
        return value or None

    @field_validator("index", mode="before")
    @classmethod
    def _index_of(cls, value: Any, info: ValidationInfo) -> Any:
        """A bare word is a collection's name, unless a folder of that name exists."""
        if not isinstance(value, str) or Path(value).is_dir():
            return value
        if value == DEFAULT:
            return cls.model_fields["index"].default
        return info.data["collections"] / value / "index" if is_name(value) else value

    @property
    def report(self) -> Path:
        """The folder of the last evaluation's report."""
        return self.index.parent / "report"


def load_settings(**given: Any) -> Settings:
    """The settings; values in ``given`` that are not None override all other sources.

    Raises SettingsError, which names the first invalid setting.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as exc:
        first = exc.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        why = first["msg"].removeprefix("Value error, ")
        shown = "what it is" if name in _SECRET else repr(first["input"])
        raise SettingsError(
            f"The setting {name} cannot be {shown}: {why}.",
            f"Correct it on the command line, in PAPERCHAT_{name.upper()}, or in .env.",
        ) from exc
