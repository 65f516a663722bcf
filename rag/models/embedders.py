"""Which embedder a setting names, and loading it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.models.encoder_files import ENCODER, MANIFEST, EncoderFiles, encoder_files
from rag.models.packaged import MINILM_REVISION, PACKAGED_NAME, packaged_minilm

if TYPE_CHECKING:
    from rag.models.embedder import Embedder

_MINILM = ("minilm", PACKAGED_NAME.lower())


def load_embedder(name: str | None = None, revision: str | None = None) -> Embedder:
    """Load this project's encoder, or the one that ``name`` names.

    A name is `minilm`, the packaged model; a folder, exported as ours or in sentence-transformers'
    layout; or a name on the model hub, at ``revision``. Raises ModelUnavailableError if files are
    missing or not the expected ones.
    """
    files = _exported(name)
    if files is not None:
        from rag.models.onnx_embedder import OnnxEmbedder

        return OnnxEmbedder(files)
    from rag.models.torch_embedder import TorchEmbedder

    if name is not None and name.lower() in _MINILM:
        return TorchEmbedder(str(packaged_minilm()))
    return TorchEmbedder(str(name), revision)


def identify_embedder(name: str | None, revision: str | None) -> tuple[str, str]:
    """The full name and the revision of an embedder; loads nothing.

    Raises ModelUnavailableError if this project's encoder is not there.
    """
    files = _exported(name)
    if files is not None:
        return files.name, files.revision
    if name is not None and name.lower() in _MINILM:
        return PACKAGED_NAME, MINILM_REVISION
    return str(name), revision or "main"


def runtime_of(name: str | None) -> str:
    """What runs an embedder, why, and whether decisions are the plain ones (rag/decisions).

    Raises ModelUnavailableError as `identify_embedder` does.
    """
    files = _exported(name)
    how = (
        "sentence-transformers with torch, which run any model but take seconds to start"
        if files is None
        else "onnxruntime with 8-bit weights, the fastest that starts at once"
    )
    return how if files and files.roles else f"{how}; plain decisions, as it reads no roles"


def _exported(name: str | None) -> EncoderFiles | None:
    """The encoder that onnxruntime can run under this name, if there is one."""
    if not name:
        return encoder_files(ENCODER)
    folder = Path(name)
    return encoder_files(folder) if (folder / MANIFEST).is_file() else None
