"""Reads one BibTeX entry into a record: values, inherited fields, author names, arXiv id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rag.corpus.formats.bibtex.journals import journal_of
from rag.corpus.formats.fields.normalise import clean, make_record
from rag.corpus.formats.markup.latex import from_latex
from rag.corpus.record import Record
from rag.text.names.people import name_from
from rag.types import Rejected

_MONTHS = {
    short: name
    for short, name in zip(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(),
        "January February March April May June July August September October November "
        "December".split(),
        strict=True,
    )
}
VALUE_LIMIT = 1_000_000  # characters
_VALUE_PART = re.compile(r'\s*(?:#\s*)?(\{|"|[^\s#"{}]+)')
# A field that begins within a value, after a delimiter, a number or a name.
_FIELD = re.compile(r"\s*([A-Za-z][\w:.+-]*)\s*=\s*(?=[{\"\w])")
_FIELD_AFTER = re.compile(r"[}\"]\s*[A-Za-z][\w:.+-]*\s*=\s*[{\"\w]")
_FIELD_AFTER_NAME = re.compile(r"[}\"\w]\s+[A-Za-z][\w:.+-]*\s*=\s*[{\"\w]")
_FIELD_SWALLOWED = re.compile(r",\s*[A-Za-z][\w:.+-]*\s*=\s*[{\"\d]")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_PART = re.compile(r"(family|given|prefix|suffix)\s*=\s*\"?([^,\"]*)\"?", re.IGNORECASE)
_WHOLE = re.compile(r"\s*\{[^{}]*\}\s*")
_VENUES = (
    "journal", "journaltitle", "booktitle", "eventtitle", "venue", "school", "institution",
    "publisher",
)  # fmt: skip
_VERBATIM_MARKS = re.compile(r"\\([%&$#_{}~])|\\url\s*|[{}]")
# Fields of a parent that are not inherited.
_OWN = frozenset(
    "abstract doi url urldate eprint pmid keywords crossref xdata file key ids".split()
)
# Fields that do not become extra fields: those with an attribute, and those of use to BibTeX only.
_USED = frozenset(
    (
        "title subtitle abstract abstractnote author year date doi url urls eprint eprinttype "
        "archiveprefix primaryclass pmid keywords keyword crossref xdata file timestamp owner "
        "bdsk-file-1 bdsk-file-2 bdsk-url-1 bdsk-url-2 __markedentry date-added date-modified"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Fields:
    """An entry: values without delimiters, still with LaTeX; ``line`` is where it begins.

    ``remark`` says what was mended in it.
    """

    entry_type: str
    key: str
    line: int
    values: Mapping[str, str]
    remark: str = ""

    def get(self, *names: str) -> str:
        """The value of the first of these fields that has one, or empty."""
        return next((value for name in names if (value := self.values.get(name))), "")


def value_of(raw: str, strings: Mapping[str, str]) -> str:
    """A value without its delimiters: ``{...}``, ``"..."``, a number, a name, or a ``#`` of these.

    A name without an ``@string`` is its own value. An ``@string`` can repeat others many times, so
    the value is cut at a length that no field has.
    """
    if raw[:1] == "{" and raw[-1:] == "}" and "#" not in raw:
        return raw[1:-1]
    size, parts = 0, []
    for part in _parts(raw, strings):
        parts.append(part)
        size += len(part)
        if size > VALUE_LIMIT:
            break
    return "".join(parts)[:VALUE_LIMIT]


def separated(key: str, raw: str) -> Iterator[tuple[str, str]]:
    """A field, and those after it whose comma is missing: ``year = 2001 title = {...}``."""
    start = 0
    within = _FIELD_AFTER if raw.startswith(("{", '"')) else _FIELD_AFTER_NAME
    if within.search(raw):
        while following := _FIELD.match(raw, end := _value_end(raw, start)):
            yield key, raw[start:end]
            key, start = following[1], following.end()
    yield key, raw[start:]


def is_swallowed(raw: str) -> bool:
    """Whether a value seems to hold the next fields, because a brace of it is missing."""
    return _FIELD_SWALLOWED.search(raw) is not None


def _value_end(raw: str, start: int) -> int:
    """Where the value ends that begins at ``start``: a part, and those joined to it by ``#``."""
    at = start
    while part := _VALUE_PART.match(raw, at):
        if at > start and "#" not in part[0]:
            break
        at = part.end()
        if part[1] in ("{", '"'):
            at = _closing(raw, at, "}" if part[1] == "{" else '"') + 1
    return at


def _parts(raw: str, strings: Mapping[str, str]) -> Iterator[str]:
    at = 0
    while part := _VALUE_PART.match(raw, at):
        at = part.end()
        if part[1] not in ("{", '"'):
            name = part[1].lower()
            yield strings.get(name) or _MONTHS.get(name) or part[1]
            continue
        end = _closing(raw, at, "}" if part[1] == "{" else '"')
        yield raw[at:end]
        at = end + 1


