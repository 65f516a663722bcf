"""Tables that are not what they should be: on their side, with two headers, made for programs."""

from __future__ import annotations

import pytest
from test_tables_in import records, table

from rag.corpus.formats.tables.sheets import is_table
from rag.corpus.record import Record
from rag.types import Rejected

EMBASE = """"TITLE","Owls at night"
"AUTHOR NAMES","Strix A.","Noctua B."
"SOURCE","Fauna (2019) 3:1 (2-9). Date of Publication: 1 May 2019"
"ABSTRACT","They see, and hear."

"TITLE","Bats"
"AUTHOR NAMES","Bubo C."
"ABSTRACT","They hear."
"""


def test_rows_of_fields_are_read_paper_by_paper() -> None:
    owls, bats = records(table(EMBASE))
    assert (owls.title, owls.abstract) == ("Owls at night", "They see, and hear.")
    assert (owls.authors, owls.venue, owls.year) == (("A. Strix", "B. Noctua"), "Fauna", 2019)
    assert (bats.title, bats.abstract, bats.place) == ("Bats", "They hear.", "line 6")
    assert is_table(EMBASE, "export.txt")


def test_a_table_on_its_side_is_turned() -> None:
    text = "Title\tOwls\tBats\nAbstract\tThey see.\tThey hear.\nYear\t2019\t2020\nNote\t\tx\n"
    owls, bats = records(table(text))
    assert (owls.title, owls.abstract, owls.year, owls.extra) == ("Owls", "They see.", 2019, ())
    assert (bats.title, bats.place, bats.extra) == ("Bats", "column 3", (("Note", "x"),))


def test_titles_that_are_names_of_fields_do_not_turn_a_table() -> None:
    found = records(table("Title,Year\nAbstract,2019\nTitle,2020\nYear,2021\n"))
    assert [record.title for record in found] == ["Abstract", "Title", "Year"]
    assert all("the name of a field" in record.remark for record in found)


def test_a_long_text_in_an_unknown_column_is_told() -> None:
    (record,) = records(table(f"Title,Body\nOwls,{'They see at night. ' * 30}\n"))
    assert '--column "abstract=Body"' in record.remark
    (record,) = records(table("Title,Body\nOwls,They see.\n"))
    assert record.remark == ""


def test_authors_in_columns_with_numbers() -> None:
    text = "Title,Author 1,Author 2,Author 3\nOwls,Ada Strix,Bo Noctua,\n"
    (record,) = records(table(text))
    assert record.authors == ("Ada Strix", "Bo Noctua")


def test_a_text_written_for_excel() -> None:
    (record,) = records(table('Title,Publication Date,ISSN\nOwls,="4/3/2019",="12345678"\n'))
    assert (record.year, record.extra) == (2019, (("ISSN", "12345678"),))


def test_a_byte_order_mark_that_was_encoded_twice_is_skipped() -> None:
    (record,) = records(table("ï»¿Title,Abstract\nOwls,Sie sähen.\n"))
    assert (record.title, record.abstract) == ("Owls", "Sie sähen.")


def test_lists_and_objects_that_a_program_printed_into_cells() -> None:
    text = (
        "title\tauthors\tjournal\texternalIds\tkeywords\n"
        "Owls\t[{'name': 'Ada Strix'}, {'name': \"Bo O'Bubo\"}]\t{'name': 'Fauna', 'volume': '3'}\t"
        "{'DOI': '10.1000/owl', 'ArXiv': None}\tc(\"night\", \"birds\")\n"
    )
    (record,) = records(table(text))
    assert (record.authors, record.venue) == (("Ada Strix", "Bo O'Bubo"), "Fauna")
    assert (record.identifiers.doi, record.tags) == ("10.1000/owl", ("night", "birds"))


@pytest.mark.parametrize("again", ["题名,摘要,年份,号", "Title,Abstract,Year,No"])
def test_a_second_line_of_names_is_no_paper(again: str) -> None:
    found = table(f"Title,Abstract,Year,No\n{again}\nOwls,They see.,2019,1\nAbstract,Title,,\n")
    assert [item.title for item in found if isinstance(item, Record)] == ["Owls", "Abstract"]
    (refused,) = [item for item in found if isinstance(item, Rejected)]
    assert refused.reason == "it names the columns again"


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("night vision", ("night vision",)),
        ("node.js owls", ("node.js owls",)),
        ("cs.CL stat.ML", ("cs.CL", "stat.ML")),
        ("hep-th cond-mat.str-el", ("hep-th", "cond-mat.str-el")),
    ],
)
def test_blanks_part_only_categories_of_arxiv(cell: str, tags: tuple[str, ...]) -> None:
    (owls,) = records(table(f"title,keywords\nOwls,{cell}\n"))
    assert owls.tags == tags
