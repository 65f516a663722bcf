"""Maps names of columns to a paper's fields, as people and programs write them.

Names are compared without case, spaces and punctuation. A field may have several columns, best
first; if the first is empty, the next is used. Other columns become extra fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.errors import InputError

# In order of trust. Two-letter names are the tags of RIS, ISI and MEDLINE as tables use them.
_NAMES: dict[str, str] = {
    "title": "title articletitle documenttitle papertitle itemtitle primarytitle worktitle ti t1"
    " displayname originaltitle vernaculartitle titel titre título titolo 标题 題名 题名 篇名",
    "abstract": "abstract abstracttext abstractnote paperabstract articleabstract"
    " abstractinvertedindex summary ab n2 originalabstract zusammenfassung résumé resumen 摘要"
    " description text",
    "authors": "authorsparsed authorfullnames authors author authornames authorname authorlist"
    " authorstring authorship authorships creators creator firstauthors aufull au a1"
    " autoren autor auteurs auteur autores 作者",
    "year": "year publicationyear pubyear py yearpublished yearofpublication issued published"
    " publishedprint publishedonline publicationdate datepublished pubdate coverdate"
    " coverdisplaydate date dateofpublication publishdate y1 da dp versions updatedate"
    " jahr année annee año 年份 年 发表时间",
    "venue": "journal venue sourcetitle publicationtitle journaltitle containertitle booktitle"
    " journalbook journalname proceedingstitle conferencename conference conferencetitle"
    " secondarytitle fulljournalname pubtitle primarylocation so jo jf t2 journalref"
    " publication source zeitschrift revue revista 期刊 刊名 来源",
    "doi": "doi digitalobjectidentifier doilink doiurl articledoi itemdoi lid di",
    "arxiv": "arxiv arxivid arxivnumber archiveid eprint",
    "pmid": "pmid pubmedid pubmed medlineid pubmedpmid",
    "identifiers": "externalids identifiers ids",
    "id": "id identifier uid paperid",
    "url": "url link urls links articleurl articlelink paperurl fulltexturl documenturl openurllink"
    " pdflink sourceurls websites website landingpageurl ur lk",
    "tags": "keywords keyword authorkeywords tags tag indexkeywords keywordlist de kw subjectterms"
    " fieldsofstudy topics categories mesh meshterms schlagwörter motsclés 关键词",
}
_INNER = ("identifiers", "id")  # read, but not fields that a user can name
FIELDS = tuple(name for name in _NAMES if name not in _INNER)
_TAKEN = {
    alias: (name, rank)
    for name, aliases in _NAMES.items()
    for rank, alias in enumerate(aliases.split())
}
_NAMES_SHOWN = 12
_NAME_SHOWN = 40  # characters
_REMEDY = f"Fields are: {', '.join(FIELDS)}."


def plain(name: str) -> str:
    """The name in lower case, without spaces and punctuation."""
    return re.sub(r"[\W_]+", "", name).casefold()


def is_column(text: str) -> bool:
    """Whether the text is nothing but the name of a column that is known."""
    return len(text) <= _NAME_SHOWN and plain(text) in _TAKEN


@dataclass(frozen=True, slots=True)
class Plan:
    """The meaning of a row's values: ``fields`` has the indexes of each field's values, best first.

    ``extra`` are the indexes of values that belong to no field.
    """

    names: tuple[str, ...]
    fields: Mapping[str, tuple[int, ...]]
    extra: tuple[int, ...]

    def without_title(self) -> str:
        """The reason for refusing a row that has neither a title nor an abstract."""
        if "title" in self.fields or "abstract" in self.fields:
            return "it has neither a title nor an abstract"
        seen = ", ".join(name[:_NAME_SHOWN] or "(no name)" for name in self.names[:_NAMES_SHOWN])
        more = ", ..." if len(self.names) > _NAMES_SHOWN else ""
        return f"none of its columns is a title; they are: {seen}{more}" if seen else "it is empty"


def plan_of(names: Sequence[str], columns: Mapping[str, str] | None = None) -> Plan:
    """The plan for columns of these ``names``; ``columns`` (column to field) overrides the guesses.

    Raises InputError where ``columns`` names an unknown field.
    """
    return _plan(tuple(names), tuple((columns or {}).items()))


@lru_cache(maxsize=1024)
def _plan(names: tuple[str, ...], columns: tuple[tuple[str, str], ...]) -> Plan:
    given = {plain(column): _field(name) for column, name in columns}
    plains = [plain(name) for name in names]
    found: dict[str, list[tuple[int, int]]] = {}
    extra = []
    for place, name in enumerate(plains):
        field, rank = (given[name], -1) if name in given else _guess(name, plains)
        if field in ("", "id"):
            extra.append(place)
        if field:
            found.setdefault(field, []).append((rank, place))
    fields = {field: tuple(place for _, place in sorted(found[field])) for field in found}
    return Plan(names, fields, tuple(extra))


def _guess(name: str, plains: Sequence[str]) -> tuple[str, int]:
    # In CSL and Crossref the source is the catalogue, elsewhere the journal.
    if name == "source" and "issued" in plains:
        return "", 0
    return _TAKEN.get(name, ("", 0))


def _field(name: str) -> str:
    field, _ = _TAKEN.get(plain(name), ("", 0))
    if not field or field in _INNER:
        raise InputError(f"There is no field {name!r} that a column could be.", _REMEDY)
    return field
