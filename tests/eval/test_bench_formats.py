"""The table of what is read of a folder of files."""

from __future__ import annotations

from pathlib import Path

from eval.bench.formats import differences, outcomes, summary


def test_differences_are_shown_file_by_file(tmp_path: Path) -> None:
    rows = [
        "kind\tfile\tbytes\tentries\tabstracts",
        "bib\ta.bib\t1\t2\t1",
        "bib\tb.bib\t1\t\t",
        "ris\tc.ris\t1\t2\t",
    ]
    (tmp_path / "MANIFEST.tsv").write_text("\n".join(rows) + "\n")
    (tmp_path / "bib").mkdir()
    (tmp_path / "ris").mkdir()
    entries = "@a{k, title={One}, abstract={Two}}\n@a{l, title={Three}}\n"
    (tmp_path / "bib" / "a.bib").write_text(entries)
    (tmp_path / "bib" / "b.bib").write_text("@a{k, title={One}}")
    (tmp_path / "ris" / "c.ris").write_text("TY  - A\nTI  - One\nER  -\nTY  - A\nER  -\n")
    found = outcomes(tmp_path)
    assert summary(found).splitlines()[2:] == [
        "| bib | 2 | 3 | 2 | 1 | 1 | 0 | 0 |",
        "| ris | 1 | 1 | 2 | 0 |  | 1 | 0 |",
        "| all | 3 | 4 | 4 | 1 | 1 | 1 | 0 |",
    ]
    assert differences(found).splitlines() == [
        "- ris/c.ris: 1 records (expected 2), 0 abstracts (unknown), 1 refused",
        "  - line 4: it has no title",
    ]
