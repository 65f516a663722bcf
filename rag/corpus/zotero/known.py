"""What the index knows of a library from the last time that it was read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.record import Record
from rag.corpus.zotero import items as of


class Known:
    """The records of a source by the key of their item, and the parents of known notes."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = {key: record for record in records if (key := of.value_of(record, of.KEY))}
        self.notes = {
            note: key
            for key, record in self.records.items()
            for note in of.value_of(record, of.NOTES).split()
        }

    def is_useless(self, version: int | None, library: str) -> bool:
        """Whether all has to be read: nothing is known, or of another library or a later version.

        A Zotero that never synced has no versions by which to see what changed.
        """
        if not self.records or not version:
            return True
        others = {of.value_of(record, of.LIBRARY) for record in self.records.values()} - {library}
        return bool(library and others) or max(map(self._version, self.records)) > version

    def _version(self, key: str) -> int:
        text = of.value_of(self.records[key], of.VERSION)
        return int(text) if text.isdecimal() else 0
