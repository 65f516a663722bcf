"""JSON as catalogues' APIs and programs return it, each with its own names, parts and wrappers.

``catalogues.jsonl`` has a made-up paper in the form of each, and what is to be read of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_json_in import document, records

from rag.types import Rejected

CATALOGUES = [
    json.loads(line)
    for line in Path(__file__).with_name("catalogues.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["name"])
def test_a_catalogues_papers_are_read_with_all_that_it_says(catalogue: dict[str, Any]) -> None:
    expected: dict[str, Any] = catalogue["expected"]
    found = records(document(catalogue["value"]))
    assert found
    for record in found:
        read = {
            "title": record.title,
            "abstract": record.abstract,
            "authors": list(record.authors),
            "year": record.year,
            "venue": record.venue,
            "doi": record.identifiers.doi,
            "arxiv": record.identifiers.arxiv,
            "pmid": record.identifiers.pmid,
            "tags": list(record.tags),
        }
        assert {name: read[name] for name in expected} == expected


@pytest.mark.parametrize(
    "value",
    [
        {"institutions": [{"display_name": "A university"}]},
        {"results": [{"id": "A1", "display_name": "Ada Strix", "works_count": 3}]},
    ],
)
def test_other_things_that_catalogues_name_are_no_papers(value: Any) -> None:
    assert not [item for item in document(value) if not isinstance(item, Rejected)]
