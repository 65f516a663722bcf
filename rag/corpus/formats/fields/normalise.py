"""Cleans a source's fields and makes a Record: no markup, entities or garbled text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable
from urllib.parse import unquote

import ftfy
from ftfy.badness import is_bad

from rag.corpus.formats.fields.columns import is_column
from rag.corpus.formats.fields.placeholders import is_nothing, no_abstract, no_name, no_title
from rag.corpus.formats.fields.status import split_mark, status_in, status_of_abstract
from rag.corpus.formats.markup.headings import headings_apart
from rag.corpus.formats.markup.latex import with_scripts
from rag.corpus.formats.markup.markup import without_markup
from rag.corpus.formats.markup.tex_formulas import without_documents
from rag.corpus.record import Record
from rag.text.lexicons import lexicon
from rag.text.names.identifiers import ARXIV_DOI, find_arxiv, find_doi, find_pmid
from rag.text.names.people import people
from rag.types import Identifiers, PaperStatus, Rejected, worst

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
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Also in "20190312" and "201903".
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?=(?:(?:0\d|1[0-2])(?:[0-3]\d)?)?(?!\d))")
_RECENT = 1800
_NO_DATE = re.compile(r"10\.\d{4,9}/\S+|https?://\S+")  # DOIs and links have years in them


def clean(text: str) -> str:
    """One line without entities, tags and invisible characters, and with wrong decoding repaired.

    Of LaTeX only scripts become characters, and a formula in a document of its own is taken out of
    it; `rag.corpus.formats.markup.latex` converts the rest for sources that use it.
    """
    if "&" in text:
        text = _unescape(text)
    if "<" in text:
        text = without_markup(text)
    if "\\" in text or "$" in text:
        text = with_scripts(without_documents(text))
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
    institutions: Collection[str] = (),
    year: object = None,
    venue: str = "",
    doi: str = "",
    arxiv: str = "",
    pmid: str = "",
    urls: Iterable[str] = (),
    tags: Iterable[str] = (),
    extra: Iterable[tuple[str, str]] = (),
    status: PaperStatus = "",
    remark: str = "",
) -> Record | Rejected:
    """A record with a source's fields, cleaned and normalised, or the reason for refusing it.

    Authors may be "Family, Given", "Family G." or "Given Family"; names of ``institutions`` stay as
    they are. ``year`` may be any text or number with a year in it; ``doi``, ``arxiv`` and ``pmid``
    may be URLs or have prefixes; other texts in them are ignored. ``status`` is what the source
    says of the paper besides its title, its tags and ``extra``. A title that is hardly one is
    remarked, unless there is a ``remark`` already.
    """
    abstract = headings_apart(clean(abstract))
    abstract = "" if no_abstract(abstract) else abstract
    title, mark = split_mark(clean(title))
    if why := _refusal(title, abstract):
        return Rejected(source, f"{place}: {title[:80]}" if title else place, why)
    keywords = _once(map(_value, tags))
    others = tuple(
        (writable(name), value)
        for name, value in ((name, _value(value)[:_EXTRA_LIMIT]) for name, value in extra)
        if value
    )
    said = status_in((*others, ("tags", keywords)))
    return Record(
        title=title,
        abstract=abstract,
        source=source,
        place=place,
        authors=people((name for name in map(clean, authors) if not no_name(name)), institutions),
        year=year_of(year),
        venue="" if no_name(venue := clean(venue)) else venue,
        identifiers=identifiers(doi=doi, arxiv=arxiv, pmid=pmid),
        urls=_once(url for url in map(_url, urls) if url.startswith(("http://", "https://"))),
        tags=keywords,
        extra=others,
        status=worst((mark, status, status_of_abstract(title, abstract), said)),
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


def year_of(value: object) -> int | None:
    """The first year from 1800 to 2099 in ``value``, else from 1500, or None.

    Pages are often between 1500 and 1800. A year in a DOI or a link does not count.
    """
    text = "" if value is None else str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # "２０１９"
    if "/" in text:
        text = _NO_DATE.sub(" ", text)
    years = [int(year) for year in _YEAR.findall(text)]
    return next((year for year in years if year >= _RECENT), years[0] if years else None)


def identifiers(*, doi: str = "", arxiv: str = "", pmid: str = "") -> Identifiers:
    """Bare identifiers, or None for texts of another kind; an arXiv DOI also gives the arXiv id."""
    bare = find_doi(writable(unquote(_unescape(doi))))
    if not arxiv and bare and bare.startswith(ARXIV_DOI):
        arxiv = bare.removeprefix(ARXIV_DOI)
    return Identifiers(doi=bare, arxiv=find_arxiv(arxiv), pmid=find_pmid(pmid))
