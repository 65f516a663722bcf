"""The lexical index: tantivy, BM25 over title and abstract, one document a paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from rag.types import Paper

# On SciFact a title that counts as much as the text hurts; half as much helps a little.
_TITLE_BOOST = 0.5
_ANALYZER = "english"

# Words that make a question a question. They stay in the index, where a title may hold them, and
# are left out of queries, where "how many parameters does" would find "How does attention work".
QUESTION_WORDS = """
    compare compared comparison differ difference different differences versus vs
    about abstract abstracts am any anyone article articles been being between both can cannot could
    describe describes did do does doing done each either else ever explain from get gets give given
    go had has have having he her hers him his how i its just kind let list many may me might more
    most much must my name of off only or other others our ours out over own paper papers please
    main contribution contributions idea ideas propose proposed proposes summarise summarize summary
    same say says shall she should show so some study such tell than them themselves those under up
    us use used uses using very want was we were what when where which while who whom whose why
    work works would you your yours
""".split()


def _analyzer(drop: Sequence[str] = ()) -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.custom_stopword(list(drop)))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name=_ANALYZER)
    builder.add_text_field("abstract", tokenizer_name=_ANALYZER)
    return builder.build()


class LexicalIndex:
    """BM25 search in one folder. Searching is safe among threads; one process writes at a time."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in ``folder``. Raises FileNotFoundError where there is none to open."""
        folder.mkdir(parents=True, exist_ok=True)
        if not create and not tantivy.Index.exists(str(folder)):
            raise FileNotFoundError(2, "no lexical index there", str(folder))
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(_ANALYZER, _analyzer())
        self._query_analyzer = _analyzer(QUESTION_WORDS)
        self._index.reload()

    def terms(self, text: str) -> list[str]:
        """The distinct terms of a question as the index knows them: stemmed, no question words."""
        return list(dict.fromkeys(self._query_analyzer.analyze(text)))

    def search(
        self, text: str, k: int, papers: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The ``k`` best papers for any word of ``text``, with their BM25 scores, best first."""
        terms = self.terms(text)
        if not terms:
            return []
        query = self._any_of(terms)
        if papers is not None:
            among = tantivy.Query.term_set_query(self._schema, "paper_id", list(papers))
            silent = tantivy.Query.const_score_query(among, 0.0)
            must = tantivy.Occur.Must
            query = tantivy.Query.boolean_query([(must, query), (must, silent)])
        searcher = self._index.searcher()
        hits = searcher.search(query, k).hits
        return [(str(searcher.doc(where).get_first("paper_id")), score) for score, where in hits]

    def frequency(self, term: str) -> int:
        """How many papers hold a term that came from `terms`."""
        return max(self._index.searcher().doc_freq(name, term) for name in ("title", "abstract"))

    def weight(self, term: str) -> float:
        """BM25's inverse document frequency of a term that came from `terms`."""
        papers, holders = self._index.searcher().num_docs, self.frequency(term)
        return math.log(1 + (papers - holders + 0.5) / (holders + 0.5))

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
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _any_of(self, terms: Sequence[str]) -> tantivy.Query:
        should = tantivy.Occur.Should
        clauses = []
        for term in terms:
            in_title = tantivy.Query.term_query(self._schema, "title", term)
            boosted = tantivy.Query.boost_query(in_title, _TITLE_BOOST)
            clauses.append((should, boosted))
            clauses.append((should, tantivy.Query.term_query(self._schema, "abstract", term)))
        return tantivy.Query.boolean_query(clauses)
