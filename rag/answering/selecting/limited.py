"""Lists and counts with limits: a number of papers, what they must not be about, those with code.

Whether a paper uses something, or has code, is told by its title and abstract alone; so the answer
says what was looked for in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.answering.selecting.by_aspect import quote_aspects, quote_gists
from rag.answering.selecting.groups import Group, Selection
from rag.answering.selecting.lists import MOST_LISTED, maybe_of, members_of, of_any_year
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.answerability import reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import CODE
from rag.decisions.papers import Members
from rag.query.query import Query, QueryText
from rag.query.terms import paper_terms
from rag.query.topic import topic_of
from rag.retrieval.search import MOST_EXAMINED, Retrieval, search
from rag.text.characters.escaping import as_markdown
from rag.types import Coverage, Evidence

_APART = re.compile(r"\s+(?:and|or|nor)\s+|,\s*", re.IGNORECASE)
_UNTOLD = "The papers themselves may say more."


@dataclass(frozen=True, slots=True)
class _Kept:
    """The papers that pass the limits so far; ``said`` tells which do, without a full stop.

    ``quotes`` are sentences that show it, by paper id.
    """

    certain: Sequence[str]
    doubtful: Sequence[str] = ()
    said: str = ""
    quotes: Mapping[str, Evidence] = field(default_factory=dict)


def limited_list(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    """The papers on the topic, or all, that pass the limits of the question."""
    everything = query.has_limits_alone or query.lists_whole_scope
    members = _all(query, retrieval) if everything else members_of(query, retrieval)
    if not everything:
        papers = members.certain[:MOST_LISTED]
        scored = score_sentences(query.content, papers, query.search.judged(papers))
        if reason := reason_not_to_list(retrieval, scored):
            return Selection((), reason)
    kept = _Kept(members.certain, members.doubtful)
    topic = "" if everything else f" on “{as_markdown(query.search.text)}”"
    if query.limits.code is not None:
        kept = _by_code(query, kept, topic, aspect_ranker)
    if query.limits.apart:
        kept = _leaving_out(query, kept, topic, farthest_first=everything)
    return _selection(query, members, kept, aspect_ranker)


def _all(query: Query, retrieval: Retrieval) -> Members:
    """All papers of the scope, as far as they are examined, in the library's order."""
    ids = [item.paper.paper_id for item in retrieval.ranked if item.paper.abstract]
    ids.sort(key=query.library.places.__getitem__)
    return Members(ids, [], len(retrieval.ranked))


def _by_code(query: Query, kept: _Kept, topic: str, aspect_ranker: AspectRanker) -> _Kept:
    """The papers whose abstracts speak of their code, or those whose do not."""
    papers = [query.library.by_id[i] for i in kept.certain]
    quotes = {e.paper.paper_id: e for e in quote_aspects(aspect_ranker, papers, [CODE])}
    found = [i for i in kept.certain if (i in quotes) == query.limits.code]
    one = len(found) == 1
    if query.limits.code:
        what = f"{'says' if one else 'say'} that there is code, or a project page"
    else:
        what = f"{'says' if one else 'say'} nothing of code"
    return _Kept(found, (), f"{_share(found, kept.certain, topic)} {what}", quotes)


def _leaving_out(query: Query, kept: _Kept, topic: str, *, farthest_first: bool) -> _Kept:
    """The papers that do not speak of what is to be left out."""
    speaking, nearest = _speaking_of(query, query.limits.apart)
    found = [i for i in kept.certain if i not in speaking]
    doubtful = [i for i in kept.doubtful if i not in speaking]
    if farthest_first:
        place = {paper_id: at for at, paper_id in enumerate(nearest)}
        found.sort(key=lambda paper_id: -place.get(paper_id, len(place)))
    verb = "does" if len(found) == 1 else "do"
    order = ", those furthest from it first" if farthest_first and len(found) > 1 else ""
    apart = as_markdown(query.limits.apart)
    what = f"{verb} not speak of “{apart}” in title or abstract{order}"
    if not found:
        what = f"speak{'s' if len(kept.certain) == 1 else ''} of “{apart}” in title or abstract"
    said = f"{_share(found or kept.certain, kept.certain, topic)} {what}"
    return _Kept(found, doubtful, f"{kept.said}. {said}" if kept.said else said, kept.quotes)


