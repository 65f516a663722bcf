"""Questions that the library's own names show to be about records, and those that are not."""

from __future__ import annotations

import pytest
from telling_library import PAPERS, open_papers

from rag.answering.telling.recognising import corrected
from rag.index.library import Library
from rag.models.embedder import Embedder
from rag.query.query import QueryText
from rag.settings import load_settings
from rag.types import Intent


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """Six papers with records."""
    settings = load_settings(index=tmp_path_factory.mktemp("names") / "index", llm="quotes")
    return open_papers(settings, embedder, PAPERS)


@pytest.mark.parametrize(
    ("question", "taken", "meant"),
    [
        ("leila hosseini papers", "unknown", "records"),
        ("what did jorg muller work on? just the titles", "lookup", "records"),
        ("anything by de Vries on sleep?", "list", "records"),
        ("how many authors are on ReefCam", "count", "records"),
        ("ReefCam was published in Nature, wasn't it?", "yes_no", "records"),
        ("who worked on sandstorms over solar farms", "lookup", "records"),
        ("autors of the nap trial", "lookup", "records"),
        ("papers nobody signed", "list", "collection"),
        ("shortest title", "superlative", "records"),
        # What papers say is searched for.
        ("what did Hosseini find about naps", "lookup", "lookup"),
        ("what is ReefCam?", "lookup", "lookup"),
        ("who slept longest after coffee", "lookup", "lookup"),
        ("which method do the authors of DustNet use", "lookup", "lookup"),
        ("how many people does the park hold", "count", "count"),
        ("how do I go back to the earlier answer", "help", "help"),
    ],
)
def test_names_of_the_library_decide(
    small: Library, question: str, taken: Intent, meant: Intent
) -> None:
    assert corrected(QueryText(small, question), taken) == meant
