"""Selects the papers to compare: by id or title, question, nearest paper, statement or filter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from rag.comparing.selection import PaperSelection
from rag.decisions.papers import papers_for_list, select_papers
from rag.errors import ComparisonError, UnknownPaperError
from rag.index.library import Library
from rag.index.words.keys import TITLE, title_key
from rag.query.query import QueryText, read_query
from rag.retrieval.search import retrieve, retrieve_query
from rag.text.names.titles import head_of, normalise_title
from rag.types import EVERYTHING, Paper, Scope

FEWEST, MOST = 2, 50
_NEAREST = 10
_OFFERED = 4
_EXAMINED = 1000  # papers whose titles are looked at: all, or those with the words and letters
_TYPO = 0.85  # similarity from which on a title counts as found, with a typo
_SIMILAR = 0.45  # similarity from which on a title is suggested


def papers_for(library: Library, selection: PaperSelection) -> tuple[list[Paper], list[str]]:
    """The papers to compare, each once, in order; and the titles of those given more than once.

    Does not check how many there are. Raises UnknownPaperError for a paper that is not there.
    """
    papers, again = find_papers(library, selection.papers)
    scope = library.scope((), selection.filter)
    if selection.about is not None:
        papers += papers_about(library, selection.about, scope)
    if selection.nearest:
        papers += papers_near(library, find_paper(library, selection.nearest), scope)
    if not selection.names_papers and selection.statements:
        papers += papers_on(library, selection.statements, scope)
    elif not selection.names_papers:
        papers += papers_within(library, scope)
    return list({paper.paper_id: paper for paper in papers}.values()), again


def find_paper(library: Library, given: str) -> Paper:
    """The paper with this id or title, or the only one whose title contains the text.

    Raises UnknownPaperError, with suggestions, if there is none or more than one.
    """
    if given in library.by_id:
        return library.by_id[given]
    wanted = normalise_title(given)
    titles = {p.paper_id: normalise_title(p.title) for p in _titled_alike(library, given)}
    for found in (
        [i for i, title in titles.items() if wanted and title == wanted],
        [i for i in titles if wanted and _head(library.by_id[i].title) == wanted],
        [i for i, title in titles.items() if wanted and re.search(rf"\b{wanted}\b", title)],
        [i for i, title in titles.items() if _similarity(wanted, title) >= _TYPO],
    ):
        if len(found) == 1:
            return library.by_id[found[0]]
        if found:
            raise UnknownPaperError(
                f"{given!r} fits {len(found)} papers: {_offered(library, found)}.",
                "Give the id of one of them.",
            )
    near = sorted(titles, key=lambda i: -_similarity(wanted, titles[i]))
    near = [i for i in near if _similarity(wanted, titles[i]) >= _SIMILAR] or _by_search(
        library, given
    )
    raise UnknownPaperError(
        f"No paper has the id or title {given[:200]!r}.",
        f"Near are: {_offered(library, near)}."
        if near
        else "A search for words of its title shows the id.",
    )


def find_papers(library: Library, given: Sequence[str]) -> tuple[list[Paper], list[str]]:
    """The papers in order, each once, and the titles of those that were given more than once."""
    papers: dict[str, Paper] = {}
    again = []
    for text in given:
        paper = find_paper(library, text)
        if paper.paper_id in papers:
            again.append(paper.title)
        papers[paper.paper_id] = paper
    return list(papers.values()), again


def search_papers(library: Library, text: str, most: int = 6) -> list[Paper]:
    """At most ``most`` papers for the text that a reader has typed so far.

    First those whose title has every word, or a word that begins with it; then those that a search
    finds.
    """
    words = normalise_title(text).split()
    if text.strip() in library.by_id:
        return [library.by_id[text.strip()]]
    if not words:
        return []
    starts = re.compile("".join(rf"(?=.*\b{re.escape(word)})" for word in words))
    alike = dict.fromkeys([*_titled_so(library, text, most), *_titled_alike(library, text)])
    titled = [paper for paper in alike if starts.match(normalise_title(paper.title))]
    found = [item.paper for item in retrieve(library, text, most).ranked]
    unique = {paper.paper_id: paper for paper in [*titled[:most], *found]}
    return list(unique.values())[:most]


def papers_about(library: Library, question: str, scope: Scope = EVERYTHING) -> list[Paper]:
    """The papers that a question is about, those it names first; at least two, at most fifty.

    "Which papers ...?" looks at the whole corpus, as an answer to it does.
    """
    query = read_query(QueryText(library, question), scope, find_filter=False)
    found = retrieve_query(query, _NEAREST)
    if query.kind == "list":
        chosen = papers_for_list(found).certain[:MOST]
    else:
        chosen = select_papers(found, query.mentions)
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
    """Every paper in the scope, in the library's order."""
    return list(library.papers_within(scope))


def check_count(papers: Sequence[Paper]) -> None:
    """Raises ComparisonError for fewer than two papers, or more than fifty."""
    if len(papers) < FEWEST:
        raise ComparisonError(
            f"{len(papers)} paper{'' if len(papers) == 1 else 's'} cannot be compared; "
            f"it takes {FEWEST} to {MOST}.",
            "Name another, or ask for the papers that a question is about.",
        )
    if len(papers) > MOST:
        raise ComparisonError(
            f"{len(papers)} papers are too many to compare; it takes {FEWEST} to {MOST}.",
            "Leave some out.",
        )


def _titled_so(library: Library, text: str, most: int) -> list[Paper]:
    """Some papers whose titles begin with a text, which may be none but "On the"."""
    if len(library.papers) <= _EXAMINED:
        return []  # all are looked at
    begun = library.lexical.keys(TITLE, title_key(text))[:most]
    return [paper for key, _ in begun for paper in library.holders(f"{TITLE}{key}", most)]


def _titled_alike(library: Library, text: str) -> Sequence[Paper]:
    """The papers whose title may be a text, or have its words or letters, in order."""
    if len(library.papers) <= _EXAMINED:
        return library.papers
    same = library.lexical.holders(f"{TITLE}{title_key(text)}", _EXAMINED)
    found = {*same, *(i for i, _ in library.lexical.search(text, _EXAMINED))}
    return [library.papers[at] for at in sorted(library.places[i] for i in found)]


def _head(title: str) -> str:
    return normalise_title(head_of(title))


def _similarity(wanted: str, title: str) -> float:
    """Normalised Indel similarity, 0 to 1: the share of characters in common, in order."""
    return fuzz.ratio(wanted, title) / 100 if wanted else 0.0


def _by_search(library: Library, given: str) -> list[str]:
    """The best papers for the words that were given."""
    return [i for i, _ in library.lexical.search(given, _OFFERED)]


def _offered(library: Library, ids: Sequence[str]) -> str:
    names = [f"{library.by_id[i].title} ({i})" for i in ids[:_OFFERED]]
    return "; ".join([*names, *(["..."] if len(ids) > _OFFERED else [])])
