"""Tables that people bring: CSV and TSV, as spreadsheets and catalogues write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from writing import kept

from rag.corpus.formats.fields.author_lists import names_of
from rag.corpus.formats.fields.normalise import clean
from rag.corpus.formats.source import LINE_LIMIT, Source
from rag.corpus.formats.tables.sheets import is_table, read_table
from rag.corpus.record import Record
from rag.errors import InputError
from rag.types import Identifiers, Rejected

# What a person can type: all but control characters and halves of characters.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=60)


TITLE = TEXT.map(lambda text: f"T {text} t")  # never empty, and no spreadsheet's word for nothing


def table(text: str | bytes, columns: dict[str, str] | None = None) -> list[Record | Rejected]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_table(Source.of_bytes("t.csv", data), columns))


def records(found: Sequence[Record | Rejected]) -> list[Record]:
    assert not [item for item in found if isinstance(item, Rejected)]
    return [item for item in found if isinstance(item, Record)]


def test_every_field_of_a_row() -> None:
    text = (
        "Document Title,Abstract,Authors,Publication Year,DOI,arXiv ID,PubMed ID,Link,"
        "Source title,Author Keywords,Cited by,Note\n"
        '"Owls, at night","They ""see"".","Strix, A.; Noctua, B.",2019,'
        "https://doi.org/10.1000/OWL,arXiv:1901.00001v2,PMID: 00123,"
        'http://a.org/1,Fauna,"owls; night, dark",7,\n'
    )
    assert table(text) == [
        Record(
            title="Owls, at night",
            abstract='They "see".',
            source="t.csv",
            place="row 1, line 2",
            authors=("A. Strix", "B. Noctua"),
            year=2019,
            venue="Fauna",
            identifiers=Identifiers("10.1000/owl", "1901.00001", "123"),
            urls=("http://a.org/1",),
            tags=("owls", "night, dark"),
            extra=(("Cited by", "7"),),
        )
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_delimiter_line_break_and_encoding(delimiter: str, newline: str, encoding: str) -> None:
    rows = [["Title", "Abstract"], ["Käuze, Eulen; Owls", f"One{newline}two, three; four"]]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows(rows)
    (record,) = records(table(file.getvalue().encode(encoding)))
    assert (record.title, record.abstract) == ("Käuze, Eulen; Owls", "One two, three; four")


@pytest.mark.parametrize(
    "names",
    [
        "title,abstract,year",
        "TI,AB,PY",
        "Article Title, Abstract ,Publication Year",
        "ARTICLE_TITLE,Paper-Abstract,pub_year",
        "Item Title,Summary,Date Published",
        "Titel,Zusammenfassung,Jahr",
        "题名,摘要,年份",
    ],
)
def test_names_of_columns_that_people_use(names: str) -> None:
    (record,) = records(table(f"{names}\nOwls,They see.,12 May 2019\n"))
    assert (record.title, record.abstract, record.year) == ("Owls", "They see.", 2019)


@pytest.mark.parametrize(
    "before",
    ["", "sep=,\n", "\n\n", "Search of 2024-05-01\n\n", "Query: owls, bats\nResults,120\n"],
)
def test_lines_before_the_names_are_passed_over(before: str) -> None:
    (record,) = records(table(f"{before}Title,Year\nOwls,2019\n"))
    assert (record.title, record.year) == ("Owls", 2019)


def test_a_column_is_what_the_caller_says() -> None:
    text = "Headline,Title,Body\nOwls,Dr,They see.\n"
    (record,) = records(table(text, {"headline": "title", "BODY": "abstract"}))
    assert (record.title, record.abstract) == ("Owls", "They see.")
    assert record.extra == (("Title", "Dr"),)
    with pytest.raises(InputError, match="no field 'colour'"):
        table(text, {"Body": "colour"})


def test_without_a_title_column_there_is_one_reason() -> None:
    assert table("Name,Colour,Size\n" + "a,b,c\n" * 500) == [
        Rejected(
            "t.csv",
            "the whole file",
            "none of its columns is known to be the title; they are: Name, Colour, Size; "
            "say which one is, as in --column title=NAME",
            breaks_off=True,
        )
    ]


def test_rows_without_a_title_are_refused_by_number_and_the_rest_is_read() -> None:
    found = table('title,abstract,year\nA,,\n"",,2001\n,,\n,Text.,\nB,nan,2002\n')
    assert [(item.title, item.abstract) for item in found if isinstance(item, Record)] == [
        ("A", ""),
        ("B", ""),
    ]
    assert [item for item in found if isinstance(item, Rejected)] == [
        Rejected("t.csv", "row 2, line 3", "it has neither a title nor an abstract"),
        Rejected("t.csv", "row 3, line 5", "it has no title"),
    ]


def test_a_column_steps_in_for_an_empty_one() -> None:
    text = "Original Title,Title,Abstract,Original Abstract\nEulen,,,Sie sehen.\nKäuze,Owls,A,B\n"
    eulen, owls = records(table(text))
    assert (eulen.title, eulen.abstract) == ("Eulen", "Sie sehen.")
    assert owls.extra == (("Original Title", "Käuze"), ("Original Abstract", "B"))


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("[No abstract available]", ""),
        ("N/A", ""),
        ("Abstract: Owls.", "Owls."),
        ("<p>Owls &lt; bats</p>", "Owls < bats"),
        ("No abstract available methods were used.", "No abstract available methods were used."),
    ],
)
def test_words_for_a_missing_abstract_are_empty(abstract: str, expected: str) -> None:
    (record,) = records(table(f'title,abstract\nOwls,"{abstract}"\n'))
    assert record.abstract == expected


def test_a_stray_quote_costs_its_own_row() -> None:
    text = 'title,abstract,year\nA,"never closed,2001\nB,b,2002\nC,"c\nc",2003\n'
    found = table(text)
    assert [item.title for item in found if isinstance(item, Record)] == ["B", "C"]
    (refused,) = [item for item in found if isinstance(item, Rejected)]
    assert (refused.record, "quote" in refused.reason) == ("row 1, line 2", True)


def test_quotes_within_a_quoted_cell_make_no_papers_of_its_lines() -> None:
    text = 'title,abstract,year\nA,"He said "hi"\nand, then left",2001\nB,b,2002\nC\n'
    found = table(text)
    assert [item.title for item in found if isinstance(item, Record)] == ["B", "C"]
    assert [item.record for item in found if isinstance(item, Rejected)] == [
        "row 1, line 2",
        "row 2, line 3",
    ]


def test_lines_of_an_abstract_that_is_cut_off_are_no_papers() -> None:
    text = 'title,abstract\nA,a\nB,"First line.\nIn this, we see\nthat, too, more\nand the end'
    found = table(text)
    assert [item.title for item in found if isinstance(item, Record)] == ["A"]
    (refused,) = [item for item in found if isinstance(item, Rejected)]
    assert refused.record == "row 2, line 3" and "lines up to 6 were not read" in refused.reason


def test_a_row_with_more_cells_than_names_is_refused() -> None:
    found = table("title,abstract\nA,one, two\nB,b,,\n")
    assert [item.title for item in found if isinstance(item, Record)] == ["B"]
    assert "3 cells" in next(item.reason for item in found if isinstance(item, Rejected))


def test_a_long_cell_is_read_and_a_longer_line_refused() -> None:
    long = "owl " * 20_000  # beyond what Python's csv module takes unless told
    found = table(f'title,abstract\nA,"{long}"\nB,{"x" * (LINE_LIMIT + 1)}\nC,c\n')
    assert [item.title for item in found if isinstance(item, Record)] == ["A", "C"]
    assert "characters" in next(item.reason for item in found if isinstance(item, Rejected))


def test_a_list_of_titles_is_a_table() -> None:
    found = records(table("Title\nOwls, bats and moths\nFoxes\n"))
    assert [record.title for record in found] == ["Owls, bats and moths", "Foxes"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Title,Abstract\nA,b\n", "x", True),
        ("PT\tAU\tTI\tAB\nJ\tA, B\tC\tD\n", "savedrecs.txt", True),
        ("a,b\n1,2\n", "x.csv", True),
        ("a,b\n1,2\n", "x", False),
        ("Title\n\nSome text, with a comma.\n", "x.txt", False),
        ("@article{a, title = {B}, year = 2001}", "x", False),
        ("TY  - JOUR\nTI  - B\nER  - \n", "x", False),
    ],
)
def test_a_table_is_recognised_by_its_column_names(text: str, name: str, expected: bool) -> None:
    assert is_table(text, name) is expected


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Strix, Ada; Noctua, Bo", ["Strix, Ada", "Noctua, Bo"]),
        ("Ada Strix and Bo Noctua", ["Ada Strix", "Bo Noctua"]),
        ("Strix, Ada and van der Uil, Bo", ["Strix, Ada", "van der Uil, Bo"]),
        ("Ada Strix, Bo Noctua, and Cy Bubo", ["Ada Strix", "Bo Noctua", "Cy Bubo"]),
        ("Strix, A., van der Uil, B., 3 more", ["Strix, A.", "van der Uil, B."]),
        ("Ada Strix, Bo Noctua et al.", ["Ada Strix", "Bo Noctua"]),
        ("Strix, A., Noctua, B. C.", ["Strix, A.", "Noctua, B. C."]),
        ("Strix A., Noctua B.C.", ["Strix A.", "Noctua B.C."]),
        ("Strix A, Noctua BC.", ["Strix A", "Noctua BC."]),
        ("Strix A.; Noctua B.", ["Strix A.", "Noctua B."]),
        ("Strix, Ada (5719); Noctua, Bo (77)", ["Strix, Ada", "Noctua, Bo"]),
        ("['Strix, Ada', \"O'Bubo, Cy\"]", ["Strix, Ada", "O'Bubo, Cy"]),
        ("Strix, Ada", ["Strix, Ada"]),
        ("Ada Strix|Bo Noctua", ["Ada Strix", "Bo Noctua"]),
        ("Andrew Strand", ["Andrew Strand"]),
        ("Plato", ["Plato"]),
        ("nan", []),
        ("", []),
    ],
)
def test_authors_in_one_cell(written: str, names: list[str]) -> None:
    assert names_of(written) == names


def test_embase_writes_venue_and_year_into_one_cell_and_the_doi_into_a_link() -> None:
    text = (
        "Title,Author Names,Source,Open URL Link\nCysts,Liu R.,"
        '"Endo Ultra (2014) 3:3 (152-160). Date of Publication: 2014",'
        "http://sfx.org/u?sid=EMBASE&id=doi:10.1000%2Fx.1&atitle=Cysts\n"
    )
    (record,) = records(table(text))
    assert (record.venue, record.year, record.authors) == ("Endo Ultra", 2014, ("R. Liu",))
    assert record.identifiers.doi == "10.1000/x.1"


@given(st.lists(st.tuples(TITLE, TEXT), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_any_text_survives_a_table(rows: list[tuple[str, str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([["title", "note"], *rows])
    found = records(table(file.getvalue()))
    assert [record.title for record in found] == [clean(title) for title, _ in rows]
    for record, (_, note) in zip(found, rows, strict=True):
        assert dict(record.extra).get("note", "") == kept(note)


@settings(max_examples=300)
@given(st.text(alphabet='",\n ab', max_size=80))
def test_any_quotes_and_line_breaks_are_read_or_refused(text: str) -> None:
    for item in table(f"title,abstract\n{text}"):
        assert isinstance(item, Record | Rejected)


WHOLE = 'title;abstract\n"A ""q""";"b\nb"\nC;d\n'.encode("utf-16")


@given(st.integers(0, len(WHOLE)))
def test_a_table_cut_off_anywhere_raises_nothing_unexpected(length: int) -> None:
    try:
        found = table(WHOLE[:length])
    except InputError:
        return
    for item in found:
        if isinstance(item, Record):  # perhaps with half a character at its end
            title = item.title.rstrip("\ufffd")
            assert title == "C" or 'A "q"'.startswith(title)
