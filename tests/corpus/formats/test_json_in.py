"""JSON that people bring: what each program calls the fields of a paper."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rag.corpus.formats.json.files import read_json, read_json_lines
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.errors import InputError
from rag.types import Identifiers, Rejected

Found = list[Record | Rejected]


def lines(text: str | bytes, columns: dict[str, str] | None = None) -> Found:
    data = text.encode() if isinstance(text, str) else text
    return list(read_json_lines(Source.of_bytes("t.jsonl", data), columns))


def document(value: Any, columns: dict[str, str] | None = None) -> Found:
    text = value if isinstance(value, str) else json.dumps(value)
    return list(read_json(Source.of_bytes("t.json", text.encode()), columns))


def records(found: Found) -> list[Record]:
    assert not [item for item in found if isinstance(item, Rejected)]
    return [item for item in found if isinstance(item, Record)]


def titles(found: Found) -> list[str]:
    return [item.title for item in found if isinstance(item, Record)]


def refusals(found: Found) -> list[tuple[str, str]]:
    return [(item.record, item.reason) for item in found if isinstance(item, Rejected)]


def test_a_line_of_the_arxiv_dump() -> None:
    line = {
        "id": "0704.0001",
        "submitter": "Ada Strix",
        "authors": "A. Str\\'ix, B. Noctua",
        "title": 'Owls of\n  $\\alpha$ and G\\"odel',
        "comments": "9 pages",
        "journal-ref": "Phys.Rev.D76:013009,2007",
        "doi": "10.1103/PhysRevD.76.013009",
        "categories": "hep-ph math.CO",
        "license": None,
        "abstract": "  We see\n50\\% of $x^2$ < y.\n",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
        "update_date": "2009-11-26",
        "authors_parsed": [["Stríx", "A.", ""], ["Noctua", "B.", "Jr."]],
    }
    assert lines(json.dumps(line)) == [
        Record(
            title="Owls of $\\alpha$ and Gödel",
            abstract="We see 50% of $x^2$ < y.",
            source="t.jsonl",
            place="line 1",
            authors=("A. Stríx", "B. Noctua Jr."),
            year=2007,
            venue="Phys.Rev.D76:013009,2007",
            identifiers=Identifiers("10.1103/physrevd.76.013009", "0704.0001"),
            tags=("hep-ph", "math.CO"),
            extra=(
                ("id", "0704.0001"),
                ("submitter", "Ada Strix"),
                ("comments", "9 pages"),
                ("update_date", "2009-11-26"),
            ),
        )
    ]


def test_an_item_of_zoteros_api() -> None:
    item = {
        "key": "ABCD",
        "version": 5,
        "data": {
            "key": "ABCD",
            "itemType": "journalArticle",
            "title": "Owls <i>at</i> night",
            "creators": [
                {"creatorType": "editor", "firstName": "Ed", "lastName": "Bubo"},
                {"creatorType": "author", "firstName": "Ada", "lastName": "Strix"},
                {"creatorType": "author", "name": "Owl Society"},
            ],
            "abstractNote": "They see.",
            "publicationTitle": "Fauna",
            "date": "2019-05-01",
            "DOI": "",
            "url": "https://a.org/1",
            "extra": "PMID: 123\nDOI: 10.1000/owl\nnote",
            "tags": [{"tag": "owls"}, {"tag": "night", "type": 1}],
        },
    }
    below = {"data": {"itemType": "attachment", "title": "PDF", "parentItem": "ABCD"}}
    alone = {"data": {"itemType": "note", "title": "My thoughts", "note": "<p>x</p>"}}
    found = document([item, below, alone])
    (record,) = [found for found in found if isinstance(found, Record)]
    assert (record.title, record.abstract, record.venue) == ("Owls at night", "They see.", "Fauna")
    assert (record.authors, record.year) == (("Ada Strix", "Owl Society"), 2019)
    assert record.identifiers == Identifiers(doi="10.1000/owl", pmid="123")
    assert (record.tags, record.urls) == (("owls", "night"), ("https://a.org/1",))
    assert refusals(found) == [("item 3, line 1", "it is a Zotero note, not a paper")]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (
            "CSL",
            {
                "id": "strix2019",
                "type": "article-journal",
                "title": "Owls",
                "author": [
                    {"family": "Gogh", "given": "V.", "non-dropping-particle": "van"},
                    {"literal": "Owl Society"},
                ],
                "issued": {"date-parts": [["2019", 5]]},
                "container-title": "Fauna",
                "source": "DOI.org",
                "DOI": "10.1000/OWL",
                "keyword": "owls, night",
                "URL": "https://a.org/1",
            },
            (("V. van Gogh", "Owl Society"), 2019, "Fauna", "10.1000/owl", ("owls", "night")),
        ),
        (
            "Mendeley",
            {
                "title": "Owls",
                "type": "journal",
                "authors": [{"first_name": "Ada", "last_name": "Strix"}],
                "year": 2019,
                "source": "Fauna",
                "identifiers": {"doi": "10.1000/owl", "issn": "1"},
                "keywords": ["owls"],
                "websites": ["https://a.org/1"],
            },
            (("Ada Strix",), 2019, "Fauna", "10.1000/owl", ("owls",)),
        ),
        (
            "Semantic Scholar",
            {
                "paperId": "a",
                "title": "Owls",
                "abstract": None,
                "tldr": {"text": "Owls see."},
                "authors": [{"authorId": "1", "name": "A. Strix"}],
                "year": None,
                "publicationDate": "2019-05-01",
                "venue": "",
                "journal": {"name": "Fauna", "volume": "1"},
                "externalIds": {"DOI": "10.1000/OWL", "CorpusId": 5},
                "fieldsOfStudy": ["Biology"],
                "url": "https://a.org/1",
                "citations": [{"title": "Another", "abstract": "Text."}],
            },
            (("A. Strix",), 2019, "Fauna", "10.1000/owl", ("Biology",)),
        ),
        (
            "OpenAlex",
            {
                "id": "https://openalex.org/W1",
                "display_name": "Owls",
                "publication_year": 2019,
                "doi": "https://doi.org/10.1000/owl",
                "authorships": [{"author": {"display_name": "A. Strix"}}],
                "primary_location": {"source": {"display_name": "Fauna"}},
                "keywords": [{"display_name": "owls"}],
                "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/9"},
            },
            (("A. Strix",), 2019, "Fauna", "10.1000/owl", ("owls",)),
        ),
        (
            "Europe PMC",
            {
                "title": "Owls",
                "authorString": "Strix A, Noctua BC.",
                "pubYear": "2019",
                "journalTitle": "Fauna",
                "doi": "10.1000/owl",
            },
            (("A Strix", "B C Noctua"), 2019, "Fauna", "10.1000/owl", ()),
        ),
    ],
)
def test_each_program_has_its_own_names(name: str, value: Any, expected: Any) -> None:
    (record,) = records(document([value]))
    told = (record.authors, record.year, record.venue, record.identifiers.doi, record.tags)
    assert (record.title, record.abstract, told) == ("Owls", "", expected)


def test_an_inverted_index_is_put_in_order() -> None:
    value = {"title": "Owls", "abstract_inverted_index": {"see": [1, 3], "They": [0], "all.": [2]}}
    (record,) = records(document(value))
    assert record.abstract == "They see all. see"


def test_the_source_catalogue_is_not_the_journal() -> None:
    told = {"title": ["Owls"], "source": "Crossref", "issued": {"date-parts": [[2019]]}}
    (record,) = records(document({"message": told}))
    assert (record.title, record.venue, record.year) == ("Owls", "", 2019)
    assert record.extra == (("source", "Crossref"),)


def test_names_are_what_the_caller_says() -> None:
    value = {"Headline": "Owls", "lead": "They see.", "title": "Dr"}
    columns = {"Headline": "title", "Lead": "abstract"}
    for found in (document([value], columns), lines(json.dumps(value), columns)):
        (record,) = records(found)
        assert (record.title, record.abstract) == ("Owls", "They see.")
    with pytest.raises(InputError, match="no field"):
        document([value], {"Headline": "colour"})
