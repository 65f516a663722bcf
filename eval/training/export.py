"""Makes an encoder's folder ready for onnxruntime: writes its graph, and what its files must be.

    python -m eval.training.export FOLDER NAME

FOLDER is a BERT in sentence-transformers' layout, as training leaves it. The graph has no weights:
it names the places of float16 tensors in model.safetensors, and onnxruntime makes of them what it
computes with when it loads the graph. So weights are stored once.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from eval.training.graph import bert_graph
from rag.models.embedding.encoder_files import CLAIMS, GRAPH, HEADS, MANIFEST


def export(folder: Path, name: str, *, exact: bool = False) -> None:
    """Write encoder.onnx and encoder.json into ``folder``; an ``exact`` graph rounds nothing."""
    (folder / GRAPH).write_bytes(bert_graph(folder, exact=exact).SerializeToString())
    limit = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"]
    digests = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".json", ".onnx", ".safetensors", ".txt")
        if path.name not in (MANIFEST, *CLAIMS)
    }
    said = {
        "name": name,
        "revision": hashlib.sha256("".join(digests.values()).encode()).hexdigest()[:8],
        "limit": limit,
        "roles": _roles(folder / HEADS),
        "sha256": digests,
    }
    (folder / MANIFEST).write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def _roles(heads: Path) -> list[str]:
    """The names of the roles, which training writes into the metadata of the heads' file."""
    if not heads.exists():
        return []
    from safetensors import safe_open

    with safe_open(heads, framework="numpy") as file:
        return str(file.metadata()["roles"]).split()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    export(Path(sys.argv[1]), sys.argv[2])
