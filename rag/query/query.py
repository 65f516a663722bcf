"""One question with everything that is known about it, read once for all steps of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING

from rag.index.filters import in_scope, narrowed
from rag.index.library import Library
from rag.index.words.keys import CAPITALS, TITLE
from rag.models.embedding.tokens import TokenStates
from rag.query.intent import intent_of
from rag.query.limits import NO_LIMITS, Limits, read_limits
from rag.query.mentions import Mention, find_mentions, runs_of, without_titles
from rag.query.metadata.phrases import LibraryFacts
from rag.query.metadata.split import split_filter
from rag.query.metadata.statements import asks_in_general
from rag.query.terms import has_numbers, paper_terms, term_weights
from rag.query.topic import has_topic, topic_of
from rag.text.english import is_everyday
from rag.text.languages import script_of
from rag.text.names.coined_names import written_as_name
from rag.types import EVERYTHING, Filter, Intent, Kind, Paper, Scope

if TYPE_CHECKING:
    from rag.models.embedding.embedder import Judgement, Vector

_HOLDERS = 20  # papers that are examined for a name
_MOST_OF_AUTHORS = 5  # papers that a question about an author is asked of
_OF_RECORDS: frozenset[Intent] = frozenset(("records", "collection", "count"))
_OF_SETS: frozenset[Intent] = frozenset(("list", "count"))
_ON_A_TOPIC: frozenset[Intent] = frozenset(("list", "count", "overview", "synthesis"))
_KINDS: Mapping[Intent, Kind] = {"list": "list", "count": "list", "comparison": "compare"}


@dataclass(frozen=True)
class QueryText:
    """A text to search with: its embedding, terms and mentions.

    Each property is computed once, when it is first used. ``question`` is the whole question that
    the text was taken from, if it is only a part.
    """

    library: Library = field(repr=False, compare=False)
    text: str
    question: str = ""
    _judged: dict[str, Judgement] = field(default_factory=dict, repr=False, compare=False)

    @property
    def vector(self) -> Vector:
        """The embedding; shape (dimensions,), unit length."""
        return self._embedding[0]

    @property
    def tokens(self) -> TokenStates:
        """The token embeddings of the text, from the same pass as the vector."""
        return self._embedding[1]

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """The text's terms with their inverse document frequencies."""
        return term_weights(self.library, self.text)

    @cached_property
    def named(self) -> tuple[Mention, ...]:
        """The papers of the library that the text names, in its order."""
        library = self.library

        def papers_with(word: str) -> list[Paper]:
            if is_everyday(word):  # every paper has "less"; the one that is meant has LESS
                return library.holders(f"{CAPITALS}{word}", _HOLDERS)
            terms = library.lexical.terms(word)
            hits = library.lexical.search(word, _HOLDERS)
            held = [i for i, _ in hits if terms and paper_terms(library, [i]).issuperset(terms)]
            return [library.by_id[i] for i in held if has_numbers(library, i, word)]

        small = _names_in_small_letters(library, self.text)
        return tuple(find_mentions(self.text, _titled(library, self.text), papers_with, small))

    @cached_property
    def reads_pairs(self) -> bool:
        """Whether the encoder can read the text together with a paper.

        It was taught to in Latin script; of answers in another one it knows nothing.
        """
        return self.library.embedder.has_heads and script_of(self.text) is None

    def judged(self, papers: Sequence[str]) -> Mapping[str, Judgement]:
        """What the encoder says after reading the question and each of these papers together.

        By paper id, for those with an abstract; empty if it does not read pairs. Each paper is read
        once, which takes as long as reading its abstract did.
        """
        library = self.library
        if not self.reads_pairs:
            return {}
        new = [i for i in papers if i not in self._judged and library.by_id[i].abstract]
        if new:
            read = library.tokens.of(new)
            texts, places = [], []
            for paper in (library.by_id[i] for i in new):
                heading = f"{paper.title}\n"
                texts.append(heading + paper.abstract)
                spans = read[paper.paper_id].sentences(paper.abstract)
                places.append([(len(heading) + s.start, len(heading) + s.end) for s in spans])
            found = library.embedder.judge(self.question or self.text, texts, places)
            self._judged.update(zip(new, found, strict=True))
        return {i: self._judged[i] for i in papers if i in self._judged}

    @property
    def judged_so_far(self) -> Mapping[str, Judgement]:
        """What `judged` has said until now, by paper id."""
        return MappingProxyType(self._judged)

    @cached_property
    def _embedding(self) -> tuple[Vector, TokenStates]:
        return self.library.read_question(self.text)


