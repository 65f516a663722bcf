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
    "33000001\n33000002\n": "list of numbers",
    "10.5555/a\nhttps://doi.org/10.5555/b\n": "list of DOIs",
    "Owls\nJ Doe - 2019\nCited by 12\nBats\nP Roe - 2020\nSave Cite Cited by 3\n": "Google Scholar",
    "Scopus\nEXPORT DATE: 01 Jan 2024\n\nDoe, J.\nOwls\n(2019) J. Owl\nABSTRACT: x\n": "Scopus",
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), UNREAD.items())
def test_many_papers_never_become_one(text: str, said: str) -> None:
    (why,) = titles("a.txt", text)
    assert said in why and re.search("RIS, BibTeX or CSV|instead", why)
