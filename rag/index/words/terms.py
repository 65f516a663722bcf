"""The terms of texts and questions, as the lexical index has them: stems, and char n-grams."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import tantivy

from rag.text.characters.searchable import searchable
from rag.text.lexicons import lexicon

# On SciFact a weight of 1, as for the text, hurts; half of it helps a little.
TITLE_BOOST = 0.5
# The weight of n-grams relative to words; figures: docs/decisions/0002.
NGRAM_BOOST = 0.6
LETTERS = 4  # of an n-gram
ANALYZER = "english"

# Words of questions. They are indexed, because titles have them, but left out of queries: "how many
# parameters does" would find "How does attention work".
QUESTION_WORDS = sorted(
    lexicon(
        "pronouns",
        "auxiliaries",
        "modals",
        "interrogatives",
        "asking_words",
        "paper_words",
        "query_fillers",
    )
)


def words() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )


def _content_words(drop: Sequence[str] = ()) -> tantivy.TextAnalyzerBuilder:
    return (
        words()
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.custom_stopword(list(drop)))
    )


def stems_analyzer(drop: Sequence[str] = ()) -> tantivy.TextAnalyzer:
    return _content_words(drop).filter(tantivy.Filter.stemmer("english")).build()


def char_ngrams(words: Iterable[str]) -> list[str]:
    """Every run of four letters of each word with marked ends: gcog gives _gco, gcog, cog_."""
    marked = [f"_{word}_" for word in words]
    return [
        word[start : start + LETTERS]
        for word in marked
        for start in range(max(1, len(word) - LETTERS + 1))
    ]


class Clause(NamedTuple):
    """One term of a query: where it is looked for, and its weight."""

    field: str
    term: str
    boost: float


class QueryTerms:
    """The terms of questions, as the index has them. Needs no index; thread-safe."""

    def __init__(self) -> None:
        self._query_words = _content_words(QUESTION_WORDS).build()
        self._query_stems = stems_analyzer(QUESTION_WORDS)

    def terms(self, text: str) -> list[str]:
        """The distinct terms of a question: stemmed as in the index, without question words."""
        return list(dict.fromkeys(self.stems(text)))

    def stems(self, text: str) -> list[str]:
        """The terms of a text in their order, each as often as it stands there."""
        return self._query_stems.analyze(searchable(text))

    def clauses(self, text: str) -> list[Clause]:
        """What is looked for: words and n-grams; none if all are question words."""
        terms = self.terms(text)
        if not terms:
            return []
        return [
            *(Clause("abstract", term, 1.0) for term in terms),
            *(Clause("title", term, TITLE_BOOST) for term in terms),
            *(Clause("ngrams", ngram, NGRAM_BOOST) for ngram in self.ngrams(text)),
        ]

    def ngrams(self, text: str) -> list[str]:
        """The distinct char n-grams of a question's words, without question words."""
        return list(dict.fromkeys(char_ngrams(self._query_words.analyze(searchable(text)))))


def weight(papers: int, holders: Iterable[int]) -> float:
    """The sum of BM25's inverse document frequencies of terms that ``holders`` papers contain."""
    return sum(math.log(1 + (papers - n + 0.5) / (n + 0.5)) for n in holders)
