"""The values of one cell of a comparison: frozen dataclasses, no work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.types.papers import Span

Verdict: TypeAlias = Literal["supported", "partial", "unsupported"]
Status: TypeAlias = Literal["stated", "not_stated"]
Author: TypeAlias = Literal["paper", "model"]
# A value; the change of one ("2.3x faster", "+3.1 mAP"); the value before a change ("from 71.2");
# or what something else has ("better than the 57.7% of Swin-L").
MeasureRole: TypeAlias = Literal["value", "change", "before", "other"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in a quote of a cell: how much, of what, and on which data.

    All spans are verbatim in the paper's abstract, with offsets into it; ``text`` is the number as
    it is written, with its unit ("86.9K", "83.6%"). ``value`` is its value (86900.0, 83.6; of a
    range its end), by which a column can be sorted, together with ``unit``: the name of a known
    unit ("%", "x", "points", "ms"), or empty. ``metric`` ("top-1 accuracy"), ``data`` ("ImageNet")
    and ``than``, what a change compares with ("Swin-L"), are None where that is not sure. ``sign``
    says where a change goes as far as words tell: 1 more, -1 less, 0 unknown.
    """

    text: Span
    value: float
    unit: str = ""
    metric: Span | None = None
    data: Span | None = None
    than: Span | None = None
    role: MeasureRole = "value"
    sign: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What one paper says about one aspect.

    ``value`` is a clause, or a few words of a language model. If nothing is stated it is empty,
    there are no quotes, and ``verdict`` is None. Quotes are whole sentences, best first. ``author``
    is "paper" if the value occurs verbatim in a quote, else "model".

    ``measures`` are the numbers of its quotes that are the cell's own, in order. ``see`` is
    the aspect whose cell of the same row shows the same words already, or empty: show a pointer
    there instead of the words once more. ``corrected`` is what a reader has written in place of the
    value, or None; "" says that the paper does not state it. A correction is nobody's quote: value,
    quotes and verdict remain what the program found.
    """

    paper_id: str
    aspect: str
    value: str
    status: Status
    quotes: tuple[Span, ...]
    verdict: Verdict | None
    author: Author = "paper"
    measures: tuple[Measure, ...] = ()
    see: str = ""
    corrected: str | None = None

    @property
    def shown(self) -> str:
        """The reader's correction, or else the value; empty if nothing is stated."""
        return self.value if self.corrected is None else self.corrected
