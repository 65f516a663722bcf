"""Each format by example: what stands where, and the forms in which people's files have it."""

from __future__ import annotations

import pytest

from rag.corpus.formats.detect import detect, read_source
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Identifiers, Rejected

LONG = "We propose a method and show that it works on many data sets. " * 5


def read(name: str, text: str) -> list[Record | Rejected]:
    return list(read_source(Source.of_bytes(name, text.encode())))


def one(name: str, text: str) -> Record:
    (record,) = read(name, text)
    assert isinstance(record, Record)
    return record


def titles(name: str, text: str) -> list[str]:
    """The titles of what was read, and the reasons of what was not."""
    return [r.reason if isinstance(r, Rejected) else r.title for r in read(name, text)]


BIB = r"""
@string{pami = "Pattern Analysis"}
@comment{jabref-meta: databaseType:bibtex;}
Words between entries are no entry.
@Article{Smith2020,
  Title    = {{A {GPU} for M{\"u}ller}},
  author   = "Smith, Jr., John and {van der Berg}, Ada and {Big Lab, Inc.} and others",
  journal  = pami # { and Machine Intelligence},
  year     = 2020, month = may,
  doi      = {https://doi.org/10.1000/A\_b},
  eprint   = {2001.01234v2}, archivePrefix = {arXiv},
  url      = {https://example.org/~smith},
  keywords = {one, two; three},
  file     = {:C\:/x.pdf:PDF},
  abstract = {We {\em prove} that $x_1 > 5\%$ --- always.},
  note     = {Best paper}
}
"""


