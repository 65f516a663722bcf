"""Questions that the library's own names show to be about records, and those that are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telling_library import PAPERS, open_papers

from rag.answering.telling.recognising import corrected
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
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
        ("anything by a Müller on plants?", "list", "records"),
        ("papers by Müller about fish", "list", "list"),
        ("how many authors are on ReefCam", "count", "records"),
        ("ReefCam was published in Nature, wasn't it?", "yes_no", "records"),
        ("who worked on sandstorms over solar farms", "lookup", "records"),
        ("autors of the nap trial", "lookup", "records"),
        ("papers nobody signed", "list", "collection"),
        ("shortest title", "superlative", "records"),
        ("DustNet in 2020", "lookup", "lookup"),  # no yes-or-no check
        ("Was DustNet in Nature?", "yes_no", "records"),
        ("Park", "small_talk", "overview"),  # a paper's text has a park
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


@pytest.mark.parametrize(
    ("message", "meant"),
    [("May", "records"), ("Will?", "records"), ("Long", "records"), ("may", "small_talk")],
)
def test_a_small_word_alone_may_be_an_author(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, message: str, meant: Intent
) -> None:
    settings = load_settings(index=tmp_path_factory.mktemp("small") / "index", llm="quotes")
    authors = ("Rose May", "Ned Will", "Una Long")
    library = open_papers(settings, embedder, [replace(PAPERS[0], authors=authors)])
    assert corrected(QueryText(library, message), "small_talk") == meant
