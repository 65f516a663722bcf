"""The words of a corpus as its papers write them, to mend typing errors by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rag.index.engines import Lexical
from rag.index.words.keys import TITLE_WORD, WORD, forms_in, key_of
from rag.text.names.coined_names import is_coined_name
from rag.text.near import NearWords
from rag.types import Paper

_READ = 100  # papers that show how a word is written


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and in how many papers and titles it is.

    ``key`` is the word in small letters without hyphens.
    """

    key: str
    papers: int
    titles: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word as the corpus writes it most often; ``named`` says that it is a coined name."""

    key: str
    written: str
    named: bool


class Vocabulary:
    """All words of at least four letters in titles, abstracts, authors and venues.

    They are keys of the lexical index. `near` lists them all first, in .4 s for 100,000 papers.
    """

    def __init__(self, lexical: Lexical, by_id: Mapping[str, Paper]) -> None:
        self._lexical, self._by_id = lexical, by_id

    def __contains__(self, key: str) -> bool:
        return self._lexical.key_counts([f"{WORD}{key}"]) != [0]

    def get(self, key: str) -> Spelling | None:
        """How the word with this key is written, by the first papers that have it."""
        forms: Counter[str] = Counter()
        for paper_id in self._lexical.holders(f"{WORD}{key}", _READ):
            paper = self._by_id[paper_id]
            text = " ".join((paper.title, paper.abstract, *paper.authors, paper.venue))
            for form in forms_in(text):
                if key_of(form) == key:
                    forms[form] += len(re.findall(rf"\b{re.escape(form)}\b", text))
        return _spelling(key, forms) if forms else None

    def near(self, key: str, errors: int) -> list[Word]:
        """The words at most so many typing errors away."""
        keys, count = self._near.within(key, errors), self._lexical.key_counts
        papers = count([f"{WORD}{other}" for other in keys])
        titles = count([f"{TITLE_WORD}{other}" for other in keys])
        return [Word(*found) for found in zip(keys, papers, titles, strict=True)]

    @cached_property
    def _near(self) -> NearWords:
        return NearWords(key for key, _ in self._lexical.keys(WORD))


def _spelling(key: str, forms: Counter[str]) -> Spelling:
    coined = {form: n for form, n in forms.items() if is_coined_name(form)}
    plain = {form: n for form, n in forms.items() if form == form.lower()}
    # "Segmentation" begins titles and sentences; as a word it has a small letter. The name
    # LaVCa is in small letters in an address.
    named = sum(coined.values()) > sum(plain.values())
    best = coined if named else plain or forms
    return Spelling(key, max(best, key=lambda form: (best[form], form)), named)
