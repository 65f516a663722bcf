"""Texts of many papers that no reader takes apart are refused by name, and never are one paper."""

from __future__ import annotations

import re

import pytest
from reading import titles

UNREAD = {
    "[1] Doe J. Owls. J Owl. 2019;3:1.\n[2] Roe P. Bats. J Bat. 2020;4:2.\n":
        "list of 2 references",
    "Doe, J. (2019). Owls. J. Owl.\n\nRoe, P. (2020a). Bats. J. Bat.\n\nPoe, Q. (2021). Cats.\n":
        "list of 3 references",
    "Owls\nAbstract: they hunt.\n---\nBats\nAbstract: they hear.\n": "seems to hold 2 papers",
    "Doe J. Owls. J Owl. 2019;3:1.\nRoe P. Bats. J Bat. 2020;4:2.\nPoe Q. Cats. J Cat. 2001;1:9.\n":
        "list of 3 references",
    "1.\nDoe J.\nOwls.\nJ Owl. 3:1, 2019.\n\n2.\nRoe P.\nBats.\nJ Bat. 4:2, 2020.\n":
        "list of 2 references",
    "[1] J. Doe, \"Owls,\" J. Owl, vol. 3, 2019.\n[2] P. Roe, Bats, J. Bat,\nMar. 2020.\n":
        "list of 2 references",
    "1. Doe, J. Owls. J. Owl 2019, 3, 1-9.\n2. Roe, P. Bats. J. Bat, 2020, pp. 1-9.\n":
        "list of 2 references",
    "33000001\n33000002\n": "list of numbers",
    "10.5555/a\nhttps://doi.org/10.5555/b\n": "list of DOIs",
    "Owls\nJ Doe - 2019\nCited by 12\nBats\nP Roe - 2020\nSave Cite Cited by 3\n": "Google Scholar",
    "Scopus\nEXPORT DATE: 01 Jan 2024\n\nDoe, J.\nOwls\n(2019) J. Owl\nABSTRACT: x\n": "Scopus",
}  # fmt: skip
NOTES = """Owls in the gardens of our neighbours, who told us about them for many years and more
1. Introduction to owls
We studied owls in 2019, and counted all of those that came into the gardens at night.
2. More owls
In 2020, 30 owls came into the gardens at night, and as many into those of other towns.
"""


@pytest.mark.parametrize(
    "text", [NOTES, NOTES.partition("\n")[2], re.sub(r"(\d\.) .*", r"\1", NOTES)]
)
def test_notes_with_numbered_parts_are_one_paper(text: str) -> None:
    assert titles("a.txt", text) == [text.partition("\n")[0]]


@pytest.mark.parametrize(("text", "said"), UNREAD.items())
def test_many_papers_never_become_one(text: str, said: str) -> None:
    (why,) = titles("a.txt", text)
    assert said in why and re.search("RIS, BibTeX or CSV|instead", why)
