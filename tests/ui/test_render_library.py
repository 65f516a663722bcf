"""What the Library page says of an import, as HTML."""

from __future__ import annotations

from rag.types import Rejected, Remark
from ui.web.render.library import rejected, remarks


def test_remarks_are_a_table_of_their_own() -> None:
    html = remarks([Remark("/x/a.csv", "row <1>", "its title is a number; is it one?")])
    assert "<summary>1 remark to check</summary>" in html
    assert "<td>a.csv</td><td>row &lt;1&gt;</td><td>its title is a number; is it one?</td>" in html
    assert remarks([]) == ""


def test_rejected_records_beyond_those_shown_are_counted() -> None:
    html = rejected([Rejected("a.bib", f"entry {i}", "it has no title") for i in range(203)])
    assert "203 records rejected" in html and "and 3 more" in html
