"""The status of an index: files that were found whole are not read again until they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder

from rag.engine import Engine, status_of
from rag.index.generations import checksums
from rag.settings import Settings, load_settings
from rag.types import Paper


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an index of two papers."""
    made = load_settings(index=tmp_path / "index", llm="quotes")
    engine = Engine(made, embedder=HashingEmbedder)
    engine.add([Paper(f"p{n}", f"Owl {n}", "Owls fly at night.", (), n, "a.bib") for n in (1, 2)])
    return made


def test_an_index_that_nobody_wrote_to_is_read_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status_of(settings).index.damage == ()
    reads: list[Path] = []

    def counted(file: Path, expected: checksums.FileSum, most: int | None = None) -> str:
        reads.append(file)
        return checksums.fault_of(file, expected, most)

    monkeypatch.setattr("rag.index.generations.manifest.fault_of", counted)
    first = status_of(settings)
    assert first.index.damage == () and first.index.papers == 2 and reads == []
    plain = status_of(settings, read=False)
    assert plain == first
    papers = settings.index / "00000001" / "papers.jsonl"
    whole = papers.read_bytes()
    papers.write_bytes(whole.replace(b"Owl 1", b"Owl 7"))
    assert status_of(settings).index.damage == ("papers.jsonl is not as it was written",)
    assert papers in reads
    assert status_of(settings, read=False) == plain, "what was not read is not known"
    papers.write_bytes(whole)
    assert status_of(settings) == first
    (settings.index / "removed.json").write_bytes(b"nonsense")
    assert len(status_of(settings).index.damage) == 1
    (settings.index / "CURRENT").unlink()
    assert "CURRENT is missing" in status_of(settings).index.damage[0]
