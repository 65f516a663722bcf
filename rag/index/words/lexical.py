"""The lexical index: tantivy's BM25 over the words and the char n-grams of each paper.

N-grams find words with another stem but most letters in common: "finetuned" and "fine-tuning",
"preclinical" and "clinical". Greek symbols are words, so that TNF-α and TNF-alpha meet, and so
are pairs of Chinese and Japanese characters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from rag.index.generations.faults import reading
from rag.index.labels import excluded_labels, labels_of, required_labels
from rag.index.vectors.parts import Numbers, number_of
from rag.index.words.keys import keys_of
from rag.index.words.lookups import Lookups
from rag.index.words.terms import (
    ANALYZER,
    LETTERS,
    NGRAM_BOOST,
    Clause,
    QueryTerms,
    char_ngrams,
    stems_analyzer,
    weight,
    words,
)
from rag.text.characters.searchable import searchable
from rag.types import EVERYTHING, Paper, Scope


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name=ANALYZER)
    builder.add_text_field("abstract", tokenizer_name=ANALYZER)
    # They are added as one text, joined by spaces; their positions are not needed.
    builder.add_text_field("ngrams", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("labels", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("keys", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("number", fast=True)  # names a paper without its stored text
    return builder.build()


class LexicalIndex(QueryTerms, Lookups):
    """BM25 search in one folder. Searching is thread-safe; only one process may write.

    Papers in ``hidden`` are not found.
    """

    def __init__(self, folder: Path, hidden: Collection[str] = (), *, create: bool = False) -> None:
        """Open the index in ``folder``. Raises FileNotFoundError if there is none to open."""
        super().__init__()
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not folder.is_dir() or not tantivy.Index.exists(str(folder)):
            raise FileNotFoundError(2, "no lexical index there", str(folder))
        self._folder = folder
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(ANALYZER, stems_analyzer())
        self._words = words().build()
        self._index.reload()
        self._hidden = list(hidden)

    def search(self, text: str, k: int, scope: Scope = EVERYTHING) -> list[tuple[str, float]]:
        """The ``k`` best papers for any word of ``text``, with their BM25 scores, best first.

        A score is BM25 of the abstract's words, plus half the title's, plus 0.6 times the n-grams'.
        """
        return self.search_clauses(self.clauses(text), k, scope)

    def search_clauses(
        self, clauses: Sequence[Clause], k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, float]]:
        """As `search`, for the clauses of a text."""
        if not clauses:
            return []
        query = self._any_of(clauses)
        if scope:
            query = _all([query, *self._within(scope)])
        searcher = self._index.searcher()
        with reading(self._folder, ValueError):
            hits = searcher.search(self._shown(query), k).hits
            found = [(searcher.doc(where).get_first("paper_id"), score) for score, where in hits]
        return [(str(paper_id), score) for paper_id, score in found]

    @property
    def engine(self) -> tantivy.Index:
        """Tantivy's index, for figures that no method here gives."""
        return self._index

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
        if len(run) >= LETTERS:
            inside = (run[at : at + LETTERS] for at in range(len(run) - LETTERS + 1))
            return _all([tantivy.Query.term_query(self._schema, "ngrams", one) for one in inside])
        pattern = f"{run}{'.' * (LETTERS - len(run))}" + (
            f"|.{run}_" if len(run) == LETTERS - 2 else ""
        )
        return self._with_ngram(pattern)

    def _with_ngram(self, pattern: str) -> tantivy.Query:
        return tantivy.Query.regex_query(self._schema, "ngrams", pattern)

    def full_score(self, text: str) -> float:
        """About the score of a paper that contains every term and n-gram of ``text`` once."""
        searcher = self._index.searcher()
        terms = [self.frequency(term) for term in self.terms(text)]
        ngrams = [searcher.doc_freq("ngrams", ngram) for ngram in self.ngrams(text)]
        return weight(searcher.num_docs, terms) + NGRAM_BOOST * weight(searcher.num_docs, ngrams)

    def replace(self, remove: Iterable[str], add: Iterable[Paper]) -> None:
        """Remove papers by id and add papers, in one commit; one that is there is replaced."""
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        try:
            held = self._index.searcher()
            for paper_id in remove:
                writer.delete_documents_by_term("paper_id", paper_id)
            for paper in add:
                if held.doc_freq("paper_id", paper.paper_id):
                    writer.delete_documents_by_term("paper_id", paper.paper_id)
                writer.add_document(self._document_of(paper))
            writer.commit()
        finally:  # its threads write until they are waited for
            writer.wait_merging_threads()
        self._index.reload()

    def _document_of(self, paper: Paper) -> tantivy.Document:
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
        return document

    def _any_of(self, clauses: Sequence[Clause]) -> tantivy.Query:
        found = [
            tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term), boost)
            for field, term, boost in clauses
        ]
        return _any(found)

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
