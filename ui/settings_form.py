"""The window's settings form: validated, tested, and saved in `.env`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import SecretStr

from rag.engine import OPENAI_URL, origin_of, probe_endpoint, shown_url
from rag.errors import SettingsError
from rag.settings import LLMSetting, Settings
from ui import dotenv

if TYPE_CHECKING:
    from rag.engine import Probe

FILE = Path(".env")
MOST_PAPERS = 100
_PATIENCE = 20.0  # seconds without a byte after which a test gives up
_OTHER_NAMES = {
    "PAPERCHAT_LLM_BASE_URL": "OPENAI_BASE_URL",
    "PAPERCHAT_LLM_API_KEY": "OPENAI_API_KEY",
}


def read_form(form: Mapping[str, Any], now: Settings) -> Settings:
    """``now``, changed as the form says. Raises SettingsError, which never shows the key.

    An empty key means the key that is set, but only for the address that it was set for: otherwise
    a visitor could enter an address of their own and have the key sent there.
    """
    mode, most = form.get("mode"), form.get("top_papers")
    if mode not in get_args(LLMSetting):
        raise SettingsError("That is not a mode.", f"There are: {', '.join(get_args(LLMSetting))}.")
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST_PAPERS:
        raise SettingsError("That is not a number of papers.", f"Give one from 1 to {MOST_PAPERS}.")
    url = _url(str(form.get("url") or "").strip(), now)
    return now.model_copy(
        update={
            "llm": mode,
            "llm_base_url": url,
            "llm_api_key": _key(form, url, now),
            "llm_model": str(form.get("model") or "").strip() or None,
            "top_papers": most,
        }
    )


def try_form(form: Mapping[str, Any], now: Settings) -> Probe:
    """Test whether the form's endpoint answers. Raises SettingsError for a bad form."""
    wanted = read_form(form, now)
    if not (wanted.llm_base_url or wanted.llm_api_key):
        raise SettingsError("There is nothing to test.", "Give a URL, or a key for OpenAI's own.")
    return probe_endpoint(wanted, _PATIENCE)


def save_form(settings: Settings, path: Path = FILE) -> Path:
    """Write what the form sets to ``path``; returns the real path. Raises FileError."""
    return dotenv.write(path, _variables(settings))


def overriding(settings: Settings, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The environment's variables that will override the file when paperchat starts again."""
    named = {name.upper(): value for name, value in environ.items()}
    found = []
    for name, value in _variables(settings).items():
        given = next((n for n in (name, _OTHER_NAMES.get(name)) if n in named), None)
        if given and named[given] != (value or ""):
            found.append(given)
    return tuple(found)


def _variables(settings: Settings) -> dict[str, str | None]:
    """What the form sets, by the names of the environment's variables."""
    return {
        "PAPERCHAT_LLM": settings.llm,
        "PAPERCHAT_LLM_BASE_URL": settings.llm_base_url,
        "PAPERCHAT_LLM_API_KEY": (
            settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
        ),
        "PAPERCHAT_LLM_MODEL": settings.llm_model,
        "PAPERCHAT_TOP_PAPERS": str(settings.top_papers),
    }


def _url(given: str, now: Settings) -> str | None:
    if not given:
        return None
    if now.llm_base_url and given == shown_url(now.llm_base_url):
        return now.llm_base_url  # a password in it was not shown, and is not lost
    if not given.isprintable() or origin_of(given) is None:
        raise SettingsError("The endpoint's URL is not a URL.", "Write it as http://host:port/v1.")
    return given


def _key(form: Mapping[str, Any], url: str | None, now: Settings) -> SecretStr | None:
    given = str(form.get("key") or "").strip()
    if given and not (given.isascii() and given.isprintable() and " " not in given):
        raise SettingsError("The key cannot be right.", "Copy it again, and nothing else.")
    if given:
        return SecretStr(given)
    same = origin_of(url or OPENAI_URL) == origin_of(now.llm_base_url or OPENAI_URL)
    if form.get("forget") or not same:
        return None
    return now.llm_api_key
