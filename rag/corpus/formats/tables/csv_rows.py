"""Splits the lines of a CSV into rows; a stray quote loses one row, not the rest of the file.

A quoted cell may span many lines. If a quote is never closed, the lines after it are read as rows
if they all look like rows. Otherwise the file was cut off inside a cell, and the lines are text
that must not become papers.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from rag.corpus.formats.source import LINE_LIMIT

Line: TypeAlias = tuple[int, str | None]

_ROW_CHARACTERS = 2 * LINE_LIMIT  # of one row, over all of its lines
_ROW_LINES = 5_000
_LOOKED_AT = 50  # lines after a stray quote by which rows are recognised
_FEWEST_CELLS = 3  # cells in a line that prose never has by chance
_UNCLOSED = "it opens a quote and does not close it"
_TOO_LONG = f"this line has more than {LINE_LIMIT:,} characters"


class CsvRows:
    """The rows of ``lines``, each with its first line's number: its cells, or why it is not a row.

    ``lines`` are as `Source.lines` gives them; ``width`` is the number of columns in the header.
    Rows may have fewer cells. Empty rows are left out. ``broke_off`` is true if lines after the
    current row were not read.
    """

    def __init__(self, lines: Iterable[Line], delimiter: str, *, width: int) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._width = width
        self._again: deque[Line] = deque()
        self._ended = False
        self.broke_off = False
        self._is_lost = False
        # The limit for a cell applies to the whole process; that of a row bounds the memory.
        csv.field_size_limit(max(csv.field_size_limit(), 2 * _ROW_CHARACTERS))

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        while not self._ended and (first := self._next()) is not None:
            number, line = first
            if line is None:
                yield number, _TOO_LONG
                continue
            self.broke_off = False
            row = self._row((number, line))
            if isinstance(row, str) or any(cell.strip() for cell in row):
                yield number, row

    def _next(self) -> Line | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _row(self, first: tuple[int, str]) -> list[str] | str:
        """The row that begins with this line; reads further lines if needed."""
        if '"' not in first[1]:
            return self._checked(first[1].split(self._delimiter))
        taken = [first]
        queue = _RowLines(first[1], self._following(taken))
        row = next(csv.reader(queue, delimiter=self._delimiter), [])
        if queue.ran_dry:
            return self._without_end(taken)
        if len(row) != self._width and not self._is_well_quoted(taken):
            return self._stray_quote(taken)
        return self._checked(row)

    def _without_end(self, taken: list[tuple[int, str]]) -> str:
        """Why there is no row: a quote is never closed, so it is stray, or the file was cut off."""
        if self._are_rows(taken[1:]):
            return self._stray_quote(taken)
        self._ended = self.broke_off = True
        return f"{_UNCLOSED}; lines up to {taken[-1][0]} were not read"

    def _stray_quote(self, taken: list[tuple[int, str]]) -> str:
        """Why there is no row: the next quote in the file closed a stray one.

        The lines between are rows. From here on a line could be the middle of a cell, until one
        has as many cells as the header and no quotes.
        """
        self._is_lost = True
        if self._width >= _FEWEST_CELLS or self._are_rows(taken[1:]):
            self._again.extendleft(reversed(taken[1:]))
            return _UNCLOSED
        self.broke_off = True
        return f"{_UNCLOSED}; lines up to {taken[-1][0]} were left out"

    def _is_well_quoted(self, taken: Sequence[tuple[int, str]]) -> bool:
        lines = [text + "\n" for _, text in taken]
        try:
            next(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        return True

    def _following(self, taken: list[tuple[int, str]]) -> Iterator[str]:
        """The next lines, also appended to ``taken``, up to the limits of a row."""
        room = _ROW_CHARACTERS - len(taken[0][1])
        while len(taken) < _ROW_LINES and (line := self._next()) is not None:
            number, text = line
            if text is None or len(text) > room:
                self._again.appendleft(line)
                return
            room -= len(text)
            taken.append((number, text))
            yield text

    def _are_rows(self, lines: Sequence[tuple[int, str]]) -> bool:
        """Whether the lines inside a quote are rows, and not prose with commas."""
        looked_at = [text for _, text in lines[:_LOOKED_AT] if text.strip()]
        if len(looked_at) + self._width <= _FEWEST_CELLS or self._width < 2 or not looked_at:
            return False
        rows = csv.reader(looked_at, delimiter=self._delimiter, quoting=csv.QUOTE_NONE)
        return all(len(row) >= self._width for row in rows)

    def _checked(self, row: list[str]) -> list[str] | str:
        if self._is_lost and (len(row) != self._width or any('"' in cell for cell in row)):
            return "it stands after an open quote and may be part of a cell"
        self._is_lost = False
        if any(cell.strip() for cell in row[self._width :]):
            return f"it has {len(row)} cells, but the header names {self._width} columns"
        return row


class _RowLines:
    """The lines of one row for a csv reader, which reads further ones only inside a quoted cell."""

    def __init__(self, first: str, following: Iterator[str]) -> None:
        self._first: str | None = first
        self._following = following
        self.ran_dry = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._first is not None:
            line, self._first = self._first, None
            return line + "\n"
        try:
            return next(self._following) + "\n"
        except StopIteration:
            self.ran_dry = True
            raise
