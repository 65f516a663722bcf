"""From a title and an abstract to a `Paper`: its stable id and the URLs in it."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from rag.text.imperatives import addresses_reader
from rag.types import Paper

_URL = re.compile(r"https?://[^\s<>\"'{}|\\^`]+")
# Near enough to tell which sentence a URL stands in, without loading what finds them exactly.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SLUG_LENGTH = 48


def normalise_title(title: str) -> str:
    """The title as words of letters and digits: lower case, no accents, single spaces."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    # A title with no ASCII letter at all (Chinese, say) keeps its own letters.
    base = folded if re.search(r"[A-Za-z0-9]", folded) else title
    return " ".join(re.findall(r"\w+", base.lower()))


def search_words(text: str) -> list[str]:
    """What was typed, as words that compare with those of a normalised title."""
    return normalise_title(text).split()


def derived_id(title: str) -> str:
    """An id for a paper whose source gives none: the title's start, then a hash of it all.

    It depends on the normalised title alone, so case, punctuation and order do not change it.
    """
    words = normalise_title(title)
    slug = ""
    for word in words.split():
        if len(slug) + len(word) + 1 > _SLUG_LENGTH:
            break
        slug += f"{word}-"
    return slug + hashlib.sha256(words.encode()).hexdigest()[:8]


def find_urls(text: str) -> tuple[str, ...]:
    """The http(s) URLs in ``text``, in order, once each, without punctuation after them."""
    found: dict[str, None] = {}
    for match in _URL.finditer(text):
        url = match.group().rstrip(".,;:!?")
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(".,;:!?")
        found[url] = None
    return tuple(found)


def own_urls(abstract: str) -> tuple[str, ...]:
    """The URLs in what the abstract says of its work: "click on ..." does not make it a link."""
    sentences = _SENTENCE_END.split(abstract)
    return find_urls("\n".join(text for text in sentences if not addresses_reader(text)))


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
