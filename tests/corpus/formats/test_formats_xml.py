"""PubMed, arXiv and EndNote XML by example."""

from __future__ import annotations

from reading import one, read

from rag.corpus.record import Record
from rag.types import Identifiers, Rejected

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
    assert record.title == "Role of E. coli in H₂O."
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


def test_a_reference_that_a_block_cuts_in_two_is_one() -> None:
    for shift in range(12):
        title = "x" * (64 * 1024 - 61 - shift)
        text = (
            f"<xml><records><record><titles><title>T</title></titles><notes>{title}&#x1F;</notes>"
        )
        text += "<abstract>A&amp;B&#2;</abstract></record></records></xml>"
        assert one("a.xml", text).abstract == "A&B"
