"""Which embedder a setting names, and loading it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelUnavailableError
from rag.models.embedding.encoder_files import ENCODER, MANIFEST, EncoderFiles, encoder_files
from rag.models.embedding.packaged import MINILM_REVISION, PACKAGED_NAME, packaged_minilm

if TYPE_CHECKING:
    from rag.models.embedding.embedder import Embedder
    from rag.settings import Device

_MINILM = ("minilm", PACKAGED_NAME.lower())


def load_embedder(
    name: str | None = None, revision: str | None = None, device: Device = "auto"
) -> Embedder:
    """Load this project's encoder, or the one that ``name`` names.

    A name is `minilm`, the packaged model; a folder, exported as ours or in sentence-transformers'
    layout; or a name on the model hub, at ``revision``. With "auto" a GPU is used if there is one.
    Raises ModelUnavailableError if files are missing or not the expected ones.
    """
    files = _exported(name)
    if files is not None:
        from rag.models.embedding.gpu_embedder import GpuEmbedder
        from rag.models.embedding.onnx_embedder import OnnxEmbedder

        return GpuEmbedder(files) if on_gpu(device) else OnnxEmbedder(files)
    from rag.models.embedding.torch_embedder import TorchEmbedder

    torch_device = "cuda" if on_gpu(device) else "cpu"
    if name is not None and name.lower() in _MINILM:
        return TorchEmbedder(str(packaged_minilm()), device=torch_device)
    return TorchEmbedder(str(name), revision, torch_device)


def on_gpu(device: Device) -> bool:
    """Whether many texts go to a GPU. Raises ModelUnavailableError if one is asked for in vain."""
    if device == "cpu":
        return False
    from rag.models.embedding.gpu_embedder import has_gpu

    found = has_gpu()
    if device == "cuda" and not found:
        raise ModelUnavailableError(
            "No NVIDIA GPU that torch can use was found.",
            "Unset PAPERCHAT_DEVICE, or install the GPU's driver and a torch with CUDA.",
        )
    return found


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


def runtime_of(name: str | None, device: Device = "auto") -> str:
    """What runs an embedder, why, and whether decisions are the plain ones (rag/decisions).

    Raises ModelUnavailableError as `identify_embedder` and `on_gpu` do.
    """
    files, gpu = _exported(name), on_gpu(device)
    if files is None:
        where = "on the GPU" if gpu else "on the processor"
        how = f"sentence-transformers with torch {where}, any model but seconds to start"
    else:
        how = "onnxruntime with 8-bit weights, the fastest that starts at once"
        how += "; many texts on the GPU through torch" if gpu else ""
    return how if files and files.roles else f"{how}; plain decisions, as it reads no roles"


def _exported(name: str | None) -> EncoderFiles | None:
    """The encoder that onnxruntime can run under this name, if there is one."""
    if not name:
        return encoder_files(ENCODER)
    folder = Path(name)
    return encoder_files(folder) if (folder / MANIFEST).is_file() else None
