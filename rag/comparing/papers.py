"""Which papers are compared: by id or title, by a question, or by a paper that they are near."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from rag.decisions.papers import choose_papers, list_papers
from rag.errors import ComparisonError, UnknownPaperError
from rag.index.filters import holds
from rag.index.library import Library
from rag.retrieval.focus import find_named
from rag.retrieval.query.questions import kind_of, topic_of
from rag.retrieval.search import retrieve
from rag.text.titles import head_of, normalise_title
from rag.types import EVERYTHING, Paper, Scope

FEWEST, MOST = 2, 50
_NEAREST = 10
_MOST_EXAMINED = 1000  # papers that are looked at one by one
_OFFERED = 4
_ALIKE = 0.85  # of a title's letters in order: a slip of the pen, no other title
_NEAR = 0.5


def find_paper(library: Library, given: str) -> Paper:
    """The paper with this id, this title, or the only title that it is the start or a part of.

    Raises UnknownPaperError, offering candidates, where there is none or more than one.
    """
    if given in library.by_id:
        return library.by_id[given]
    wanted = normalise_title(given)
    titles = {paper.paper_id: normalise_title(paper.title) for paper in library.papers}
    for found in (
        [i for i, title in titles.items() if wanted and title == wanted],
        [i for i in titles if wanted and _head(library.by_id[i].title) == wanted],
        [i for i, title in titles.items() if wanted and re.search(rf"\b{wanted}\b", title)],
        [i for i, title in titles.items() if _similarity(wanted, title) >= _ALIKE],
    ):
        if len(found) == 1:
            return library.by_id[found[0]]
        if found:
            raise UnknownPaperError(
                f"{given!r} fits {len(found)} papers: {_offered(library, found)}.",
                "Give the id of one of them.",
            )
    near = sorted(titles, key=lambda i: -_similarity(wanted, titles[i]))
    near = [i for i in near if _similarity(wanted, titles[i]) >= _NEAR] or _by_search(
        library, given
    )
    raise UnknownPaperError(
        f"No paper has the id or title {given!r}.",
        f"Near are: {_offered(library, near)}." if near else "`paperchat search WORDS` shows ids.",
    )


def find_papers(library: Library, given: Sequence[str]) -> tuple[list[Paper], list[str]]:
    """The papers in order, each once, and the titles of those that were given again."""
    papers: dict[str, Paper] = {}
    again = []
    for text in given:
        paper = find_paper(library, text)
        if paper.paper_id in papers:
            again.append(paper.title)
        papers[paper.paper_id] = paper
    return list(papers.values()), again


def search_papers(library: Library, text: str, most: int = 6) -> list[Paper]:
    """The papers one may mean by what was typed so far, at most ``most``.

    Those whose title has every word, as whole words or the beginnings of some, then those that the
    words find.
    """
    words = normalise_title(text).split()
    if text.strip() in library.by_id:
        return [library.by_id[text.strip()]]
    if not words:
        return []
    starts = re.compile("".join(rf"(?=.*\b{re.escape(word)})" for word in words))
    titled = [paper for paper in library.papers if starts.match(normalise_title(paper.title))]
    found = [item.paper for item in retrieve(library, text, most).ranked]
    unique = {paper.paper_id: paper for paper in [*titled[:most], *found]}
    return list(unique.values())[:most]


def papers_about(library: Library, question: str, scope: Scope = EVERYTHING) -> list[Paper]:
    """The papers that a question is about, those it names first; two at least, fifty at most.

    "Which papers ...?" is a pass over the whole corpus, as it is for an answer.
    """
    if kind_of(question) == "list":
        everything = min(len(library.papers), _MOST_EXAMINED)
        found = retrieve(library, topic_of(question), everything, scope, whole=True)
        chosen = list_papers(library, found)[:MOST]
    else:
        found = retrieve(library, question, _NEAREST, scope)
        named = find_named(library, found.query)
        mentions = [m for m in named if holds(scope, library.by_id[m.paper_id])]
        chosen = choose_papers(library, found, mentions)
    ranked = [item.paper.paper_id for item in found.ranked]
    chosen += [i for i in ranked if i not in chosen][: max(0, FEWEST - len(chosen))]
    return [library.by_id[i] for i in chosen]


def papers_near(library: Library, paper: Paper, scope: Scope = EVERYTHING) -> list[Paper]:
    """The paper, then the ten nearest to it by its title and its abstract's opening."""
    found = retrieve(library, f"{paper.title}. {paper.abstract[:300]}", _NEAREST + 1, scope)
    others = [item.paper for item in found.ranked if item.paper.paper_id != paper.paper_id]
    return [paper, *others[:_NEAREST]]


def papers_on(
    library: Library, statements: Sequence[str], scope: Scope = EVERYTHING
) -> list[Paper]:
    """The ten papers nearest to each statement, each paper once; fifty at most."""
    found: dict[str, Paper] = {}
    for statement in statements:
        for item in retrieve(library, statement, _NEAREST, scope).ranked:
            found[item.paper.paper_id] = item.paper
    return list(found.values())[:MOST]


def papers_within(library: Library, scope: Scope) -> list[Paper]:
    """Every paper that the scope holds, in the library's order."""
    held = set(library.lexical.within(scope, library.lexical.count(scope)))
    return [paper for paper in library.papers if paper.paper_id in held]


def check_count(papers: Sequence[Paper]) -> None:
    """Raises ComparisonError for fewer than two papers, or more than fifty."""
    if len(papers) < FEWEST:
        raise ComparisonError(
            f"{len(papers)} paper{'' if len(papers) == 1 else 's'} cannot be compared; "
            f"it takes {FEWEST} to {MOST}.",
            "Name another with --paper, or ask for papers with --about QUESTION.",
        )
    if len(papers) > MOST:
        raise ComparisonError(
            f"{len(papers)} papers are too many to compare; it takes {FEWEST} to {MOST}.",
            "Leave some out.",
        )


def _head(title: str) -> str:
    return normalise_title(head_of(title))


def _similarity(wanted: str, title: str) -> float:
    """0 to 1: the letters that both have in order, of all."""
    return fuzz.ratio(wanted, title) / 100 if wanted else 0.0


def _by_search(library: Library, given: str) -> list[str]:
    """The best papers for the words that were given."""
    return [i for i, _ in library.lexical.search(given, _OFFERED)]


def _offered(library: Library, ids: Sequence[str]) -> str:
    names = [f"{library.by_id[i].title} ({i})" for i in ids[:_OFFERED]]
    return "; ".join([*names, *(["..."] if len(ids) > _OFFERED else [])])