def test_bibtex() -> None:
    assert one("a.bib", BIB) == Record(
        title="A GPU for Müller",
        abstract="We prove that $x_1 > 5\\%$ — always.",
        source="a.bib",
        place="entry Smith2020",
        authors=("John Smith Jr.", "Ada van der Berg", "Big Lab, Inc."),
        year=2020,
        venue="Pattern Analysis and Machine Intelligence",
        identifiers=Identifiers(doi="10.1000/a_b", arxiv="2001.01234"),
        urls=("https://example.org/~smith",),
        tags=("one", "two", "three"),
        extra=(
            ("type", "article"),
            ("key", "Smith2020"),
            ("month", "May"),
            ("note", "Best paper"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('@misc(k, title = "Round (braces)")', ["Round (braces)"]),
        ("@a{k, title={One}} @b{l, title={Two}}", ["One", "Two"]),
        ("@a{k, title={One}}\n@a{k, title={Two}}", ["One", "Two"]),  # one key twice
        ("@a{k, title={One}, title={Two}}", ["One"]),
        ("@online{k, title={One}, subtitle={Two}}", ["One: Two"]),
        ("@proceedings{k, booktitle={Of a Year}}", ["Of a Year"]),
        ("@a{k, author={Nobody}}", ["it has no title"]),
        ("@STRING{x = {One}}\n@a{k, title = X # { and } # 2}", ["One and 2"]),
        ("@a{, title={No key}}", ["No key"]),
        ("@a{k, title={A @ sign and a# # b}}", ["A @ sign and a# # b"]),
    ],
)
def test_forms_of_bibtex(text: str, said: list[str]) -> None:
    assert titles("a.bib", text) == said


def test_a_broken_entry_is_refused_with_its_line_and_the_rest_is_read() -> None:
    text = "@a{k, title={One}}\n\n@a{l,\n title={Open\n}\n\n@a{m, title={Three}}\n@a{n, title}\n"
    first, broken, third, last = read("a.bib", text)
    assert isinstance(broken, Rejected) and isinstance(last, Rejected)
    assert broken.record.startswith("line 3: @a{l, title={Open")
    assert broken.reason.startswith("the entry is broken: Unexpected block start")
    assert last.record.startswith("line 8")
    assert [isinstance(r, Record) and r.title for r in (first, third)] == ["One", "Three"]


def test_lines_are_right_beyond_what_is_parsed_at_once() -> None:
    entry = f"@a{{k,\n title = {{One}},\n abstract = {{{LONG}}}\n}}\n"
    *_, last = read("a.bib", entry * 1_000 + "@a{x, title}")
    assert isinstance(last, Rejected)
    assert last.record.startswith("line 4001:")


def test_an_entry_inherits_from_the_one_it_names() -> None:
    text = (
        "@inproceedings{c, title={Child}, crossref={P}}\n@xdata{x, year={1999}}\n"
        "@article{y, title={Other}, xdata={x}}\n@article{z, title={Lost}, crossref={nobody}}\n"
        "@proceedings{p, title={Proc. of a Year}, year=2001, doi={10.1000/p}, abstract={Theirs}}\n"
    )
    found = {r.title: r for r in read("a.bib", text) if isinstance(r, Record)}
    assert (found["Child"].venue, found["Child"].year) == ("Proc. of a Year", 2001)
    assert (found["Child"].abstract, found["Child"].identifiers.doi) == ("", None)
    assert found["Other"].year == 1999
    assert found["Lost"].year is None


def test_biblatex_names_part_by_part() -> None:
    text = "@a{k, title={T}, author={family=Berg, given=Ada, prefix=van der and Lee, Bo}}"
    assert one("a.bib", text).authors == ("Ada van der Berg", "Bo Lee")


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


PUBMED = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.example/p.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">77</PMID><Article>
 <Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>
 </JournalIssue><Title>A journal</Title></Journal>
 <ArticleTitle>Role of <i>E. coli</i> in H<sub>2</sub>O.</ArticleTitle>
 <ELocationID EIdType="doi">10.1000/q</ELocationID>
 <Abstract><AbstractText Label="AIM">One <b>two</b>.</AbstractText>
  <AbstractText Label="UNLABELLED">Three.</AbstractText></Abstract>
 <AuthorList><Author><LastName>Lee</LastName><ForeName>Bo</ForeName><Suffix>Jr</Suffix></Author>
  <Author ValidYN="N"><LastName>Wrong</LastName></Author>
  <Author><CollectiveName>A group</CollectiveName></Author></AuthorList></Article>
 <MeshHeadingList><MeshHeading><DescriptorName>Mice</DescriptorName></MeshHeading>
 </MeshHeadingList></MedlineCitation>
 <PubmedData><ArticleIdList><ArticleId IdType="pubmed">77</ArticleId></ArticleIdList>
 <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1/other</ArticleId>
 </ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID>78</PMID><Book><BookTitle>A guideline</BookTitle>
 <PubDate><Year>2009</Year></PubDate></Book></BookDocument></PubmedBookArticle>
<PubmedArticle><MedlineCitation><PMID>79</PMID></MedlineCitation></PubmedArticle>
</PubmedArticleSet>"""


def test_pubmed() -> None:
    record, book, refused = read("a.xml", PUBMED)
    assert isinstance(record, Record) and isinstance(book, Record)
    assert record.title == "Role of E. coli in H2O."
    assert record.abstract == "AIM: One two. Three."
    assert record.authors == ("Bo Lee Jr", "A group")
    assert (record.year, record.venue, record.tags) == (1998, "A journal", ("Mice",))
    assert record.identifiers == Identifiers(doi="10.1000/q", pmid="77")
    assert (book.title, book.year, book.place) == ("A guideline", 2009, "PMID 78")
    assert refused == Rejected("a.xml", "PMID 79", "it has no title")


ATOM = r"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<title>arXiv Query</title><entry><id>http://arxiv.org/abs/astro-ph/0601001v1</id>
<title>Jupiters by Erd\H{o}s</title><published>2006-01-02T14:57:58Z</published>
<link href="https://arxiv.org/abs/astro-ph/0601001v1" rel="alternate"/>
<link href="https://arxiv.org/pdf/astro-ph/0601001v1" rel="related"/>
<summary>  We derive $V_{max}&lt;17.5$
 here. </summary><author><name>B. Scott Gaudi</name></author>
<arxiv:doi>10.1000/W</arxiv:doi><arxiv:primary_category term="astro-ph"/>
<category term="astro-ph"/><category term="cs.LG"/></entry>
<entry><id>https://arxiv.org/api/errors#x</id><summary>incorrect id</summary></entry></feed>"""


def test_arxiv() -> None:
    record, refused = read("a.xml", ATOM)
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == (
        "Jupiters by Erdős",
        "We derive $V_{max}<17.5$ here.",
    )
    assert (record.authors, record.year) == (("B. Scott Gaudi",), 2006)
    assert (record.venue, record.tags) == ("arXiv astro-ph", ("astro-ph", "cs.LG"))
    assert record.identifiers == Identifiers(doi="10.1000/w", arxiv="astro-ph/0601001")
    assert record.urls == ("https://arxiv.org/abs/astro-ph/0601001v1",)
    assert refused == Rejected("a.xml", "entry 2", "arXiv answered: incorrect id")


ENDNOTE = """<xml><records><record><rec-number>5</rec-number><ref-type name="Book">6</ref-type>
<contributors><authors><author><style>Chapman, A. G.</style></author></authors></contributors>
<titles><title><style>An ecological</style><style> basis</style></title>
<secondary-title>Ecology</secondary-title></titles><dates><year>1937</year></dates>
<abstract><style>Soil.</style></abstract><keywords><keyword>one</keyword></keywords>
<electronic-resource-num>10.1000/e</electronic-resource-num>
<urls><related-urls><url>http://a.example</url></related-urls></urls></record></records></xml>"""


def test_endnote_xml() -> None:
    record = one("a.xml", ENDNOTE)
    assert (record.title, record.abstract) == ("An ecological basis", "Soil.")
    assert (record.authors, record.year) == (("A. G. Chapman",), 1937)
    assert (record.venue, record.tags, record.place) == ("Ecology", ("one",), "record 5")
    assert record.identifiers == Identifiers(doi="10.1000/e")
    assert record.urls == ("http://a.example",)


def test_xml_with_what_xml_forbids_is_read() -> None:
    text = ENDNOTE.replace("Soil.", "So\x0bil&#x1F;&#2; \x01.")
    assert one("a.xml", text).abstract == "Soil ."


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
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


def test_a_listing_that_is_not_right_names_the_line() -> None:
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


@pytest.mark.parametrize("name", ["a.xml", "a.ris", "a.pdf", "README"])
def test_what_is_no_format_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match="its format is not known"):
        read(name, "<html><body>Some words, and no paper.</body></html>")
