"""JSON as catalogues' APIs and programs return it, each with its own names, parts and wrappers."""

from __future__ import annotations

from typing import Any

import pytest
from test_json_in import document, records

OWLS = {
    "title": "Owls",
    "abstract": "They see.",
    "authors": ("Ada Strix", "Bo Noctua"),
    "year": 2019,
    "venue": "Fauna",
    "doi": "10.1000/owl",
}


def lacking(*names: str) -> dict[str, Any]:
    return {name: value for name, value in OWLS.items() if name not in names}


CATALOGUES: dict[str, tuple[Any, dict[str, Any]]] = {
    "DBLP": (
        {
            "result": {
                "hits": {
                    "@total": "2",
                    "hit": [
                        {
                            "@id": "1",
                            "info": {
                                "authors": {
                                    "author": [
                                        {"@pid": "1/2", "text": "Ada Strix 0001"},
                                        {"@pid": "1/3", "text": "Bo Noctua"},
                                    ]
                                },
                                "title": "Owls",
                                "venue": "Fauna",
                                "year": "2019",
                                "doi": "10.1000/OWL",
                                "ee": "https://a.org/1",
                            },
                            "url": "URL#1",
                        }
                    ],
                }
            }
        },
        lacking("abstract"),
    ),
    "DOAJ": (
        {
            "results": [
                {
                    "id": "f0",
                    "last_updated": "2022-01-01T00:00:00Z",
                    "bibjson": {
                        "identifier": [
                            {"type": "eissn", "id": "1234-5678"},
                            {"type": "doi", "id": "10.1000/owl"},
                        ],
                        "journal": {"title": "Fauna", "country": "NO"},
                        "year": "2019",
                        "title": "Owls",
                        "abstract": "They see.",
                        "author": [{"name": "Ada Strix"}, {"name": "Bo Noctua"}],
                    },
                }
            ]
        },
        OWLS,
    ),
    "DataCite": (
        {
            "data": [
                {
                    "id": "10.1000/owl",
                    "attributes": {
                        "doi": "10.1000/owl",
                        "creators": [
                            {"name": "Strix, Ada", "givenName": "Ada", "familyName": "Strix"},
                            {"name": "Noctua, Bo"},
                        ],
                        "titles": [
                            {"title": "Eulen", "titleType": "TranslatedTitle"},
                            {"title": "Owls", "lang": "en"},
                        ],
                        "publisher": "Fauna",
                        "publicationYear": 2019,
                        "descriptions": [
                            {"description": "A table.", "descriptionType": "TechnicalInfo"},
                            {"description": "They see.", "descriptionType": "Abstract"},
                        ],
                    },
                }
            ]
        },
        OWLS,
    ),
    "INSPIRE": (
        {
            "hits": {
                "hits": [
                    {
                        "id": "1",
                        "created": "2021-01-01T00:00:00",
                        "metadata": {
                            "titles": [{"source": "arXiv", "title": "Owls"}],
                            "abstracts": [
                                {"source": "arXiv", "value": "They see."},
                                {"source": "Springer", "value": "They saw."},
                            ],
                            "authors": [{"full_name": "Strix, Ada"}, {"full_name": "Noctua, Bo"}],
                            "dois": [{"value": "10.1000/owl", "source": "Springer"}],
                            "arxiv_eprints": [{"value": "1901.00001", "categories": ["hep-ph"]}],
                            "publication_info": [
                                {"journal_title": "Fauna", "year": 2019, "page_start": "7"}
                            ],
                        },
                    }
                ]
            }
        },
        {**OWLS, "arxiv": "1901.00001"},
    ),
    "NASA ADS": (
        {
            "response": {
                "docs": [
                    {
                        "bibcode": "2019Fauna...1....1S",
                        "title": ["Owls"],
                        "abstract": "They see.",
                        "author": ["Strix, Ada", "Noctua, Bo"],
                        "pub": "Fauna",
                        "pubdate": "2019-00-00",
                        "doi": ["10.1000/owl"],
                        "identifier": ["2019Fauna...1....1S", "arXiv:1901.00001"],
                    }
                ]
            }
        },
        {**OWLS, "arxiv": "1901.00001"},
    ),
    "ERIC": (
        {
            "response": {
                "docs": [
                    {
                        "id": "EJ1",
                        "title": "Owls",
                        "author": ["Strix, Ada", "Noctua, Bo"],
                        "source": "Fauna",
                        "publicationdateyear": 2019,
                        "description": "They see.",
                        "subject": ["Night", "Birds"],
                    }
                ]
            }
        },
        {**lacking("doi"), "tags": ("Night", "Birds")},
    ),
    "HAL": (
        {
            "response": {
                "docs": [
                    {
                        "title_s": ["Owls"],
                        "abstract_s": ["They see."],
                        "authFullName_s": ["Ada Strix", "Bo Noctua"],
                        "producedDateY_i": 2019,
                        "journalTitle_s": "Fauna",
                        "doiId_s": "10.1000/owl",
                        "keyword_s": ["night"],
                    }
                ]
            }
        },
        {**OWLS, "tags": ("night",)},
    ),
    "PLOS": (
        {
            "response": {
                "docs": [
                    {
                        "id": "10.1000/owl",
                        "journal": "Fauna",
                        "publication_date": "2019-05-01T00:00:00Z",
                        "author_display": ["Ada Strix", "Bo Noctua"],
                        "abstract": ["\nThey see.\n"],
                        "title_display": "Owls",
                    }
                ]
            }
        },
        OWLS,
    ),
    "Europe PMC": (
        {
            "resultList": {
                "result": [
                    {
                        "id": "123",
                        "source": "MED",
                        "pmid": "123",
                        "doi": "10.1000/owl",
                        "title": "Owls",
                        "authorString": "Strix A, Noctua B.",
                        "authorList": {
                            "author": [
                                {"fullName": "Strix A", "firstName": "Ada", "lastName": "Strix"},
                                {"fullName": "Noctua B", "firstName": "Bo", "lastName": "Noctua"},
                            ]
                        },
                        "journalInfo": {
                            "yearOfPublication": 2019,
                            "journal": {"title": "Fauna", "issn": "1"},
                        },
                        "abstractText": "They see.",
                        "keywordList": {"keyword": ["night"]},
                    }
                ]
            }
        },
        {**OWLS, "pmid": "123", "tags": ("night",)},
    ),
    "bioRxiv": (
        {
            "messages": [{"status": "ok"}],
            "collection": [
                {
                    "doi": "10.1000/owl",
                    "title": "Owls",
                    "authors": "Strix, A.; Noctua, B.",
                    "date": "2019-05-01",
                    "server": "medRxiv",
                    "jatsxml": "https://a.org/x.xml",
                    "abstract": "They see.",
                    "published": "10.2000/2021.7",
                }
            ],
        },
        {**OWLS, "authors": ("A. Strix", "B. Noctua"), "venue": "medRxiv"},
    ),
    "bioRxiv, published": (
        {
            "collection": [
                {
                    "preprint_doi": "10.1000/owl",
                    "published_doi": "10.2000/2021.7",
                    "preprint_title": "Owls",
                    "preprint_authors": "Strix, A.; Noctua, B.",
                    "preprint_platform": "bioRxiv",
                    "preprint_date": "2019-05-01",
                    "published_date": "2021-05-01",
                    "preprint_abstract": "They see.",
                }
            ]
        },
        {**OWLS, "authors": ("A. Strix", "B. Noctua"), "venue": "bioRxiv"},
    ),
    "Scopus": (
        {
            "search-results": {
                "opensearch:totalResults": "1",
                "entry": [
                    {
                        "dc:identifier": "SCOPUS_ID:8",
                        "dc:title": "Owls",
                        "dc:description": "They see.",
                        "dc:creator": "Strix A.",
                        "author": [
                            {"authname": "Strix A.", "given-name": "Ada", "surname": "Strix"},
                            {"authname": "Noctua B.", "given-name": "Bo", "surname": "Noctua"},
                        ],
                        "prism:publicationName": "Fauna",
                        "prism:coverDate": "2019-05-01",
                        "prism:doi": "10.1000/owl",
                        "pubmed-id": "123",
                        "authkeywords": "night | birds",
                    }
                ],
            }
        },
        {**OWLS, "pmid": "123", "tags": ("night", "birds")},
    ),
    "Web of Science": (
        {
            "metadata": {"total": 1},
            "hits": [
                {
                    "uid": "WOS:1",
                    "title": "Owls",
                    "source": {"sourceTitle": "Fauna", "publishYear": 2019, "volume": "3"},
                    "names": {
                        "authors": [{"displayName": "Strix, Ada"}, {"displayName": "Noctua, Bo"}]
                    },
                    "identifiers": {"doi": "10.1000/owl", "issn": "1", "pmid": "MEDLINE:123"},
                    "keywords": {"authorKeywords": ["night"]},
                }
            ],
        },
        {**lacking("abstract"), "pmid": "123", "tags": ("night",)},
    ),
    "PubMed summaries": (
        {
            "header": {"type": "esummary"},
            "result": {
                "uids": ["123"],
                "123": {
                    "uid": "123",
                    "pubdate": "2019 May",
                    "source": "Fau",
                    "authors": [{"name": "Strix A", "authtype": "Author"}],
                    "title": "Owls",
                    "articleids": [
                        {"idtype": "pubmed", "value": "123"},
                        {"idtype": "doi", "value": "10.1000/owl"},
                    ],
                    "fulljournalname": "Fauna",
                },
            },
        },
        {**lacking("abstract", "authors"), "pmid": "123"},
    ),
    "OpenReview": (
        {
            "notes": [
                {
                    "id": "x",
                    "pdate": 1556668800000,
                    "content": {
                        "title": {"value": "Owls"},
                        "abstract": {"value": "They see."},
                        "authors": {"value": ["Ada Strix", "Bo Noctua"]},
                        "venue": {"value": "Fauna"},
                    },
                }
            ]
        },
        lacking("doi"),
    ),
    "Lens": (
        {
            "total": 1,
            "data": [
                {
                    "lens_id": "0",
                    "title": "Owls",
                    "abstract": "They see.",
                    "authors": [
                        {"first_name": "Ada", "last_name": "Strix"},
                        {"first_name": "Bo", "last_name": "Noctua"},
                    ],
                    "source": {"title": "Fauna", "type": "Journal"},
                    "year_published": 2019,
                    "external_ids": [
                        {"type": "magid", "value": "10"},
                        {"type": "doi", "value": "10.1000/owl"},
                        {"type": "pmid", "value": "123"},
                    ],
                }
            ],
        },
        {**OWLS, "pmid": "123"},
    ),
    "Dimensions": (
        {
            "publications": [
                {
                    "id": "pub.1",
                    "title": "Owls",
                    "abstract": "They see.",
                    "authors": [
                        {"first_name": "Ada", "last_name": "Strix"},
                        {"first_name": "Bo", "last_name": "Noctua"},
                    ],
                    "journal": {"id": "jour.1", "title": "Fauna"},
                    "year": 2019,
                    "doi": "10.1000/owl",
                }
            ]
        },
        OWLS,
    ),
    "CORE": (
        {
            "totalHits": 1,
            "results": [
                {
                    "title": "Owls",
                    "abstract": "They see.",
                    "authors": [{"name": "Strix, Ada"}, {"name": "Noctua, Bo"}],
                    "yearPublished": 2019,
                    "journals": [{"title": "Fauna", "identifiers": ["1234-5678"]}],
                    "identifiers": [
                        {"identifier": "oai:x:1", "type": "OAI_ID"},
                        {"identifier": "10.1000/owl", "type": "DOI"},
                    ],
                    "references": [{"title": "Bats", "doi": "10.1000/bat"}],
                }
            ],
        },
        OWLS,
    ),
    "IEEE": (
        {
            "articles": [
                {
                    "title": "Owls",
                    "abstract": "They see.",
                    "authors": {
                        "authors": [{"full_name": "Ada Strix"}, {"full_name": "Bo Noctua"}]
                    },
                    "publication_title": "Fauna",
                    "publication_year": "2019",
                    "doi": "10.1000/owl",
                }
            ]
        },
        OWLS,
    ),
    "Springer": (
        {
            "records": [
                {
                    "identifier": "doi:10.1000/owl",
                    "title": "Owls",
                    "creators": [{"creator": "Strix, Ada"}, {"creator": "Noctua, Bo"}],
                    "publicationName": "Fauna",
                    "publicationDate": "2019-05-01",
                    "abstract": {"h1": "Abstract", "p": "They see."},
                }
            ]
        },
        OWLS,
    ),
    "Zenodo": (
        {
            "hits": {
                "total": 1,
                "hits": [
                    {
                        "id": 7,
                        "created": "2023-01-01",
                        "metadata": {
                            "title": "Owls",
                            "description": "<p>They see.</p>",
                            "creators": [{"name": "Strix, Ada"}, {"name": "Noctua, Bo"}],
                            "publication_date": "2019-05-01",
                            "journal": {"title": "Fauna"},
                            "doi": "10.1000/owl",
                        },
                    }
                ],
            }
        },
        OWLS,
    ),
    "CORD-19": (
        {
            "paper_id": "0a",
            "metadata": {
                "title": "Owls",
                "authors": [
                    {"first": "Ada", "middle": ["M."], "last": "Strix", "suffix": ""},
                    {"first": "Bo", "middle": [], "last": "Noctua", "suffix": ""},
                ],
            },
            "abstract": [{"text": "They", "section": "Abstract"}, {"text": "see."}],
            "bib_entries": {"BIBREF0": {"title": "Bats", "year": 2001}},
        },
        {**lacking("year", "venue", "doi"), "authors": ("Ada M. Strix", "Bo Noctua")},
    ),
    "ORCID": (
        {
            "group": [
                {
                    "work-summary": [
                        {
                            "title": {"title": {"value": "Owls"}},
                            "external-ids": {
                                "external-id": [
                                    {
                                        "external-id-type": "doi",
                                        "external-id-value": "10.1000/owl",
                                    }
                                ]
                            },
                            "publication-date": {"year": {"value": "2019"}, "month": None},
                            "journal-title": {"value": "Fauna"},
                        }
                    ]
                }
            ]
        },
        lacking("abstract", "authors"),
    ),
    "EPPI-Reviewer": (
        {
            "CodeSets": [{"SetName": "Screening", "Attributes": {"AttributesList": []}}],
            "References": [
                {
                    "ItemId": 1,
                    "Title": "Owls",
                    "ParentTitle": "Fauna",
                    "ShortTitle": "Strix (2019)",
                    "DateCreated": "01/01/2022",
                    "Year": "2019",
                    "Abstract": "They see.",
                    "Authors": "Strix A; Noctua B",
                    "DOI": "https://doi.org/10.1000/owl",
                }
            ],
        },
        {**OWLS, "authors": ("A Strix", "B Noctua")},
    ),
    "OpenAlex": (
        {
            "meta": {"count": 1},
            "results": [
                {
                    "id": "https://openalex.org/W1",
                    "display_name": "Owls",
                    "publication_year": 2019,
                    "ids": {
                        "doi": "https://doi.org/10.1000/owl",
                        "pmid": "https://pubmed.ncbi.nlm.nih.gov/123",
                    },
                    "primary_location": {"source": {"display_name": "Fauna"}, "pdf_url": None},
                    "authorships": [
                        {"author": {"display_name": "Ada Strix"}, "raw_author_name": "A Strix"},
                        {"author": {"display_name": "Bo Noctua"}},
                    ],
                    "abstract_inverted_index": {"see.": [1], "They": [0]},
                    "topics": [{"display_name": "Night", "score": 0.9}],
                }
            ],
        },
        {**OWLS, "pmid": "123", "tags": ("Night",)},
    ),
    "a table by columns": (
        {
            "title": {"0": "Owls", "1": "Owls"},
            "abstract": {"0": "They see.", "1": "They see."},
            "year": {"0": 2019, "1": 2019},
        },
        lacking("authors", "venue", "doi"),
    ),
    "a table by rows": (
        {
            "columns": ["title", "abstract", "year"],
            "index": [0, 1],
            "data": [["Owls", "They see.", 2019], ["Owls", "They see.", 2019]],
        },
        lacking("authors", "venue", "doi"),
    ),
}


@pytest.mark.parametrize(("value", "expected"), CATALOGUES.values(), ids=CATALOGUES)
def test_a_catalogues_papers_are_read_with_all_that_it_says(
    value: Any, expected: dict[str, Any]
) -> None:
    for record in records(document(value)):
        found = {
            "title": record.title,
            "abstract": record.abstract,
            "authors": record.authors,
            "year": record.year,
            "venue": record.venue,
            "doi": record.identifiers.doi,
            "arxiv": record.identifiers.arxiv,
            "pmid": record.identifiers.pmid,
            "tags": record.tags,
        }
        assert {name: found[name] for name in expected} == expected
