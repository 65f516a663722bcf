"""Reader of text with a label before each value: RefWorks, CNKI, Ovid, ProQuest, EBSCO and others.

Labels are written in five styles, and what they are called is what columns of tables are called, so
that a record is read as a row of a table. A record ends at a line that only separates, or where a
label comes again that the record had before others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.corpus.formats.fields.column_names import plain
from rag.corpus.formats.fields.columns import is_column, plan_of
from rag.corpus.formats.fields.rows import row_record
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.citations import venue_and_year
from rag.corpus.formats.tagged.lines import RECORD_LIMIT, TOO_LONG, Fields
from rag.corpus.record import Record
from rag.text.lexicons import lexicon
from rag.types import Rejected

# "<1>", "Record #1 of 5", "Document 2 of 9", "3." or a rule; RefWorks closes with ER.
_SEPARATOR = re.compile(
    r"\s*(?:<\d+>|(?:record|document|citation|result|article)\s*[#:]?\s*\d+(?:\s+of\s+\d+)?:?"
    r"|\[?\d+[.\]]|[-_=*%]{8,}|ER(?:\s*-)?)\s*",
    re.IGNORECASE,
)
# Labels of other fields: a line that begins with one is not the rest of the abstract.
_OTHERS = frozenset(
    "volume issue number pages page pagination startpage endpage language issn isbn publisher"
    " placeofpublication accessionnumber documenttype publicationtype recordtype database"
    " sourcetype databaseprovider affiliation affiliations authoraddress authoraddresses"
    " authoraffiliation institution correspondence correspondingauthor country countryofpublication"
    " note notes comments entrydate copyright provider content section datatype referencetype"
    " uniqueidentifier proquestdocumentid lastupdated fulltext subject subjects headings"
    " emtreeheadings drugterms medicalterms pmcid status versionid entryweek orcid fund funding"
    " ericnumber descriptors identifiers peerreviewed audience educationlevel persistentlink"
    " recordnumber callnumber authoraffiliations documentsubtype numberofpages series edition"
    " reportno mscclass acmclass license journalref submissionhistory"
    " itemtype journalsubset revisiondate geographicterms publicationinfo location sponsor"
    " 卷 期 页码 机构 单位 基金 语言 translatedtitle translatedauthor typeofwork openaccess".split()
)
# What begins a part of an abstract, but may also be a label.
_PARTS = frozenset(map(plain, lexicon("abstract_headings"))) - {"keywords"}
_STRUCTURED = re.compile(rf"\s*(?:{'|'.join(_PARTS)})\s*[:：]", re.IGNORECASE)
_TAGS = frozenset(
    "RT SR ID A1 A2 A3 A4 A5 A6 T1 T2 T3 JF JO YR FD VO IS SP OP K1 AB NO PB PP ED SN AD AN LA CL"
    " SF OT LK DO CN DB DS IP RD ST PM UL SL LL CR WT U1 U2 U3 U4 U5 WV WP OL vo".split()
)
_BILINGUAL = re.compile(r"[A-Za-z]+-[\u3400-\u9fff]+")  # CNKI's "Title-题名"
# Around an abstract in arXiv's mails: two backslashes, and after it also an address in brackets.
_ARXIV = re.compile(r"\\\\(?:\s*\(\s*(https?://\S+).*)?")
_MAILED = "Abstract Text"
_LONG = 200  # characters; a longer line separates nothing
_PERSON = r"[^.,;]+ [A-Z]{1,3}\.\s*"
_PEOPLE = re.compile(rf"(?:{_PERSON}){{2,}}")  # "Smith JA. Doe K."
_LISTS = ("authors", "tags")


@dataclass(frozen=True, slots=True)
class _Style:
    """How labels are written: ``line`` has the label and the value, ``known`` says if it is one."""

    line: re.Pattern[str]
    known: Callable[[str], bool]

    def of(self, line: str) -> tuple[str, str] | None:
        """The label and the value of a line; None if it has no label.

        In arXiv's mails the abstract has none, but two backslashes before it.
        """
        if arxiv := _ARXIV.fullmatch(line):
            return ("URL", arxiv[1]) if arxiv[1] else (_MAILED, "")
        found = self.line.match(line)
        if found is None or not self.known(found[1]):
            return None
        return found[1].strip(), (found[2] or "").strip()


def _separates(line: str) -> bool:
    return len(line) < _LONG and _SEPARATOR.fullmatch(line) is not None


def _is_name(label: str) -> bool:
    return is_column(label) or plain(label) in _OTHERS or _BILINGUAL.fullmatch(label) is not None


_STYLES = (
    _Style(re.compile(r"\s*\{([^{}]{1,40})\}\s*[:：](.*)"), lambda label: True),
    _Style(re.compile(r" {0,3}([A-Z][A-Z0-9]{1,3})\s*-(?:\s(.*)|$)"), lambda label: True),
    _Style(re.compile(r"([A-Z][A-Z0-9]|vo)(?:\s(.*)|$)"), _TAGS.__contains__),
    _Style(re.compile(r"([A-Z][A-Z0-9]{1,2}):(?:\s(.*)|$)"), lambda label: True),
    _Style(re.compile(r" {0,3}([^\W\d_][^:：]{1,40}?)\s*(?:[:：](.*)|$)"), _is_name),
)


def is_labelled(head: str, name: str) -> bool:
    """Whether lines have labels, of a title and of two other fields at least."""
    if name.lower().endswith((".csv", ".tsv", ".md", ".markdown")):
        return False
    return _style_of(head) is not None


def _style_of(head: str) -> _Style | None:
    lines = [line for line in head.splitlines() if line.strip() and not _separates(line)]
    for style in _STYLES if lines else ():
        labels = [found[0] for found in map(style.of, lines) if found]
        fields = plan_of(tuple(dict.fromkeys(labels))).fields
        titles = sum(plan_of((label,)).fields.keys() == {"title"} for label in labels)
        if titles and len(fields) > 2 and (style.of(lines[0]) or titles > 1):
            return style
    return None


def read_labelled(source: Source) -> Iterator[Record | Rejected]:
    """A record from each group of labels."""
    style = _style_of(source.head)
    record: Fields | None = None
    last, blank = "", False
    seen: set[str] = set()
    for number, line in source.lines():
        if line is None:
            record = record or Fields(number)
            record.size = RECORD_LIMIT + 1
            continue
        separates = _separates(line)
        found = style.of(line) if style and not separates else None
        if found and record and found[0] not in seen and _is_part(found[0], record, last):
            found = None
        if found == (_MAILED, "") and not record:  # they also come before the first label
            continue
        if separates or (found and record and _begins(record, found[0], last, blank)):
            yield from _record(record, source.name)
            record, last = None, ""
        blank = not line.strip()
        if found:
            record, last = record or Fields(number), found[0]
            seen.add(last)
            record.add(last, found[1])
        elif record and last and not blank:
            record.add(last, f"\n{line.strip()}")  # the rest of the value before it
    yield from _record(record, source.name)


def _is_part(label: str, record: Fields, last: str) -> bool:
    """Whether a label that comes after ``last`` is the heading of a part of its abstract."""
    if plain(label) not in _PARTS or "abstract" not in plan_of((last,)).fields:
        return False
    return _STRUCTURED.match(" ".join(record.values[last])) is not None


def _begins(record: Fields, label: str, last: str, blank: bool) -> bool:
    """Whether a label that comes after ``last``, perhaps after a blank line, begins a record."""
    if label not in record.values or label == last:
        return False
    return blank or label == next(iter(record.values)) or "title" in plan_of((label,)).fields


def _record(fields: Fields | None, source: str) -> Iterator[Record | Rejected]:
    if fields is None:
        return
    place = f"line {fields.line}"
    if fields.size > RECORD_LIMIT:
        yield Rejected(source, place, TOO_LONG)
        return
    row = {name: _whole(parts) for name, parts in fields.values.items()}
    plan = plan_of(tuple(row))
    if not plan.fields.keys() & {"title", "abstract", "authors"}:
        return  # a header, or the counts of a search
    values: list[object] = []
    for at, texts in enumerate(row.values()):
        if at in plan.fields.get("url", ()):
            values.append(" ".join(texts).split())
        elif len(texts) > 1 and any(at in plan.fields.get(name, ()) for name in _LISTS):
            values.append(texts)
        else:
            values.append(_people("\n".join(texts)))
    for at in plan.fields.get("venue", ())[:1]:
        values[at], year = venue_and_year(str(values[at]))
        if year and "year" not in plan.fields:
            plan, values = plan_of((*row, "Year")), [*values, year]
    yield row_record(plan, values, source=source, place=place)


def _whole(parts: list[str]) -> list[str]:
    """The values of a label, each with its further lines: one a line, or one for each author."""
    values: list[list[str]] = []
    for part in parts:
        if part.startswith("\n") and values:
            comma = values[-1][-1].endswith((",", ";"))
            values[-1] += [" " if comma else "\n", part[1:]]
        else:
            values.append([part.strip()])
    return ["".join(value) for value in values]


def _people(text: str) -> str:
    """The authors of Ovid, "Smith JA. Doe K.", one a line; any other value as it is."""
    return re.sub(r"\.\s*(?=\S|$)", "\n", text).strip() if _PEOPLE.fullmatch(text) else text
