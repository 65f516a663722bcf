"""The window's scripts shorten a title as rag does: tests/js/titles.test.js has the same table."""

from __future__ import annotations

import json

import pytest

from rag.settings import CHECKOUT
from rag.text.names.titles import short_title

TITLES = json.loads((CHECKOUT / "tests" / "js" / "titles.json").read_text("utf-8"))


@pytest.mark.parametrize(("title", "short"), TITLES)
def test_a_paper_is_called_by_the_beginning_of_its_title(title: str, short: str) -> None:
    assert short_title(title) == short
