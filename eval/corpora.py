"""The papers that questions are about: the delivered ones, or a library with metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from eval.cases import CorpusName
from rag.types import Paper

LIBRARY = Path(__file__).parent / "library" / "papers.bib"


@cache
def library_papers() -> Mapping[str, Paper]:
    """The papers of eval/library by their ids, as the product reads and merges them."""
    from rag.corpus.dedupe.merge import merge
    from rag.corpus.reading import read_paths

    return {paper.paper_id: paper for paper in merge(read_paths([LIBRARY]).records).papers}


def papers_of(corpus: CorpusName, delivered: Mapping[str, Paper]) -> Mapping[str, Paper]:
    """The papers of a corpus by their ids."""
    return library_papers() if corpus == "library" else delivered


def all_papers(corpora: Sequence[CorpusName], delivered: Mapping[str, Paper]) -> dict[str, Paper]:
    """The papers of these corpora and the delivered ones, by their ids."""
    return {**delivered, **(library_papers() if "library" in corpora else {})}
