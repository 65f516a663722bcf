"""Makes records of Zotero's items, and finds in a record what it says of its item. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.corpus.formats.fields.rows import BELOW_A_PAPER
from rag.corpus.formats.json.files import read_object
from rag.corpus.record import Record
from rag.errors import CatalogueError
from rag.types import ZOTERO_LINK, Rejected

if TYPE_CHECKING:
    from rag.corpus.zotero.client import Object
    from rag.corpus.zotero.collections import Named

KEY, VERSION, MODIFIED = "key", "version", "dateModified"
LIBRARY, COLLECTIONS, COLLECTION_KEYS = "zotero library", "collections", "collection keys"
NOTES, CITATION_KEY = "notes", "citation key"
_OWN = frozenset(
    (ZOTERO_LINK, KEY, VERSION, MODIFIED, LIBRARY, COLLECTIONS, COLLECTION_KEYS, NOTES)
)
_BETWEEN = "; "  # two collections
# Better BibTeX writes its key into the field Extra, "bibtex:" long ago.
_CITATION_KEY = re.compile(r"^\s*(?:citation key|bibtex)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def data_of(item: Object) -> Mapping[str, object]:
    """The item's own fields. Raises CatalogueError for what is no item."""
    data = item.get("data")
    if not isinstance(data, Mapping) or not isinstance(data.get("key"), str):
        raise unreadable()
    return data


def key_of(item: Object) -> str:
    """The item's key. Raises as `data_of`."""
    return str(data_of(item)["key"])


def parent_of(note: Object) -> str:
    """The key of the item that a note is of; empty for a note on its own. Raises as `data_of`."""
    return str(data_of(note).get("parentItem") or "")


def unreadable() -> CatalogueError:
    """The error of an answer that is none of Zotero's."""
    return CatalogueError(
        "Zotero gave an answer that cannot be read.",
        "Try again; what was indexed before is untouched.",
    )


def is_paper(item: Object) -> bool:
    """Whether it may be a paper, and not a file, a note or a mark in a file."""
    data = data_of(item)
    return data.get("itemType") not in BELOW_A_PAPER and not data.get("parentItem")


def library_of(item: Object, server: str) -> str:
    """Which library an item is of: "users/12345", with the Zotero's own id where it gives one."""
    whose = item.get("library")
    if not isinstance(whose, Mapping):
        return ""
    return f"{whose.get('type', '')}s/{whose.get('id', '')} {server}".strip()


def record_of(
    item: Object,
    source: str,
    library: str,
    group: str,
    collections: Mapping[str, Named],
    notes: Sequence[str],
) -> Record | Rejected:
    """The record of an item, or why it is none. Raises CatalogueError for what is no item."""
    data = data_of(item)
    key, version = str(data["key"]), data.get("version", item.get("version", 0))
    place = f"item {key}"
    fields = {name: value for name, value in data.items() if name not in (*_OWN, "relations")}
    found = next(read_object(fields, source=source, place=place), None)
    if not isinstance(found, Record):
        return found or Rejected(source, place, "it is no paper")
    given = data.get("collections")
    inside = [k for k in given if k in collections] if isinstance(given, list) else []
    where = f"groups/{group}" if group else "library"
    own = {
        ZOTERO_LINK: f"zotero://select/{where}/items/{key}",
        COLLECTIONS: paths_of(inside, collections),
        CITATION_KEY: _citation_key(data),
        KEY: key,
        VERSION: str(version),
        MODIFIED: str(data.get("dateModified", "")),
        LIBRARY: library,
        COLLECTION_KEYS: " ".join(inside),
    }
    others = [(name, value) for name, value in found.extra if name not in own]
    tags = dict.fromkeys((*found.tags, *(collections[k].name for k in inside)))
    record = replace(
        found,
        tags=tuple(tags),
        extra=tuple((name, value) for name, value in (*own.items(), *others) if value),
    )
    return with_notes(record, notes)


def paths_of(keys: Sequence[str], collections: Mapping[str, Named]) -> str:
    """The paths of these collections, as a record has them."""
    return _BETWEEN.join(sorted(collections[key].full for key in keys if key in collections))


def value_of(record: Record, name: str) -> str:
    """A field of the record's extra, or an empty text."""
    return next((value for field, value in record.extra if field == name), "")


def when_added(record: Record) -> tuple[str, str]:
    """By this records are in the order in which their items were added."""
    return value_of(record, "dateAdded"), value_of(record, KEY)


def with_notes(record: Record, notes: Sequence[str]) -> Record:
    """The record with the keys of its notes: that there are some, not what they say."""
    extra = tuple((name, value) for name, value in record.extra if name != NOTES)
    return replace(record, extra=(*extra, (NOTES, " ".join(sorted(notes)))) if notes else extra)


def _citation_key(data: Mapping[str, object]) -> str:
    native = data.get("citationKey")
    if isinstance(native, str) and native.strip():
        return native.strip()
    extra = data.get("extra")
    found = _CITATION_KEY.search(extra) if isinstance(extra, str) else None
    return found[1] if found else ""
