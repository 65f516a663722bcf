"""Makes a `Paper` from a title and an abstract, with a stable id and its own URLs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from rag.text.names.identifiers import find_urls
from rag.text.names.titles import normalise_title
from rag.text.sentences.reporting import reports
from rag.types import Paper

# Good enough to find the sentence of a URL, without loading the real sentence splitter.
_SENTENCE_END = re.compile(r"[.!?]\s+|[。！？｡؟۔।॥]")
_SLUG_LENGTH = 48


def derived_id(title: str) -> str:
    """An id for a paper whose source gives none: the title's beginning, then a hash of the title.

    It depends on the normalised title alone, so case, punctuation and order do not change it.
    """
    words = normalise_title(title)
    slug = ""
    for word in words.split():
        if len(slug) + len(word) + 1 > _SLUG_LENGTH:
            break
        slug += f"{word}-"
    return slug + hashlib.sha256(words.encode()).hexdigest()[:8]


def own_urls(abstract: str) -> tuple[str, ...]:
    """The URLs in an abstract, but not in sentences that address the reader ("click on ...")."""
    linked = (text for text in _sentences(abstract) if "://" in text)
    return find_urls("\n".join(text for text in linked if reports(text, abstract)))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for found in _SENTENCE_END.finditer(text):
        yield text[start : found.start() + 1]
        start = found.end()
    yield text[start:]


def make_paper(title: str, abstract: str, *, order: int, source: str) -> Paper:
    """A paper whose source gives no identifier."""
    return Paper(
        paper_id=derived_id(title),
        title=title,
        abstract=abstract,
        urls=own_urls(abstract),
        order=order,
        source=source,
    )
