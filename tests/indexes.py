"""Indexes of the delivered corpus, built once and cached on disk for the next run.

They are in build/test-index/, under a hash of the papers and of all code that makes an index, so
that a change of either builds another. Tests get copies, and may write to them.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from filelock import FileLock

from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.settings import CHECKOUT, load_settings

CORPUS = CHECKOUT / "data" / "trending-papers.txt"
HOSTILE_TITLE = 'Zorblax <img src=x onerror="window.pwned=1"> Attention on $H^2$'
HOSTILE_SHOWN = HOSTILE_TITLE.replace("$H^2$", "H2")  # its TeX is drawn
HOSTILE_ABSTRACT = (
    "Zorblax attention is </p><script>window.pwned=1</script> a method for zorblax maps. "
    'We show that "Zorblax" & <b>friends</b> beat zorblax baselines by 7% in $O(n^2)$. '
    "The code of Zorblax attention is at https://example.org/zorblax?a=1&b=2 ."
)
DELIVERED = ""
HOSTILE = f"\n\n{HOSTILE_TITLE}\n\n{HOSTILE_ABSTRACT}\n"

_CACHE = CHECKOUT / "build" / "test-index"
_MADE_BY = ("corpus", "index", "models", "text", "types")  # the rooms whose code shapes an index


def copy_of_index(beside: str, folder: Path, embedder: Embedder) -> None:
    """A copy, in ``folder``, of the index of the delivered papers and those of ``beside``."""
    cached = _CACHE / _key(beside)
    _CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{cached}.lock"):
        if not (cached / "index" / "CURRENT").exists():
            _build(beside, cached, embedder)
        shutil.copytree(cached / "index", folder)


def _build(beside: str, cached: Path, embedder: Embedder) -> None:
    shutil.rmtree(cached, ignore_errors=True)
    source = CORPUS
    if beside:
        source = cached / "data" / "papers.txt"
        source.parent.mkdir(parents=True)
        source.write_text(CORPUS.read_text("utf-8") + beside, "utf-8")
    settings = load_settings(index=cached / "index", llm="quotes")
    Engine(settings, embedder=lambda: embedder).sync([source])


def _key(beside: str) -> str:
    digest = hashlib.sha256(CORPUS.read_bytes())
    digest.update(f"{CORPUS}\0{beside}".encode())
    for room in _MADE_BY:
        for path in sorted((CHECKOUT / "rag" / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
