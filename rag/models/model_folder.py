"""The folder of a model that the user names: its weights are safetensors, and none of it runs.

Pickled weights (pytorch_model.bin and the like) are programs, and a repository may bring Python
files too. Neither is downloaded, and a folder that needs either is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.errors import ModelUnavailableError

# For sentence-transformers. Configurations may name Python classes; those of others are refused.
NO_CODE: Mapping[str, Any] = {"trust_remote_code": False, "local_files_only": True}
SAFE_WEIGHTS: Mapping[str, Any] = {"use_safetensors": True}

_DATA = ("*.json", "*.txt", "*.model", "*.safetensors")
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle", "*.joblib")


def model_folder(source: str, revision: str | None, remedy: str) -> Path:
    """The folder ``source``; or the files of a model on the hub, downloaded once.

    Raises ModelUnavailableError if the hub does not give them, or if weights are pickled.
    """
    folder = Path(source) if Path(source).is_dir() else _from_hub(source, revision, remedy)
    for inside in _with_weights(folder):
        pickled = sorted(file.name for kind in _PICKLED for file in inside.glob(kind))
        if pickled and not any(inside.glob("model*.safetensors")):
            raise ModelUnavailableError(
                f"The model {source!r} has pickled weights ({pickled[0]}), which can run code; "
                "only safetensors are loaded.",
                remedy,
            )
    return folder


def cannot_load(what: str, source: str, exc: Exception, remedy: str) -> ModelUnavailableError:
    """The error for a model that a library does not load; libraries say why on many lines."""
    said = str(exc).strip().split("\n")[0]
    return ModelUnavailableError(f"The {what} {source!r} cannot be loaded: {said}", remedy)


def _from_hub(source: str, revision: str | None, remedy: str) -> Path:
    import httpx
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(source, revision=revision, allow_patterns=list(_DATA)))
    except (OSError, ValueError, RuntimeError, httpx.HTTPError) as exc:
        raise cannot_load("model", source, exc, remedy) from exc


def _with_weights(folder: Path) -> Iterator[Path]:
    """The folders from which sentence-transformers would load weights."""
    yield folder
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        yield from (folder / module["path"] for module in modules if module["path"])
    except (OSError, ValueError, KeyError, TypeError):
        return  # not in this layout, which loading finds out
