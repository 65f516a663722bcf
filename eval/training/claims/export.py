"""Puts a trained claim reader beside the encoder: weights, graph, and what its files must be."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from eval.training.graph import bert_graph
from rag.models.embedding.encoder_files import (
    CLAIMS_GRAPH,
    CLAIMS_MANIFEST,
    CLAIMS_WEIGHTS,
    TOKENIZER,
    WEIGHTS,
    encoder_files,
)


def export(trained: Path, folder: Path, name: str = "paperchat-claims") -> None:
    """Write the three files of the claim reader ``trained`` into the encoder's ``folder``."""
    shutil.copyfile(trained / CLAIMS_WEIGHTS, folder / CLAIMS_WEIGHTS)
    graph = bert_graph(folder, upper=CLAIMS_WEIGHTS)
    (folder / CLAIMS_GRAPH).write_bytes(graph.SerializeToString())
    digests = {
        part: hashlib.sha256((folder / part).read_bytes()).hexdigest()
        for part in (CLAIMS_GRAPH, CLAIMS_WEIGHTS, TOKENIZER, WEIGHTS)
    }
    said = {
        "name": name,
        "revision": hashlib.sha256("".join(digests.values()).encode()).hexdigest()[:8],
        "limit": encoder_files(folder).limit,
        "roles": [],
        "sha256": digests,
    }
    (folder / CLAIMS_MANIFEST).write_text(json.dumps(said, indent=1) + "\n", "utf-8")
