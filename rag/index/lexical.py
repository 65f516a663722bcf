"""The lexical index: tantivy, BM25 over the words and the pieces of words of one paper each.

A word that is joined, prefixed or spelled otherwise than in the question ("finetuned" and
"fine-tuning", "preclinical" and "clinical") shares no stem with it, yet most of its pieces.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from rag.index.labels import demands, labels_of
from rag.text.lexicons import lexicon
from rag.types import EVERYTHING, Paper, Scope

# On SciFact a title that counts as much as the text hurts; half as much helps a little.
_TITLE_BOOST = 0.5
# What the pieces weigh beside the words; figures: docs/decisions/0002.
_PIECE_BOOST = 0.6
_PIECE = 4  # letters
_ANALYZER = "english"

# Words that make a question a question. They stay in the index, where a title may hold them, and
# are left out of queries, where "how many parameters does" would find "How does attention work".
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


def _telling_words(drop: Sequence[str] = ()) -> tantivy.TextAnalyzerBuilder:
    return (
        _words()
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.custom_stopword(list(drop)))
    )


def _stems(drop: Sequence[str] = ()) -> tantivy.TextAnalyzer:
    return _telling_words(drop).filter(tantivy.Filter.stemmer("english")).build()


def pieces(words: Iterable[str]) -> list[str]:
    """Every run of four letters of each word, its ends marked: gcog is _gco gcog cog_."""
    marked = [f"_{word}_" for word in words]
    return [
        word[start : start + _PIECE]
        for word in marked
        for start in range(max(1, len(word) - _PIECE + 1))
    ]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name=_ANALYZER)
    builder.add_text_field("abstract", tokenizer_name=_ANALYZER)
    # Joined by spaces when they are put in; where in the text they stand is of no use.
    builder.add_text_field("pieces", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("labels", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    return builder.build()


class LexicalIndex:
    """BM25 search in one folder. Searching is safe among threads; one process writes at a time.

    Papers in ``hidden`` are not found.
    """

    def __init__(self, folder: Path, hidden: Collection[str] = (), *, create: bool = False) -> None:
        """Open the index in ``folder``. Raises FileNotFoundError where there is none to open."""
        folder.mkdir(parents=True, exist_ok=True)
        if not create and not tantivy.Index.exists(str(folder)):
            raise FileNotFoundError(2, "no lexical index there", str(folder))
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(_ANALYZER, _stems())
        self._words = _words().build()
        self._query_words = _telling_words(QUESTION_WORDS).build()
        self._query_stems = _stems(QUESTION_WORDS)
        self._index.reload()
        self._hidden = list(hidden)

    def terms(self, text: str) -> list[str]:
        """The distinct terms of a question as the index knows them: stemmed, no question words."""
        return list(dict.fromkeys(self._query_stems.analyze(text)))

    def pieces(self, text: str) -> list[str]:
        """The distinct pieces of a question's words, without question words."""
        return list(dict.fromkeys(pieces(self._query_words.analyze(text))))

    def search(self, text: str, k: int, scope: Scope = EVERYTHING) -> list[tuple[str, float]]:
        """The ``k`` best papers for any word of ``text``, with their BM25 scores, best first.

        A score is that of the abstract's words, plus half the title's, plus a share of the pieces'.
        """
        terms = self.terms(text)
        if not terms:
            return []
        query = self._any_of(terms, self.pieces(text))
        if scope:
            query = _all([query, *self._within(scope)])
        searcher = self._index.searcher()
        hits = searcher.search(self._shown(query), k).hits
        return [(str(searcher.doc(where).get_first("paper_id")), score) for score, where in hits]

    def count(self, scope: Scope) -> int:
        """How many papers the scope holds."""
        searcher = self._index.searcher()
        # The type that the result is declared with lacks its count.
        found: Any = searcher.search(self._every(scope), 1, count=True)
        return int(found.count)

    def within(self, scope: Scope, most: int) -> list[str]:
        """Ids of the papers that the scope holds, at most ``most``, in no order."""
        if most < 1:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(self._every(scope), most, count=False).hits
        return [str(searcher.doc(where).get_first("paper_id")) for _, where in hits]

    def frequency(self, term: str) -> int:
        """How many papers hold a term that came from `terms`."""
        return max(self._index.searcher().doc_freq(name, term) for name in ("title", "abstract"))

    def full_score(self, text: str) -> float:
        """About what `search` gives a paper that holds every term and piece of ``text`` once."""
        searcher = self._index.searcher()
        terms = [self.frequency(term) for term in self.terms(text)]
        parts = [searcher.doc_freq("pieces", piece) for piece in self.pieces(text)]
        return _weight(searcher.num_docs, terms) + _PIECE_BOOST * _weight(searcher.num_docs, parts)

    def replace(self, remove: Iterable[str], add: Iterable[Paper]) -> None:
        """Take papers out by id and put papers in, in one commit."""
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for paper_id in remove:
            writer.delete_documents_by_term("paper_id", paper_id)
        for paper in add:
            document = tantivy.Document()
            document.add_text("paper_id", paper.paper_id)
            document.add_text("title", paper.title)
            document.add_text("abstract", paper.abstract)
            words = self._words.analyze(f"{paper.title} {paper.abstract}")
            document.add_text("pieces", " ".join(pieces(words)))
            for label in labels_of(paper):
                document.add_text("labels", label)
            if paper.year is not None:
                document.add_integer("year", paper.year)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _any_of(self, terms: Sequence[str], parts: Sequence[str]) -> tantivy.Query:
        fields = [("abstract", 1.0, terms), ("title", _TITLE_BOOST, terms)]
        fields.append(("pieces", _PIECE_BOOST, parts))
        clauses = []
        for name, boost, words in fields:
            for word in words:
                found = tantivy.Query.term_query(self._schema, name, word)
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(found, boost)))
        return tantivy.Query.boolean_query(clauses)

    def _every(self, scope: Scope) -> tantivy.Query:
        """All papers that the scope holds."""
        return self._shown(_all(self._within(scope)) if scope else tantivy.Query.all_query())

    def _shown(self, query: tantivy.Query) -> tantivy.Query:
        """``query`` without the papers that are hidden."""
        if not self._hidden:
            return query
        out = tantivy.Query.term_set_query(self._schema, "paper_id", self._hidden)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.MustNot, out)]
        )

    def _within(self, scope: Scope) -> list[tantivy.Query]:
        """The scope's clauses, which add nothing to a score."""
        first, last = scope.filter.first_year, scope.filter.last_year
        clauses = [
            _any([_all([self._labelled(label) for label in way]) for way in any_of])
            for any_of in demands(scope.filter)
        ]
        if scope.papers:
            clauses.append(
                tantivy.Query.term_set_query(self._schema, "paper_id", list(scope.papers))
            )
        if first is not None or last is not None:
            whole = tantivy.FieldType.Integer
            clauses.append(tantivy.Query.range_query(self._schema, "year", whole, first, last))
        return [tantivy.Query.const_score_query(clause, 0.0) for clause in clauses]

    def _labelled(self, label: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "labels", label, index_option="basic")


def _all(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])


def _any(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])


def _weight(papers: int, holders: Iterable[int]) -> float:
    """BM25's inverse document frequencies of terms, by how many papers hold each, summed."""
    return sum(math.log(1 + (papers - n + 0.5) / (n + 0.5)) for n in holders)