def _closing(raw: str, start: int, delimiter: str) -> int:
    """The end of the value that begins at ``start``; the end of ``raw`` if it is not closed."""
    depth = 0
    at = start
    while at < len(raw):
        character = raw[at]
        if character == delimiter and depth == 0:
            return at
        if character == "\\":
            at += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        at += 1
    return len(raw)


def record_of(entry: Fields, parents: Mapping[str, Fields], source: str) -> Record | Rejected:
    """The record of an entry, with inherited fields."""
    entry = _inherit(entry, parents)
    title, subtitle = entry.get("title", "booktitle", "maintitle", "shorttitle"), ""
    if entry.values.get("title"):
        subtitle = entry.get("subtitle")
    venue = entry.get(*_VENUES)
    authors = list(_author_names(entry.get("author") or entry.get("editor")))
    return make_record(
        title=from_latex(f"{title}: {subtitle}" if subtitle else title),
        abstract=from_latex(entry.get("abstract", "abstractnote")),
        source=source,
        place=f"entry {entry.key}" if entry.key else f"line {entry.line}",
        authors=[name for name, _ in authors],
        institutions=[name for name, whole in authors if whole],
        year=entry.get("year", "date", "issued"),
        venue=from_latex(journal_of(venue)) if venue != title else "",
        doi=_verbatim(entry.get("doi")),
        arxiv=_arxiv(entry),
        pmid=entry.get("pmid") or (entry.get("eprint") if _archive(entry) == "pubmed" else ""),
        urls=_verbatim(entry.get("url", "urls", "bdsk-url-1")).split(),
        tags=[from_latex(tag) for tag in re.split(r"[,;]", entry.get("keywords", "keyword"))],
        extra=_extra(entry),
        remark=entry.remark,
    )


def _inherit(entry: Fields, parents: Mapping[str, Fields]) -> Fields:
    """The entry with the fields of its parents; a parent's title becomes its booktitle."""
    named = f"{entry.values.get('crossref', '')},{entry.values.get('xdata', '')}"
    values = dict(entry.values)
    for key in named.lower().split(",") if parents else ():
        parent = parents.get(key.strip())
        if parent is None or parent.key == entry.key:
            continue
        values.setdefault("booktitle", parent.get("booktitle", "title"))
        for name, value in parent.values.items():
            if name not in _OWN:
                values.setdefault(name, value)
    return replace(entry, values=values)


def _author_names(text: str) -> Iterator[tuple[str, bool]]:
    """The author names of a field; "and" outside braces separates them.

    BibLaTeX may write a name part by part (family=, given=). A name in braces, marked by True, is
    an institution's and is not reordered.
    """
    text = " ".join(text.split())  # otherwise _AND would be tried at each blank of a long run
    for name in _outside_braces(text) if "{" in text else _AND.split(text):
        if "family" in name and "=" in name:
            parts = {key.lower(): value.strip() for key, value in _PART.findall(name)}
            order = ("given", "family", "prefix", "suffix")
            yield from_latex(name_from(*(parts.get(key, "") for key in order))), False
        elif _WHOLE.fullmatch(name):
            yield clean(from_latex(name)), True
        elif name.strip().lower() != "others":
            yield from_latex(name), False


def _outside_braces(text: str) -> Iterator[str]:
    start = at = depth = 0
    for found in _AND.finditer(text):
        end = found.start()
        depth += text.count("{", at, end) - text.count("}", at, end)
        at = end
        if depth <= 0:
            yield text[start:end]
            start, depth = found.end(), 0
    yield text[start:]


def _archive(entry: Fields) -> str:
    return entry.get("eprinttype", "archiveprefix").strip().lower()


def _arxiv(entry: Fields) -> str:
    """A text with the arXiv id: an eprint of no other archive, or arXiv's URL or journal."""
    if entry.get("eprint") and _archive(entry) in ("", "arxiv"):
        return entry.get("eprint")
    places = (entry.get("url"), entry.get("journal", "journaltitle"), entry.get("note"))
    return next((place for place in places if "arxiv" in place.lower()), "")


def _verbatim(text: str) -> str:
    """A DOI or URL without escaping backslashes and braces."""
    return _VERBATIM_MARKS.sub(lambda match: match[1] or "", text) if text else ""


def _extra(entry: Fields) -> Iterator[tuple[str, str]]:
    yield "type", entry.entry_type
    yield "key", entry.key
    venue = entry.get(*_VENUES)
    for name, value in entry.values.items():
        if name not in _USED and value and value != venue:
            yield name, from_latex(value)
