"""Cleans a source's fields and makes a Record: no markup, entities or garbled text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

import ftfy
from ftfy.badness import is_bad

from rag.corpus.formats.columns import is_column
from rag.corpus.formats.placeholders import is_nothing, no_abstract, no_name, no_title
from rag.corpus.record import Record
from rag.text.identifiers import ARXIV_DOI, find_arxiv, find_doi, find_pmid
from rag.text.lexicons import lexicon
from rag.types import Identifiers, Rejected

# Characters. The longest abstracts of conference books have some 20,000; a longer text is a whole
# paper in the wrong field, and its chunks would crowd out those of all others.
ABSTRACT_LIMIT = 100_000
TITLE_LIMIT = 5_000
_LONG_TITLE = 400  # longer ones are remarked
_EXTRA_LIMIT = 2_000  # of one extra field; the rest is cut
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
# Wrongly decoded text has two consecutive characters of European scripts, punctuation or box
# drawing, or one of two characters and a blank. This check spares most texts ftfy's slow one. The
# class is written twice, because {2} would make the search slower.
_GARBLED = re.compile("[\x80-\u06ff\u2000-\u25ff][\x80-\u06ff\u2000-\u25ff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Tags of HTML and JATS in titles and abstracts. "<b and c>" is not a tag: an attribute has "=".
_NAMES = (
    "p|i|b|u|em|strong|sub|sup|br|hr|span|div|h[1-6]|ul|ol|li|a|small|font|tt|code|pre|blockquote|"
    "sec|title|italic|bold|sc|scp|underline|monospace|abstract|label|list|list-item|xref|"
    "ext-link|named-content|inline-formula|disp-formula|tex-math|alternatives|inf|nobr|center|"
    "(?:jats|mml|ce|xhtml):[a-z][a-z0-9-]*"
)
_TAG = re.compile(
    rf"<(/?)({_NAMES})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--(?:(?!-->).){0,2000}-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_BLOCK_TAGS = frozenset("p br hr div h1 h2 h3 h4 h5 h6 ul ol li sec title list list-item".split())
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Also in "20190312" and "201903".
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?=(?:(?:0\d|1[0-2])(?:[0-3]\d)?)?(?!\d))")
_NO_DATE = re.compile(r"10\.\d{4,9}/\S+|https?://\S+")  # DOIs and links have years in them
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)


def clean(text: str) -> str:
    """One line without entities, tags and invisible characters, and with wrong decoding repaired.

    LaTeX is not changed; `rag.corpus.formats.latex` converts it for sources that use it.
    """
    if "&" in text:
        text = _unescape(text)
    if "<" in text:
        text = _TAG.sub(_tag, _COMMENT.sub(" ", text))
    if not text.isascii():
        text = _beyond_ascii(text)
    if text.isprintable() and "  " not in text:  # its only white space is single blanks
        return text.strip()
    return " ".join(_HIDDEN.sub("", text).split())


def _unescape(text: str) -> str:
    """Unescape entities, also twice ("&amp;lt;"), because catalogues escape twice."""
    for _ in range(2):
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    return text


def _tag(match: re.Match[str]) -> str:
    name = match[2].lower().rpartition(":")[2]
    if name == "title" and match[1]:
        return ": "  # the heading of a part of an abstract
    return " " if name in _BLOCK_TAGS else ""


def writable(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which no encoding can write."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _beyond_ascii(text: str) -> str:
    text = writable(text)
    suspect = "Â " in text or "Ã " in text or _GARBLED.search(text)
    if suspect and is_bad(text):
        text = ftfy.fix_encoding(text)
    return unicodedata.normalize("NFC", text)


def make_record(
    *,
    title: str,
    abstract: str,
    source: str,
    place: str,
    authors: Iterable[str] = (),
    names_as_given: bool = False,
    year: object = None,
    venue: str = "",
    doi: str = "",
    arxiv: str = "",
    pmid: str = "",
    urls: Iterable[str] = (),
    tags: Iterable[str] = (),
    extra: Iterable[tuple[str, str]] = (),
    remark: str = "",
) -> Record | Rejected:
    """A record with a source's fields, cleaned and normalised, or the reason for refusing it.

    Authors may be "Family, Given" or "Given Family", unless ``names_as_given``; ``year`` may be any
    text or number with a year in it; ``doi``, ``arxiv`` and ``pmid`` may be URLs or have prefixes;
    other texts in them are ignored. A title that is hardly one is remarked, unless there is a
    ``remark`` already.
    """
    title, abstract = clean(title), clean(abstract)
    abstract = "" if no_abstract(abstract) else abstract
    if why := _refusal(title, abstract):
        return Rejected(source, f"{place}: {title[:80]}" if title else place, why)
    return Record(
        title=title,
        abstract=abstract,
        source=source,
        place=place,
        authors=_once(
            name
            for name in (clean(name) if names_as_given else person(name) for name in authors)
            if not no_name(name)
        ),
        year=year_of(year),
        venue="" if no_name(venue := clean(venue)) else venue,
        identifiers=identifiers(doi=doi, arxiv=arxiv, pmid=pmid),
        urls=_once(url for url in map(_url, urls) if url.startswith(("http://", "https://"))),
        tags=_once(map(_value, tags)),
        extra=tuple(
            (writable(name), value)
            for name, value in ((name, _value(value)[:_EXTRA_LIMIT]) for name, value in extra)
            if value
        ),
        remark=remark or _doubt(title),
    )


def _doubt(title: str) -> str:
    """Why this title is probably not one; empty if it may be. Wrong columns give such titles."""
    if len(title) > _LONG_TITLE:
        return f"its title has more than {_LONG_TITLE} characters; is it one?"
    if not (title[0].isalpha() or any(map(str.isalpha, title))):
        return "its title is a number; is it one?"
    if title.casefold() in lexicon("unknown_words"):
        return "its title seems to say that there is none; is it one?"
    if is_column(title):
        return "its title is the name of a field; is it one?"
    return ""


def _refusal(title: str, abstract: str) -> str:
    """Why a record with this title and abstract is refused; empty if it is not."""
    if not title:
        return "it has no title"
    # All such papers would have one id.
    if not (title[0].isalnum() or any(map(str.isalnum, title))):
        return "its title has no letter or digit"
    if no_title(title):
        return "its title says that there is none"
    if len(title) > TITLE_LIMIT:
        return f"its title has more than {TITLE_LIMIT:,} characters"
    if len(abstract) > ABSTRACT_LIMIT:
        return f"its abstract has more than {ABSTRACT_LIMIT:,} characters"
    return ""


def _value(text: str) -> str:
    """The text cleaned; empty if it only says that there is nothing."""
    text = clean(text)
    return "" if is_nothing(text) else text


def _url(text: str) -> str:
    return writable(text.strip())


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def person(name: str) -> str:
    """A name with given names first; "Family, Given" and "Family, Jr, Given" are reordered."""
    name = clean(name)
    if "," not in name:
        return name
    parts = [part for part in (part.strip() for part in name.split(",")) if part]
    if len(parts) == 2 and not _SUFFIX.fullmatch(parts[1]):
        return f"{parts[1]} {parts[0]}"
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):
        return f"{parts[2]} {parts[0]} {parts[1]}"
    return ", ".join(parts)


def year_of(value: object) -> int | None:
    """The first year in ``value``, 1500 to 2099, or None; not one in a DOI or a link."""
    text = "" if value is None else str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # "２０１９"
    if "/" in text:
        text = _NO_DATE.sub(" ", text)
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def identifiers(*, doi: str = "", arxiv: str = "", pmid: str = "") -> Identifiers:
    """Bare identifiers, or None for texts of another kind; an arXiv DOI also gives the arXiv id."""
    bare = find_doi(writable(unquote(_unescape(doi))))
    if not arxiv and bare and bare.startswith(ARXIV_DOI):
        arxiv = bare.removeprefix(ARXIV_DOI)
    return Identifiers(doi=bare, arxiv=find_arxiv(arxiv), pmid=find_pmid(pmid))
