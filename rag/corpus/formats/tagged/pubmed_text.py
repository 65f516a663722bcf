"""Reader of the texts that PubMed calls "Abstract (text)" and "Summary (text)".

Records are numbered: "1. J Odd Owl. 2021 ..." begins an abstract, whose parts are paragraphs, and
"1: Doe J. A title. J Owl. 2021 ..." a summary, which is one citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.source import Source
from rag.corpus.formats.tagged.citations import venue_and_year
from rag.corpus.formats.tagged.lines import RECORD_LIMIT, TOO_LONG
from rag.corpus.record import Record
from rag.types import Rejected

_FIRST = re.compile(r"\s*(\d{1,6})([.:]) \S")
_ABSTRACTS = re.compile(r"^PMID: *\d+|^DOI: *10\.", re.MULTILINE)
_SUMMARIES = re.compile(r"\bPMID: *\d+")
_CITATION = re.compile(r"\d{1,6}\. (?P<source>.+)", re.DOTALL)
# After one blank line, a number with a year or a DOI begins a record, others a paragraph; PubMed
# writes two blank lines before a record, which editors may take away.
_BEGINS = re.compile(r"[.;] ?(?:18|19|20)\d\d\b|\bdoi:", re.IGNORECASE)
_DOI = re.compile(r"\bdoi: *(10\.\S+)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID: *(\d+)")
# "Ferro A(1)(2)", "van der Berg T 3rd", "López-Roe AB": a family name and initials.
_PERSON = r"[^\W\d_][^,;:()]{0,60}? [^\W\d_a-zß-ÿ]{1,4}(?: (?:Jr|Sr|2nd|3rd|4th))?"
_MARKS = re.compile(r"\((?:#?\d+|[#*†‡])\)")
_PEOPLE = re.compile(rf"{_PERSON}(?:, {_PERSON})*(?:; [^.]+)?\.?")
_SUMMARY = re.compile(
    rf"(?:(?P<authors>{_PERSON}(?:, {_PERSON})*(?:, et al)?(?:; [^.]+)?)\. )?"
    r"(?P<title>.+?[.?!\]]) (?P<source>[^.?!]+(?:\([^()]*\))?\. (?:18|19|20)\d\d\b.*)",
    re.DOTALL,
)
# Paragraphs that are no part of the abstract: who has the rights, or a label with what it names.
_BESIDE = re.compile(
    r"©|(?:crown )?copyright\W*(?:©|\(c\)|\d{4})|\(?c\) ?\d{4}"
    r"|(?:author information|collaborators?|conflicts? of interest(?: statement)?|publisher"
    r"|trial registration number|doi|pmid|pmcid"
    r"|(?:comments?|erratum|update|(?:partial )?retraction|expression of concern|original report"
    r"|summary for patients|(?:(?:retracted|corrected) and )?republished)"
    r" (?:in|on|of|for|from))[ \t]*[:\n]",
    re.IGNORECASE,
)
# "Retraction in", "Erratum in" and the like, kept as they are.
_NOTICE = re.compile(
    r"((?:(?:partial )?retraction|retracted and republished|corrected and republished|erratum"
    r"|expression of concern) (?:in|of|for|from))[ \t]*[:\n]\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_AFFILIATIONS = "Author information:"  # comes after the authors, be they groups or have one name
_IDENTIFIERS = re.compile(r"(?:DOI|PMCID|PMID): ")
_ORIGINAL = re.compile(r"\[Article in [^\]]+\]\.?")


def is_pubmed_text(head: str, name: str) -> bool:
    """Whether the first record is numbered and identifiers of PubMed are named."""
    first = _FIRST.match(head)
    if first is None:
        return False
    return (_ABSTRACTS if first[2] == "." else _SUMMARIES).search(head) is not None


def read_pubmed_text(source: Source) -> Iterator[Record | Rejected]:
    """A record from each number to the next."""
    first = _FIRST.match(source.head)
    number, mark = (int(first[1]), first[2]) if first else (1, ".")
    lines: list[str] = []
    start, size, blanks = 1, 0, 2
    for at, line in source.lines():
        numbered = line is not None and blanks and line.startswith(f"{number}{mark} ")
        if numbered and line and (blanks > 1 or mark == ":" or _BEGINS.search(line)):
            yield from _record(lines, start, size, source.name)
            lines, start, size, number = [], at, 0, number + 1
        size += RECORD_LIMIT + 1 if line is None else len(line) + 1
        if line is not None and size <= RECORD_LIMIT:
            lines.append(line.strip())
        blanks = 0 if line is None or line.strip() else blanks + 1
    yield from _record(lines, start, size, source.name)


def _record(lines: list[str], start: int, size: int, name: str) -> Iterator[Record | Rejected]:
    paragraphs = [part.strip() for part in re.split(r"\n{2,}", "\n".join(lines)) if part.strip()]
    if size > RECORD_LIMIT:
        yield Rejected(name, f"line {start}", TOO_LONG)
    elif paragraphs:
        read = _abstract if _CITATION.match(paragraphs[0]) else _summary
        yield read(paragraphs, f"line {start}", name)


def _abstract(paragraphs: list[str], place: str, name: str) -> Record | Rejected:
    """A record of paragraphs: citation, title, authors, notes, the abstract, notes, identifiers."""
    citation = _CITATION.match(paragraphs[0])
    venue, year = venue_and_year(citation["source"] if citation else "")
    rest = [part for part in paragraphs[1:] if not _ORIGINAL.fullmatch(part)]
    title = rest.pop(0) if rest and not _IDENTIFIERS.match(rest[0]) else ""
    people = _MARKS.sub("", " ".join(rest[0].split())) if rest else ""
    named = _PEOPLE.fullmatch(people) or (len(rest) > 1 and rest[1].startswith(_AFFILIATIONS))
    authors = rest.pop(0) and people if named else ""
    identifiers = " ".join(part for part in rest if _IDENTIFIERS.match(part))
    pmid = _PMID.search(identifiers)
    doi = _DOI.search(identifiers) or _DOI.search(paragraphs[0])
    return make_record(
        title=title,
        abstract="\n".join(part for part in rest if not _BESIDE.match(part)),
        source=name,
        place=place,
        authors=_names(authors),
        year=year,
        venue=venue,
        doi=doi[1] if doi else "",
        pmid=pmid[1] if pmid else "",
        extra=[(found[1], found[2]) for found in map(_NOTICE.match, rest) if found],
    )


def _summary(paragraphs: list[str], place: str, name: str) -> Record | Rejected:
    text = " ".join(" ".join(paragraphs).split())
    text = re.sub(r"^\d{1,6}: ", "", text)
    found = _SUMMARY.match(text[:4_000])
    if found is None:
        return Rejected(name, place, "it is no citation as PubMed writes them")
    venue, year = venue_and_year(found["source"])
    doi, pmid = _DOI.search(text), _PMID.search(text)
    return make_record(
        title=found["title"],
        abstract="",
        source=name,
        place=place,
        authors=_names(found["authors"] or ""),
        year=year,
        venue=venue,
        doi=doi[1] if doi else "",
        pmid=pmid[1] if pmid else "",
    )


def _names(text: str) -> list[str]:
    """The names of "Ferro A, van der Berg T; Owl Group.", each as "Family, Initials"."""
    people, _, groups = text.rstrip(".").partition(";")
    names = []
    for person in people.split(", "):
        family, _, given = person.strip().rpartition(" ")
        if given in ("Jr", "Sr", "2nd", "3rd", "4th"):
            suffix, (family, _, given) = given, family.rpartition(" ")
            family = f"{family}, {suffix}"
        names.append(f"{family}, {given}" if family and given.isupper() else person.strip())
    return names + [group.strip() for group in groups.split(";")]
