"""The encoder's folder: which files it has, what they are called, and that they are unaltered.

    encoder.json        name, revision, limit, roles; and the size and sha256 of every other file
    encoder.onnx        the graph, without weights: they stay in model.safetensors
    model.safetensors   the weights of the BERT, float16
    heads.safetensors   the weights of the heads, float32 (a model without heads has no such file)
    tokenizer.json      the tokenizer

The claim reader, which shares the lower layers and the tokenizer, is in there too:

    claims.json         as encoder.json
    claims.onnx         its graph: the encoder's lower layers, and its own upper ones
    claims.safetensors  the weights of these, float16, and of its heads, float32

The rest is for sentence-transformers, which loads the folder too. `eval.training.export` makes
encoder.json and encoder.onnx, `eval.training.claims` the claim reader's files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelUnavailableError
from rag.models.pinned import require_pinned

ENCODER = Path(__file__).parents[1] / "encoder"
MANIFEST, GRAPH, WEIGHTS, HEADS = (
    "encoder.json",
    "encoder.onnx",
    "model.safetensors",
    "heads.safetensors",
)
TOKENIZER = "tokenizer.json"
CLAIMS = CLAIMS_MANIFEST, CLAIMS_GRAPH, CLAIMS_WEIGHTS = (
    "claims.json",
    "claims.onnx",
    "claims.safetensors",
)
_REMEDY = "Restore the folder (git checkout, or install paperchat again)."


@dataclass(frozen=True, slots=True)
class EncoderFiles:
    """What encoder.json says. ``limit`` counts tokens with the special ones."""

    folder: Path
    name: str
    revision: str
    limit: int
    roles: tuple[str, ...]
    sha256: Mapping[str, str]
    graph: str = GRAPH

    def check(self) -> None:
        """Raise ModelUnavailableError if a file is missing or altered."""
        what = f"the file of the encoder {self.name}, {self.revision}"
        for name, sha256 in self.sha256.items():
            require_pinned(self.folder / name, sha256, what, _REMEDY)


def encoder_files(
    folder: Path = ENCODER, manifest: str = MANIFEST, graph: str = GRAPH
) -> EncoderFiles:
    """What the folder's encoder.json says. Raises ModelUnavailableError if it cannot be read.

    ``manifest`` and ``graph`` are those of another model in the same folder.
    """
    path = folder / manifest
    try:
        said = json.loads(path.read_text("utf-8"))
        return EncoderFiles(
            folder=folder,
            name=str(said["name"]),
            revision=str(said["revision"]),
            limit=int(said["limit"]),
            roles=tuple(map(str, said["roles"])),
            sha256={str(name): str(digest) for name, digest in said["sha256"].items()},
            graph=graph,
        )
    except OSError as exc:
        raise ModelUnavailableError(f"{path} cannot be read: {exc.strerror}.", _REMEDY) from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelUnavailableError(f"{path} does not describe an encoder.", _REMEDY) from exc