@dataclass(frozen=True)
class Query:
    """One question.

    ``asked`` is what the reader wrote, ``standalone`` the same rewritten so that it can be
    understood alone, ``text`` the latter without its metadata filter, which is part of ``scope``.
    ``search`` is the text to search with: ``text``, or the topic of a list or an overview.
    ``parts`` are the questions of which it consists, if it asks two things at once; else there are
    none. ``of_nothing``: it goes on about what an earlier question named and no paper has.
    ``limits`` are those of the papers that a list or count asks for. ``dated``: it asks for
    papers of some years, but no record has any.
    """

    asked: str
    standalone: str
    text: str
    intent: Intent
    scope: Scope
    search: QueryText
    parts: tuple[Query, ...] = ()
    of_nothing: bool = False
    limits: Limits = NO_LIMITS
    dated: bool = False

    @property
    def kind(self) -> Kind:
        """The form of the answer, unless the question is declined."""
        return _KINDS.get(self.intent, "answer")

    @property
    def library(self) -> Library:
        """The library that is searched."""
        return self.search.library

    @cached_property
    def asked_alone(self) -> QueryText:
        """The whole question, where ``search`` is only its topic; each paper is judged once."""
        if self.search.text == self.text:
            return self.search
        same = self.search.question == self.text
        return QueryText(self.library, self.text, "", self.search._judged if same else {})

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The papers in the scope that the question names."""
        by_id = self.library.by_id
        return tuple(m for m in self.search.named if in_scope(self.scope, by_id[m.paper_id]))

    @cached_property
    def content(self) -> QueryText:
        """The text to find sentences with: ``search`` without the titles of the named papers.

        Titles find papers, not the sentences in them. A question of hardly more than titles keeps
        them.
        """
        rest = without_titles(self.search.text, self.mentions)
        content = QueryText(self.library, rest)
        says = bool(content.weights) or len(rest.split()) > 1  # "by how much?"
        return content if rest != self.search.text and says else self.search

    @cached_property
    def of_authors(self) -> tuple[str, ...]:
        """The ids of the papers by the authors of the filter; empty if they are many."""
        if not self.scope.filter.authors:
            return ()
        few = self.library.lexical.within(self.scope, _MOST_OF_AUTHORS + 1)
        return tuple(sorted(few)) if len(few) <= _MOST_OF_AUTHORS else ()

    @property
    def papers_are_known(self) -> bool:
        """Whether the question, or the reader's choice, says which papers to answer from."""
        return bool(self.mentions or self.scope.papers or self.of_authors)

    @property
    def asks_in_general(self) -> bool:
        """Whether it only asks what authors did or found, so that any sentence answers."""
        return bool(self.scope.filter.authors) and asks_in_general(self.text)

    @property
    def lists_whole_scope(self) -> bool:
        """Whether the question only asks which papers pass its filter."""
        return self.kind == "list" and bool(self.scope.filter) and not self.search.weights

    @property
    def has_limits_alone(self) -> bool:
        """Whether a list has limits and no topic: "papers without attention", "five papers"."""
        return bool(self.limits) and not has_topic(self.limits.rest)


def read_query(
    standalone: QueryText,
    scope: Scope = EVERYTHING,
    *,
    asked: str | None = None,
    find_filter: bool = True,
    intent: Intent | None = None,
) -> Query:
    """Read a question that can be understood alone, within ``scope``.

    With ``find_filter`` the authors, years and venues that it names narrow the scope. ``asked`` is
    the question as the reader wrote it, if that differs; ``intent`` what it asks for, if known.
    """
    library, text = standalone.library, standalone.text
    if find_filter:
        found, text = _split_filter(library, text)
        scope = Scope(scope.papers, narrowed(scope.filter, found))
    undated = text if library.has_years else _without_years(text)
    # A filter without any further term asks for a list of the papers that pass it.
    only_filter = find_filter and bool(scope.filter) and not library.lexical.terms(text)
    intent = intent or intent_of(standalone)
    if only_filter and intent not in _OF_RECORDS:
        intent = "list"
    elif scope.filter.authors and asks_in_general(text) and intent not in _OF_RECORDS:
        few = library.lexical.count(scope) <= _MOST_OF_AUTHORS
        intent, text = ("lookup", text) if few else ("list", "papers")
    search = standalone if text == standalone.text else QueryText(library, text)
    limits = read_limits(undated) if intent in _OF_SETS else Limits(undated)
    if intent in _ON_A_TOPIC:
        search = QueryText(library, topic_of(limits.rest), limits.rest)
    asked = standalone.text if asked is None else asked
    dated = undated != text
    return Query(asked, standalone.text, text, intent, scope, search, limits=limits, dated=dated)


def _without_years(text: str) -> str:
    """The text without the years that it asks for, where no record has any."""

    def matching(wanted: Filter) -> int:
        return int(not (wanted.authors or wanted.venues))

    return split_filter(text, LibraryFacts(matching, lambda _: 0, lambda _: False))[1]


def _split_filter(library: Library, question: str) -> tuple[Filter, str]:
    """The authors, years and venues that a question names, and the rest of it."""

    def matching(wanted: Filter) -> int:
        return library.lexical.count(Scope(filter=wanted))

    def mentioning(text: str) -> int:
        terms = library.lexical.terms(text)
        return min((library.lexical.frequency(term) for term in terms), default=0)

    return split_filter(question, LibraryFacts(matching, mentioning, library.venues.__contains__))


def _names_in_small_letters(library: Library, text: str) -> list[str]:
    """Words such as gcog and sinet that a single paper has and writes as a coined name."""
    found = []
    for word in re.findall(r"\b[a-z][a-z0-9]{2,}\b(?!-\d)", text):  # not the gpt of gpt-4
        terms = library.lexical.terms(word)
        if len(terms) != 1 or library.lexical.frequency(terms[0]) != 1 or is_everyday(word):
            continue
        papers = [library.by_id[i] for i, _ in library.lexical.search(word, 1)]
        if any(written_as_name(word, f"{paper.title} {paper.abstract}") for paper in papers):
            found.append(word)
    return found


def _titled(library: Library, text: str) -> list[Paper]:
    """The papers whose title, or the part before its colon, stands in the text."""
    keys = list(dict.fromkeys(f"{TITLE}{run}" for run in runs_of(text)))
    titles = compress(keys, library.lexical.key_counts(keys))
    found = {paper.paper_id: paper for key in titles for paper in library.holders(key)}
    return [found[i] for i in sorted(found, key=library.places.__getitem__)]
