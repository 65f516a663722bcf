"""Tables that lie on their side: the first cell of a row names a field, the others are its values.

Either each paper is a block of such rows (Embase's "record by rows"), or each further column is a
paper (a table that was transposed).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rag.corpus.formats.fields.column_names import meaning_of, plain
from rag.corpus.formats.fields.columns import plan_of
from rag.corpus.formats.fields.rows import row_record
from rag.corpus.formats.fields.values import abstract_of, text_of
from rag.corpus.record import Record
from rag.types import Rejected

_FEWEST = 3  # different fields in the first column that no table of papers has by chance
_MOST_ROWS = 200_000  # all are in memory; the rest is refused

Row = tuple[str, Sequence[object]]  # where it is, in words, and its cells


def is_sideways(rows: Iterable[Sequence[object]]) -> bool:
    """Whether the first cells of these rows name the fields of a paper, and no row names them."""
    fields = []
    for row in rows:
        cells = [text_of(cell) for cell in row]
        if sum(_field(cell) != "" for cell in cells) > 1 and _field(cells[0]) == "title":
            return False
        fields.append(_field(cells[0]) if len(cells) > 1 else "")
    known = set(fields) - {""}
    return "title" in known and len(known) >= _FEWEST


def sideways_records(
    rows: Iterable[Row], source: str, columns: Mapping[str, str]
) -> Iterator[Record | Rejected]:
    """The papers of a table on its side; ``columns`` maps names to fields."""
    taken: list[Row] = []
    for place, cells in rows:
        if len(taken) >= _MOST_ROWS:
            why = f"a table on its side is read up to {_MOST_ROWS:,} rows"
            yield Rejected(source, place, why, breaks_off=True)
            break
        if cells and text_of(cells[0]):
            taken.append((place, cells))
    papers = _columns(taken) if _is_transposed(taken) else _blocks(taken)
    for place, paper in papers:
        plan = plan_of(tuple(paper), columns)
        yield row_record(plan, tuple(paper.values()), source=source, place=place)


def _field(name: str) -> str:
    return meaning_of(name)[0]


def _is_transposed(rows: Sequence[Row]) -> bool:
    """Whether no field is named twice, and there is more than one title."""
    names = [plain(text_of(cells[0])) for _, cells in rows]
    titles = [cells for _, cells in rows if _field(text_of(cells[0])) == "title"]
    return len(set(names)) == len(names) and bool(titles) and len(_values(titles[0])) > 1


def _values(cells: Sequence[object]) -> list[object]:
    return [cell for cell in cells[1:] if text_of(cell)]


def _columns(rows: Sequence[Row]) -> Iterator[tuple[str, dict[str, object]]]:
    for at in range(1, max(len(cells) for _, cells in rows)):
        paper = {text_of(cells[0]): cells[at] for _, cells in rows if at < len(cells)}
        if any(text_of(value) for value in paper.values()):
            yield f"column {at + 1}", paper


def _blocks(rows: Iterable[Row]) -> Iterator[tuple[str, dict[str, object]]]:
    """A name that the paper already has begins the next one."""
    start, paper = "", dict[str, object]()
    for place, cells in rows:
        name = text_of(cells[0])
        if name in paper and paper:
            yield start, paper
            paper = {}
        values = _values(cells)
        start = start if paper else place
        is_list = _field(name) in ("authors", "tags")
        paper[name] = "; ".join(map(text_of, values)) if is_list else abstract_of(values)
    if paper:
        yield start, paper
