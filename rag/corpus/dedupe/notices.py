"""Notices of retraction, concern or correction, and the papers that they are about. Pure.

A notice has an identifier of its own, so it stays a paper of its own. It says of which paper it is
by that paper's title; the authors must agree, because "retracted" on the wrong paper is a slander.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.corpus.dedupe.candidates import title_key
from rag.corpus.dedupe.keys import MatchKeys, squeeze
from rag.corpus.formats.fields.status import noticed
from rag.text.names.people import is_collective
from rag.types import PaperStatus, worst

_SHORTEST = 15  # letters of a title that tells a paper
_NEVER = 9999


class Notices:
    """The notices among some records."""

    def __init__(self, records: Sequence[MatchKeys], titles: NDArray[np.uint64]) -> None:
        """``titles`` has the key of each record's title; see `candidates.block_keys`."""
        self._records = records
        self._about: dict[int, list[tuple[MatchKeys, PaperStatus]]] = defaultdict(list)
        for one in records:
            title, status = noticed(one.record.title)
            if title:
                self._about[title_key(squeeze(title))].append((one, status))
            elif one.record.status:  # "Retracted: ..." may be a notice, too
                self._about[title_key(one.squeezed)].append((one, one.record.status))
        told = np.isin(titles, np.array([*self._about], np.uint64))
        self._titles = {row: int(titles[row]) for row in np.flatnonzero(told).tolist()}

    def about(self, paper: Sequence[int]) -> PaperStatus:
        """The worst status that a notice gives to the paper of these records, by their rows."""
        named = [(self._records[row], self._titles[row]) for row in paper if row in self._titles]
        return worst(
            status
            for one, title in named
            if len(one.squeezed) >= _SHORTEST and not one.generic
            for notice, status in self._about[title]
            if _agree(notice, one)
        )


def _agree(notice: MatchKeys, paper: MatchKeys) -> bool:
    """Whether the notice is by one of the paper's authors or by a journal or a group, or, without
    authors, in the paper's journal.
    """
    record, venue = notice.record, squeeze(notice.record.venue)
    if (record.year or _NEVER) < (paper.record.year or 0):
        return False
    if not record.authors:
        return bool(venue) and venue == squeeze(paper.record.venue)
    signed = any(name != record.venue and not is_collective(name) for name in record.authors)
    return not signed or not set(notice.families).isdisjoint(paper.families)
