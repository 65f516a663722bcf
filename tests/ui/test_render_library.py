"""What the Library page says of an import, as HTML."""

from __future__ import annotations

from rag.types import Rejected, Remark
from ui.web.render.library import reading, rejected, remarks


def test_remarks_are_a_table_of_their_own() -> None:
    html = remarks([Remark("/x/a.csv", "row <1>", "its title is a number; is it one?")])
    assert "<summary>1 remark to check</summary>" in html
    assert "<td>a.csv</td><td>row &lt;1&gt;</td><td>its title is a number; is it one?</td>" in html
    assert remarks([]) == ""


def test_rejected_records_beyond_those_shown_are_counted() -> None:
    html = rejected([Rejected("a.bib", f"entry {i}", "it has no title") for i in range(203)])
    assert "203 records rejected" in html and "and 3 more" in html


def test_what_cannot_be_had_is_said_in_words_and_asked_for_again() -> None:
    why = "arXiv cannot be reached, so nothing was added. Check the connection and try again."
    html = rejected([Rejected("arxiv:<owls>", "", why)])
    assert f"<span>{why}</span>" in html and 'role="alert"' in html
    assert 'data-source="arxiv:&lt;owls&gt;"' in html and "Try again</button>" in html
    assert "rejected" not in html and "table" not in html
    both = rejected([Rejected("2401.1", "", why), Rejected("a.bib", "entry 1", "it has no title")])
    assert why in both and "1 record rejected" in both
    assert "nothing added" in reading([("arxiv:owls", 0, 0, True, True)])
    assert "2 records, 1 rejected" in reading([("a.bib", 2, 1, True, False)])