def _share(found: Sequence[str], among: Sequence[str], topic: str) -> str:
    """How many of how many papers: "5 of the 82 papers"; "All 3 papers on “reefs”"."""
    if len(among) == 1 and found:
        return f"The only paper{topic}"
    if not found:
        return f"None of the {len(among):,} papers{topic}"
    if len(found) == len(among) > 1:
        return f"{'Both' if len(found) == 2 else f'All {len(found):,}'} papers{topic}"
    return f"{len(found):,} of the {len(among):,} papers{topic}"


def _speaking_of(query: Query, text: str) -> tuple[frozenset[str], list[str]]:
    """The papers that have the words of one of the alternatives in ``text``, or are about it.

    And all that were examined, the nearest first.
    """
    library = query.library
    parts = [set(library.lexical.terms(topic_of(part))) for part in _APART.split(text)]
    about = replace(query, search=QueryText(library, topic_of(text)))
    everything = min(len(library.papers), MOST_EXAMINED)
    retrieval = search(about.search, everything, query.scope, whole=True)
    nearest = [item.paper.paper_id for item in retrieval.ranked]
    held = [i for i in nearest if _holds(parts, paper_terms(library, [i]))]
    members = members_of(about, retrieval)
    return frozenset([*held, *members.certain, *members.doubtful]), nearest


def _holds(parts: Sequence[set[str]], terms: set[str]) -> bool:
    return any(part and part <= terms for part in parts)


def _selection(
    query: Query, members: Members, kept: _Kept, aspect_ranker: AspectRanker
) -> Selection:
    by_id, total = query.library.by_id, len(kept.certain)
    if not total:
        return Selection((), "not_in_corpus", lead=f"{kept.said}. {_UNTOLD}")
    wanted = min(query.limits.most or MOST_LISTED, MOST_LISTED)
    shown = kept.certain[:wanted]
    gists = {e.paper.paper_id: e for e in quote_gists(aspect_ranker, [by_id[i] for i in shown])}
    quotes = {**gists, **kept.quotes}
    evidence = tuple(
        replace(quotes[paper_id], number=number)
        for number, paper_id in enumerate((i for i in shown if i in quotes), start=1)
    )
    doubtful = [by_id[i] for i in kept.doubtful]
    missing = max(0, wanted - total) if query.limits.most else len(doubtful)
    maybe = maybe_of(aspect_ranker, doubtful, missing)
    groups = [Group(evidence=tuple(item.number for item in evidence))]
    groups += [Group("Maybe", papers=maybe)] if maybe else []
    return Selection(
        evidence,
        None,
        Coverage(members.examined, total, query.library.lexical.count(query.scope)),
        tuple(item.paper.paper_id for item in evidence),
        lead=of_any_year(query, _lead(query, kept, len(evidence), len(maybe))),
        groups=tuple(groups),
        named=True,
    )


def _lead(query: Query, kept: _Kept, shown: int, maybe: int) -> str:
    """What was found, and how much of it is shown."""
    total, most = len(kept.certain), query.limits.most
    papers, is_ = ("1 paper", "is") if shown == 1 else (f"{shown} papers", "are")
    if kept.said:
        part = "" if shown == total else f" Of these {papers} {is_} shown."
        return f"{kept.said}.{part} {_UNTOLD}"
    if shown < total:
        return f"{papers}, as asked, of {total:,} that belong here."
    fewer = f", not {most:,}" if most and most > total else ""
    more = f", and {maybe} more that may belong here" if maybe else ""
    return f"{papers}{fewer}{more}."
