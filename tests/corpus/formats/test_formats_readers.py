"""Each format by example: its fields, and the forms in which people's files have them."""

from __future__ import annotations

import nbib
import pytest
import rispy
from reading import one, read, titles
from test_formats_bibtex import BIB
from test_formats_xml import ATOM, ENDNOTE, PUBMED

from rag.corpus.formats.detect import detect
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Identifiers

LONG = "We propose a method and show that it works on many data sets. " * 5


RIS = """Provider: somebody
TY  - JOUR
T1  - A title
  that goes on
A1  - Marx, Karl
AU  - Lee, Bo
Y1  - 2014/03//
N2  - BACKGROUND: One.
 Two.
KW  - first
second
KW  - third; fourth
JF  - Journal
DO  - 10.1000/X
UR  - http://a.example/1;http://b.example/2
AN  - 12345
DB  - PubMed
XX  - odd
ER  - 
"""


def test_ris() -> None:
    record = one("a.ris", "\ufeff" + RIS)
    assert (record.title, record.abstract) == ("A title that goes on", "BACKGROUND: One. Two.")
    assert record.authors == ("Bo Lee", "Karl Marx")
    assert (record.year, record.venue, record.place) == (2014, "Journal", "line 2")
    assert record.identifiers == Identifiers(doi="10.1000/x", pmid="12345")
    assert record.urls == ("http://a.example/1", "http://b.example/2")
    assert record.tags == ("first", "second", "third", "fourth")
    assert record.extra == (("type", "JOUR"), ("AN", "12345"), ("DB", "PubMed"), ("XX", "odd"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\n", ["One", "Two"]),  # no ER at all
        ("TI  - One\nER  - \n", ["One"]),  # TY is lost
        ("TY  - A\nTI  - One\nER  - \nUK  - stray\nER  -\n", ["One"]),
        ("TY - JOUR\nTI - One\nAI - is a field\nER -\n", ["One AI - is a field"]),
        ("TY\t- JOUR\nTI\t- One\nER\t-\n", ["One"]),
        ("TY  - JOUR\r\nTI  - One\r\n\r\nER  - \r\n\r\n", ["One"]),
        ("TY  - JOUR\nN1  - Note\nER  - \n", ["it has no title"]),
        ("TY  - BOOK\nT2  - Only the book\nER  - \n", ["Only the book"]),
    ],
)
def test_forms_of_ris(text: str, said: list[str]) -> None:
    assert titles("a.ris", text) == said


@pytest.mark.parametrize(
    ("note", "doi"),
    [
        ("References: Jones, B. (2001) Nature 4, https://doi.org/10.1038/nature111", None),
        ("https://doi.org/10.1000/own", "10.1000/own"),
        ("DOI: 10.1000/own", "10.1000/own"),
    ],
)
def test_a_note_of_ris_is_the_papers_doi_where_it_is_nothing_else(
    note: str, doi: str | None
) -> None:
    text = f"TY  - JOUR\nTI  - One\nN1  - Exported in May\nN1  - {note}\nER  - \n"
    assert one("a.ris", text).identifiers.doi == doi


MEDLINE = """
PMID- 123
OWN - NLM
TI  - A title over
      two lines.
AB  - PURPOSE: One
      two.
FAU - Smith, John A
AU  - Smith JA
CN  - Some Group
DP  - 2013 Jun 10
TA  - J Test
JT  - Journal of tests
LID - 10.1000/y [doi]
MH  - *Humans/genetics
OT  - word

PMID- 124
BTI - A book
"""


def test_medline() -> None:
    record, book = read("a.nbib", MEDLINE)
    assert isinstance(record, Record) and isinstance(book, Record)
    assert (record.title, record.abstract) == ("A title over two lines.", "PURPOSE: One two.")
    assert record.authors == ("John A Smith", "Some Group")
    assert (record.year, record.venue) == (2013, "Journal of tests")
    assert record.identifiers == Identifiers(doi="10.1000/y", pmid="123")
    assert record.tags == ("Humans/genetics", "word")
    assert (book.title, book.place) == ("A book", "line 18")


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Loach, PS
   Majeed, AP
AF Loach, Pam S.
   Majeed, Anna P.
TI Interactions stabilizing
   the structure
SO BIOCHEMISTRY
DE one; two
ID THREE-
   FOUR; FIVE
AB Reconstitution
   experiments.
DI 10.1000/z
PY 2004
PM 99
ER

