"""Papers in XML and HTML: OAI, JATS, RDF, DBLP, Solr, and tables that are saved as .xls."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.corpus.files import read_file
from rag.corpus.formats.detect import detect
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.errors import FormatError

OAI = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{}</ListRecords></OAI-PMH>'
)
ARXIV = OAI.format(
    "<record><header><identifier>oai:arXiv.org:1901.00001</identifier>"
    "<datestamp>2021-01-01</datestamp></header><metadata>"
    '<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>1901.00001</id><created>2019-01-02</created>'
    "<authors><author><keyname>Strix</keyname><forenames>Ada</forenames></author>"
    "<author><keyname>Noctua</keyname><forenames>Bo</forenames></author></authors>"
    "<title>Owls</title><categories>cs.IR math.CO</categories><journal-ref>Fauna</journal-ref>"
    "<doi>10.1000/owl</doi><abstract>They see.</abstract></arXiv></metadata></record>"
)
DUBLIN = OAI.format(
    "<record><metadata>"
    '<oai_dc:dc xmlns:oai_dc="http://a.org/dc" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>Owls</dc:title><dc:creator>Strix, Ada</dc:creator>"
    "<dc:creator>Noctua, Bo</dc:creator>"
    "<dc:description>They see.</dc:description><dc:date>2019-05-01</dc:date>"
    "<dc:source>Fauna</dc:source><dc:identifier>https://doi.org/10.1000/owl</dc:identifier>"
    "</oai_dc:dc></metadata></record>"
)
JATS = (
    '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS 1.2//EN" "JATS.dtd">'
    "<article><front><journal-meta><journal-title-group><journal-title>Fauna</journal-title>"
    '</journal-title-group></journal-meta><article-meta><article-id pub-id-type="doi">10.1000/owl'
    "</article-id><title-group><article-title>O<italic>wl</italic>s</article-title></title-group>"
    '<contrib-group><contrib contrib-type="author"><name><surname>Strix</surname><given-names>Ada'
    "</given-names></name></contrib><contrib><name><surname>Noctua</surname><given-names>Bo"
    "</given-names></name></contrib></contrib-group><pub-date><month>5</month><year>2019</year>"
    "</pub-date><abstract><p>They see.</p></abstract></article-meta></front><back><ref-list><ref>"
    "<element-citation><article-title>Bats</article-title><year>1999</year></element-citation>"
    "</ref></ref-list></back></article>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:bib="b" xmlns:foaf="f"'
    ' xmlns:dc="d" xmlns:dcterms="t"><bib:Article rdf:about="https://doi.org/10.1000/owl">'
    "<dcterms:isPartOf><bib:Journal><dc:title>Fauna</dc:title></bib:Journal></dcterms:isPartOf>"
    "<bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Strix</foaf:surname>"
    "<foaf:givenName>Ada</foaf:givenName></foaf:Person></rdf:li><rdf:li><foaf:Person>"
    "<foaf:surname>Noctua</foaf:surname><foaf:givenName>Bo</foaf:givenName></foaf:Person></rdf:li>"
    "</rdf:Seq></bib:authors><dc:title>Owls</dc:title><dcterms:abstract>They see."
    "</dcterms:abstract><dc:date>May 2019</dc:date></bib:Article></rdf:RDF>"
)
DBLP = (
    '<dblp><article key="journals/f/S19"><author pid="1/2">Ada Strix 0001</author>'
    "<author>Bo Noctua</author><title>Owls</title><year>2019</year><journal>Fauna</journal>"
    "<abstract>They see.</abstract><ee>https://doi.org/10.1000/owl</ee></article></dblp>"
)
SOLR = (
    '<response><result name="response" numFound="1"><doc><str name="id">10.1000/owl</str>'
    '<arr name="author_display"><str>Ada Strix</str><str>Bo Noctua</str></arr>'
    '<str name="title_display">Owls</str><arr name="abstract"><str>They see.</str></arr>'
    '<str name="journal">Fauna</str><date name="publication_date">2019-05-01T00:00:00Z</date>'
    "</doc></result></response>"
)
MODS = (
    '<modsCollection xmlns="http://www.loc.gov/mods/v3"><mods><titleInfo><title>Owls</title>'
    '</titleInfo><name type="personal"><namePart type="family">Strix</namePart><namePart'
    ' type="given">Ada</namePart><role><roleTerm type="code">aut</roleTerm></role></name>'
    '<name><namePart type="given">Bo</namePart><namePart type="family">Noctua</namePart></name>'
    '<relatedItem type="host"><titleInfo><title>Fauna</title></titleInfo><part><date>2019</date>'
    '</part></relatedItem><identifier type="doi">10.1000/owl</identifier><abstract>They see.'
    "</abstract></mods></modsCollection>"
)
TEI = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Owls</title>'
    "</titleStmt><sourceDesc><biblStruct><analytic><author><persName><forename>Ada</forename>"
    "<surname>Strix</surname></persName></author><author><persName><forename>Bo</forename>"
    '<surname>Noctua</surname></persName></author><idno type="DOI">10.1000/owl</idno></analytic>'
    '<monogr><title level="j">Fauna</title><imprint><date when="2019-05-01"/></imprint></monogr>'
    "</biblStruct></sourceDesc></fileDesc><profileDesc><abstract><p>They see.</p></abstract>"
    "</profileDesc></teiHeader><text><body><head>Bats</head><p>The text.</p></body></text></TEI>"
)
CROSSREF = (
    "<doi_records><doi_record><crossref><journal><journal_metadata><full_title>Fauna</full_title>"
    "</journal_metadata><journal_article><titles><title>Owls</title></titles><contributors>"
    '<person_name contributor_role="author"><given_name>Ada</given_name><surname>Strix</surname>'
    '</person_name><person_name contributor_role="author"><given_name>Bo</given_name><surname>'
    "Noctua</surname></person_name></contributors><abstract><p>They see.</p></abstract>"
    "<publication_date><year>2019</year></publication_date><doi_data><doi>10.1000/owl</doi></doi_data>"
    "</journal_article></journal></crossref></doi_record></doi_records>"
)
DATACITE = OAI.format(
    "<record><metadata><resource><identifier>10.1000/owl</identifier><creators><creator>"
    "<creatorName>Strix, Ada</creatorName></creator><creator><creatorName>Noctua, Bo</creatorName>"
    '</creator></creators><titles><title titleType="TranslatedTitle">Eulen</title><title>Owls'
    "</title></titles><publisher>Fauna</publisher><publicationYear>2019</publicationYear>"
    '<descriptions><description descriptionType="Methods">By ear.</description>'
    '<description descriptionType="Abstract">They see.</description></descriptions>'
    "</resource></metadata></record>"
)
HTML = (
    "<html><body><h1>Export</h1><table><tr><th>Title</th><th>Author</th><th>Summary</th><th>Source"
    "</th><th>PubTime</th><th>DOI</th></tr><tr><td>Owls</td><td>Ada Strix;Bo Noctua</td><td>They"
    "<br>see.</td><td>Fauna</td><td>2019-05-01</td><td>10.1000/owl</td></tr></table></body></html>"
)
EXCEL = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook'
    ' xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row>'
    + "".join(
        f'<Cell><Data ss:Type="String">{name}</Data></Cell>'
        for name in ("Title", "Note", "Authors", "Abstract", "Journal", "Year", "DOI")
    )
    + '</Row><Row><Cell><Data ss:Type="String">Owls</Data></Cell><Cell ss:Index="3">'
    "<Data>Ada Strix; Bo Noctua</Data></Cell><Cell><Data>They see.</Data></Cell><Cell><Data>Fauna"
    "</Data></Cell><Cell><Data>2019</Data></Cell><Cell><Data>10.1000/owl</Data></Cell></Row>"
    "</Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize(
    "text",
    [ARXIV, DUBLIN, JATS, RDF, DBLP, SOLR, MODS, TEI, CROSSREF, DATACITE, HTML, EXCEL],
    ids="arXiv Dublin-Core JATS RDF DBLP Solr MODS TEI Crossref DataCite HTML Excel-2003".split(),
)
def test_a_paper_is_read_from_its_elements(text: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xls"
    file.write_text(text, "utf-8")
    (record,) = read_file(file)
    assert isinstance(record, Record)
    assert (record.title, record.abstract, record.year) == ("Owls", "They see.", 2019)
    assert (record.authors, record.venue) == (("Ada Strix", "Bo Noctua"), "Fauna")
    assert record.identifiers.doi == "10.1000/owl"


@pytest.mark.parametrize(
    "text",
    [
        "<html><head><title>Owls</title></head><body><p>They see.</p></body></html>",
        "<html><body><table><tr><td>Menu</td><td>Title</td></tr></table></body></html>",
        '<svg xmlns="http://www.w3.org/2000/svg"><title>Owls</title></svg>',
        "<config><item name='a'>1</item></config>",
    ],
)
def test_other_pages_and_xml_are_no_papers(text: str) -> None:
    with pytest.raises(FormatError, match="format is not known"):
        detect(Source.of_bytes("export.xls", text.encode()))
