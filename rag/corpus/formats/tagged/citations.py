"""Splits citations in one text: a journal with year and volume, and the authors before a title."""

from __future__ import annotations

import re

from rag.corpus.formats.fields.normalise import year_of

# Where numbers begin: "J Owls. 12(3):45, 2019 Mar", "J Owls. Mar2019, Vol. 12", "J Owls (2019) 3".
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NUMBERS = re.compile(
    rf"(?:;|[.,;:]?\s+)(?=[(\[]?\d|(?:vol(?:ume)?|v)\W*\d|(?:{_MONTHS})[a-z]*\.?\s*\d)",
    re.IGNORECASE,
)
_PUBMED = re.compile(r"(.+?)\. ((?:18|19|20)\d\d)\b")  # "J Appl Owl (1985). 2021 Mar"
_DOI = re.compile(r"(?:doi:\s*|https?://\S*)?10\.\d{4,9}/\S+", re.IGNORECASE)
_LONGEST = 1_000  # characters; a longer text is no citation


def venue_and_year(source: str) -> tuple[str, str]:
    """The journal and the year of a citation; the text itself and nothing if it has no year."""
    text = " ".join(source.split())
    if len(text) > _LONGEST:
        return text, ""
    if pubmed := _PUBMED.match(text):
        return pubmed[1], pubmed[2]
    numbers = _NUMBERS.search(text, 1)
    year = year_of(_DOI.sub("", text[numbers.end() :])) if numbers else None
    return (text[: numbers.start()], str(year)) if numbers and year else (text, "")
