"""The lexical index: tantivy's BM25 over the words and the char n-grams of each paper.

N-grams find words with another stem but most letters in common: "finetuned" and "fine-tuning",
"preclinical" and "clinical". Greek symbols are words, so that TNF-α and TNF-alpha meet, and so
are pairs of Chinese and Japanese characters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from rag.index.faults import reading
from rag.index.keys import keys_of
from rag.index.labels import excluded_labels, labels_of, required_labels
from rag.index.lookups import Lookups
from rag.index.parts import Numbers, number_of
from rag.text.lexicons import lexicon
from rag.text.searchable import searchable
from rag.types import EVERYTHING, Paper, Scope

# On SciFact a weight of 1, as for the text, hurts; half of it helps a little.
_TITLE_BOOST = 0.5
# The weight of n-grams relative to words; figures: docs/decisions/0002.
_NGRAM_BOOST = 0.6
_N = 4  # letters
_ANALYZER = "english"

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


def _words() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )


def _content_words(drop: Sequence[str] = ()) -> tantivy.TextAnalyzerBuilder:
    return (
        _words()
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.custom_stopword(list(drop)))
    )


def _stems(drop: Sequence[str] = ()) -> tantivy.TextAnalyzer:
    return _content_words(drop).filter(tantivy.Filter.stemmer("english")).build()


def char_ngrams(words: Iterable[str]) -> list[str]:
    """Every run of four letters of each word with marked ends: gcog gives _gco, gcog, cog_."""
    marked = [f"_{word}_" for word in words]
    return [
        word[start : start + _N] for word in marked for start in range(max(1, len(word) - _N + 1))
    ]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name=_ANALYZER)
    builder.add_text_field("abstract", tokenizer_name=_ANALYZER)
    # They are added as one text, joined by spaces; their positions are not needed.
    builder.add_text_field("ngrams", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("labels", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("keys", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("number", fast=True)  # names a paper without its stored text
    return builder.build()


class LexicalIndex(Lookups):
    """BM25 search in one folder. Searching is thread-safe; only one process may write.

    Papers in ``hidden`` are not found.
    """

    def __init__(self, folder: Path, hidden: Collection[str] = (), *, create: bool = False) -> None:
        """Open the index in ``folder``. Raises FileNotFoundError if there is none to open."""
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not folder.is_dir() or not tantivy.Index.exists(str(folder)):
            raise FileNotFoundError(2, "no lexical index there", str(folder))
        self._folder = folder
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(_ANALYZER, _stems())
        self._words = _words().build()
        self._query_words = _content_words(QUESTION_WORDS).build()
        self._query_stems = _stems(QUESTION_WORDS)
        self._index.reload()
        self._hidden = list(hidden)

    def terms(self, text: str) -> list[str]:
        """The distinct terms of a question: stemmed as in the index, without question words."""
        return list(dict.fromkeys(self.stems(text)))

    def stems(self, text: str) -> list[str]:
        """The terms of a text in their order, each as often as it stands there."""
        return self._query_stems.analyze(searchable(text))

    def _ngrams(self, text: str) -> list[str]:
        """The distinct char n-grams of a question's words, without question words."""
        return list(dict.fromkeys(char_ngrams(self._query_words.analyze(searchable(text)))))

    def search(self, text: str, k: int, scope: Scope = EVERYTHING) -> list[tuple[str, float]]:
        """The ``k`` best papers for any word of ``text``, with their BM25 scores, best first.

        A score is BM25 of the abstract's words, plus half the title's, plus 0.6 times the n-grams'.
        """
        terms = self.terms(text)
        if not terms:
            return []
        query = self._any_of(terms, self._ngrams(text))
        if scope:
            query = _all([query, *self._within(scope)])
        searcher = self._index.searcher()
        with reading(self._folder, ValueError):
            hits = searcher.search(self._shown(query), k).hits
            found = [(searcher.doc(where).get_first("paper_id"), score) for score, where in hits]
        return [(str(paper_id), score) for paper_id, score in found]

    @property
    def size(self) -> int:
        """How many papers are in the index, hidden ones too."""
        return int(self._index.searcher().num_docs)

    def count(self, scope: Scope) -> int:
        """How many papers are in the scope."""
        searcher = self._index.searcher()
        # The result's declared type lacks its count.
        found: Any = searcher.search(self._every(scope), 1, count=True)
        return int(found.count)

    def within(self, scope: Scope, most: int) -> list[str]:
        """The ids of at most ``most`` papers in the scope, in no particular order."""
        if most < 1:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(self._every(scope), most, count=False).hits
        return [str(searcher.doc(where).get_first("paper_id")) for _, where in hits]

    def numbers(self, scope: Scope) -> Numbers:
        """The `number_of` each paper in the scope, in no particular order."""
        searcher = self._index.searcher()
        found: Any = searcher.search(
            self._every(scope), max(1, self.size), count=False, order_by_field="number"
        )
        return np.fromiter((number for number, _ in found.hits), np.uint64, len(found.hits))

    def frequency(self, term: str) -> int:
        """How many papers contain a term, which is as `terms` returns it."""
        return max(self._index.searcher().doc_freq(name, term) for name in ("title", "abstract"))

    def may_hold(self, name: str, scope: Scope = EVERYTHING) -> list[str]:
        """The ids of the papers in the scope in which ``name`` may stand, also within words.

        None that has it is missing; some of these have only its letters.
        """
        words = self._words.analyze(searchable(name))
        runs = [run for word in words for run in re.findall(r"[a-z]+|\d+", word)]
        parts = [self._within_words(run) for run in runs if len(run) > 1]
        # A single letter or digit begins a word, or stands behind the run before it.
        behind = [(a[-1], b) for a, b in pairwise(runs) if len(b) == 1]
        parts += [self._with_ngram(f"_{b}.*|.*{a}{b}.*") for a, b in behind]
        searcher = self._index.searcher()
        query = self._shown(_all([*parts, *self._within(scope)])) if parts else self._every(scope)
        hits = searcher.search(query, max(1, self.size), count=False).hits
        return [str(searcher.doc(where).get_first("paper_id")) for _, where in hits]

    def _within_words(self, run: str) -> tantivy.Query:
        """The papers with words that have a run of two or more letters or digits, by n-grams."""
        if len(run) >= _N:
            inside = (run[at : at + _N] for at in range(len(run) - _N + 1))
            return _all([tantivy.Query.term_query(self._schema, "ngrams", one) for one in inside])
        pattern = f"{run}{'.' * (_N - len(run))}" + (f"|.{run}_" if len(run) == _N - 2 else "")
        return self._with_ngram(pattern)

    def _with_ngram(self, pattern: str) -> tantivy.Query:
        return tantivy.Query.regex_query(self._schema, "ngrams", pattern)

    def full_score(self, text: str) -> float:
        """About the score of a paper that contains every term and n-gram of ``text`` once."""
        searcher = self._index.searcher()
        terms = [self.frequency(term) for term in self.terms(text)]
        ngrams = [searcher.doc_freq("ngrams", ngram) for ngram in self._ngrams(text)]
        return _weight(searcher.num_docs, terms) + _NGRAM_BOOST * _weight(searcher.num_docs, ngrams)

    def replace(self, remove: Iterable[str], add: Iterable[Paper]) -> None:
        """Remove papers by id and add papers, in one commit; one that is there is replaced."""
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        held = self._index.searcher()
        for paper_id in remove:
            writer.delete_documents_by_term("paper_id", paper_id)
        for paper in add:
            if held.doc_freq("paper_id", paper.paper_id):
                writer.delete_documents_by_term("paper_id", paper.paper_id)
            document = tantivy.Document()
            document.add_text("paper_id", paper.paper_id)
            document.add_unsigned("number", number_of(paper.paper_id))
            title, abstract = searchable(paper.title), searchable(paper.abstract)
            document.add_text("title", title)
            document.add_text("abstract", abstract)
            words = self._words.analyze(f"{title} {abstract}")
            document.add_text("ngrams", " ".join(char_ngrams(words)))
            for label in labels_of(paper):
                document.add_text("labels", label)
            for key in keys_of(paper):
                document.add_text("keys", key)
            if paper.year is not None:
                document.add_integer("year", paper.year)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _any_of(self, terms: Sequence[str], ngrams: Sequence[str]) -> tantivy.Query:
        fields = [("abstract", 1.0, terms), ("title", _TITLE_BOOST, terms)]
        fields.append(("ngrams", _NGRAM_BOOST, ngrams))
        clauses = []
        for name, boost, words in fields:
            for word in words:
                found = tantivy.Query.term_query(self._schema, name, word)
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(found, boost)))
        return tantivy.Query.boolean_query(clauses)

    def _every(self, scope: Scope) -> tantivy.Query:
        """All papers in the scope."""
        return self._shown(_all(self._within(scope)) if scope else tantivy.Query.all_query())

    def _shown(self, query: tantivy.Query) -> tantivy.Query:
        """``query`` without hidden papers."""
        if not self._hidden:
            return query
        out = tantivy.Query.term_set_query(self._schema, "paper_id", self._hidden)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.MustNot, out)]
        )

    def _within(self, scope: Scope) -> list[tantivy.Query]:
        """The scope as clauses that do not change a score."""
        first, last = scope.filter.first_year, scope.filter.last_year
        clauses = [
            _any([_all([self._labelled(label) for label in way]) for way in any_of])
            for any_of in required_labels(scope.filter)
        ]
        if scope.papers:
            clauses.append(
                tantivy.Query.term_set_query(self._schema, "paper_id", list(scope.papers))
            )
        if first is not None or last is not None:
            whole = tantivy.FieldType.Integer
            clauses.append(tantivy.Query.range_query(self._schema, "year", whole, first, last))
        clauses += [self._without(label) for label in excluded_labels(scope.filter)]
        return [tantivy.Query.const_score_query(clause, 0.0) for clause in clauses]

    def _without(self, label: str) -> tantivy.Query:
        every = (tantivy.Occur.Must, tantivy.Query.all_query())
        return tantivy.Query.boolean_query([every, (tantivy.Occur.MustNot, self._labelled(label))])

    def _labelled(self, label: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "labels", label, index_option="basic")


def _all(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])


def _any(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])


def _weight(papers: int, holders: Iterable[int]) -> float:
    """The sum of BM25's inverse document frequencies of terms that ``holders`` papers contain."""
    return sum(math.log(1 + (papers - n + 0.5) / (n + 0.5)) for n in holders)