PT J
TI Second
EF
"""


def test_web_of_science() -> None:
    record, second = read("savedrecs.txt", "\ufeff" + WOS)
    assert isinstance(record, Record) and isinstance(second, Record)
    assert record.title == "Interactions stabilizing the structure"
    assert record.abstract == "Reconstitution experiments."
    assert record.authors == ("Pam S. Loach", "Anna P. Majeed")
    assert (record.year, record.venue) == (2004, "BIOCHEMISTRY")
    assert record.identifiers == Identifiers(doi="10.1000/z", pmid="99")
    assert record.tags == ("one", "two", "THREE- FOUR", "FIVE")
    assert second.title == "Second"


def test_endnote_tags() -> None:
    text = (
        "%0 Journal Article\n%T One\n%A Lee, Bo\n%D 2020\n%J Nature\n%X Ab.\n%U http://a.example\n"
    )
    record, second = read("scholar.enw", text + "%0 Book\n%T Two\n")
    assert isinstance(record, Record) and isinstance(second, Record)
    assert (record.title, record.abstract, record.authors) == ("One", "Ab.", ("Bo Lee",))
    assert (record.year, record.venue, record.urls) == (2020, "Nature", ("http://a.example",))


WRAPPED = """A line of an abstract that was broken for the width of a screen
and one that ends here, long enough to be a statement by itself.
"""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "A title\n\n" + WRAPPED * 5, ["A title"]),
        ("a.txt", f"A title\n\n{LONG}", ["A title"]),
        ("a.txt", f"# A title\nAda Lee\n\n{LONG}\n\n{LONG}", ["A title"]),
        ("a.txt", "A title\n" + "A line of an abstract\nthat goes on.\n" * 9, ["A title"]),
        ("a.txt", f"One\n\n{LONG}\n\nTwo\n\n{LONG}", ["One", "Two"]),
        ("a.txt", f"new\n\nSubscribe\n\nMar 11\n\nOne\n\n{LONG}", ["One"]),
        ("a.txt", f"One\n\nAbstract\n\n{LONG}\n\nResults\n\n{LONG}", ["One"]),
        ("a.txt", "x" * 1001 + "\n" + LONG, ["its first line is too long for a title"]),
    ],
)
def test_a_text_is_one_paper_unless_it_is_a_listing(name: str, text: str, said: list[str]) -> None:
    assert titles(name, text) == said


def test_a_broken_listing_names_the_line() -> None:
    with pytest.raises(FormatError, match=r"a\.txt, line 9: .* missing or empty"):
        read("a.txt", f"One\n\n{LONG}\n\nTwo\n\n{LONG}\n\nThree")
    with pytest.raises(FormatError, match="line 3: the page ends and holds no papers"):
        read("a.txt", "new\n\nMar 11\n")


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("a.txt", BIB, "BibTeX"),
        ("a.bib", RIS, "RIS"),
        ("a.ris", WOS, "Web of Science"),
        ("a", MEDLINE, "MEDLINE"),
        ("a.ris", PUBMED, "PubMed XML"),
        ("export", ATOM, "arXiv Atom"),
        ("a.txt", ENDNOTE, "EndNote XML"),
        ("a.bib", "@comment{nothing}", "BibTeX"),
    ],
)
def test_what_a_file_says_of_itself_goes_before_its_name(name: str, text: str, known: str) -> None:
    assert detect(Source.of_bytes(name, text.encode())).name == known


@pytest.mark.parametrize("name", ["a.xml", "a.ris", "a.pdf", "README", "x.zip!README.md"])
def test_unknown_formats_are_refused(name: str) -> None:
    with pytest.raises(FormatError, match="its format is not known"):
        read(name, "<html><body>Some words, and no paper.</body></html>")


def test_what_rispy_writes_is_read() -> None:
    written = rispy.dumps(
        [
            {"type_of_reference": "JOUR", "title": "One", "abstract": "Two", "year": "2001//"},
            {"type_of_reference": "BOOK", "primary_title": "Three", "authors": ["Lee, Bo"]},
        ]
    )
    first, second = read("a.ris", written)
    assert isinstance(first, Record) and isinstance(second, Record)
    assert (first.title, first.abstract, first.year) == ("One", "Two", 2001)
    assert (second.title, second.authors) == ("Three", ("Bo Lee",))


def test_medline_is_read_as_nbib_reads_it() -> None:
    for ours, theirs in zip(
        read("a.nbib", MEDLINE), nbib.read(MEDLINE.strip() + "\n"), strict=True
    ):
        assert isinstance(ours, Record)
        assert ours.identifiers.pmid == str(theirs["pubmed_id"])
        assert ours.title == theirs.get("title", ours.title)
        assert ours.abstract == theirs.get("abstract", "")
