"""Answers questions about the collection as a whole, from its records and its map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.telling.asked.conditions import Conditions, papers_meeting, read_conditions
from rag.answering.telling.asked.described import description_in, named_papers, papers_on
from rag.answering.telling.asked.fields import fields_asked
from rag.answering.telling.asked.ranks import rank_asked
from rag.answering.telling.asked.years import years_in
from rag.answering.telling.examples import examples_for
from rag.answering.telling.records import portrait
from rag.answering.telling.records.lacking import told_lacking
from rag.answering.telling.records.listing import line_of, listed, missing_everywhere, told_list
from rag.answering.telling.records.relations import told_first
from rag.answering.telling.told import Collection, Told
from rag.answering.telling.writing import Writer, joined, number_of
from rag.query.limits import read_limits
from rag.query.query import Query, QueryText
from rag.text.characters.escaping import as_markdown
from rag.text.lexicons import lexicon
from rag.text.words import fold
from rag.types import Paper, Scope

_FAR = 0.5  # an example that is further away says nothing
_ROOM = 100  # papers that a list of all shows
_WHOLE = "The window's Papers page shows them all; `paperchat export --all` writes them to a file."
_MOST, _SOME = 0.5, 0.1  # shares of the papers
_LEVEL, _NEXT = 10, 2  # papers that are shown if several are the newest, and after the newest
_NEWEST = re.compile(
    r"\b(?:newest|latest|most recent|youngest|last paper|most current)\b"
    r"|\brecent(?=\s+(?:papers|articles|studies|works?|publications|ones)\b)",
    re.IGNORECASE,
)
_OLDEST = re.compile(r"\b(?:oldest|earliest|first paper|first published)\b", re.IGNORECASE)
_END_WORDS = re.compile(
    rf"{_NEWEST.pattern}|{_OLDEST.pattern}|\b(?:{'|'.join(sorted(lexicon('cardinals')))})\b|\d+",
    re.IGNORECASE,
)
_SORTED = re.compile(
    r"\bsort(?:ed|ing)?\b(?!\s+of)|\bnewest to oldest\b|\boldest to newest\b|\bby date\b"
    r"|\bchronolog\w*",
    re.IGNORECASE,
)
_EACH_YEAR = re.compile(
    r"\b(?:per|each|every|by) year\b|\bbreakdown\b|\bdistribut\w*|\bover the years\b", re.IGNORECASE
)
_MOST_FREQUENT = re.compile(
    r"\bmost (?:frequent|common|prolific|papers)\b|\btop \w+\b", re.IGNORECASE
)
_LIMIT = re.compile(
    r"\b(?P<more>more than|over|at least)\s+(\d+)\b|\b(?:fewer than|less than|under)\s+(\d+)\b",
    re.I,
)
_TOPICS = re.compile(r"\b(?:topic|subject|field|theme|discipline)", re.IGNORECASE)
# Words around the topic in "is this mostly about X", besides function words.
_ABOUT = re.compile(
    r"\b(?:mostly|mainly|purely|entirely|all|only|just|about|any|besides|covered|everything|leans?"
    r"|towards?|share|proportion|ratio|much|stuff|other|than|hard|biased|focus(?:ed)?|limited|whole"
    r"|also|basically|primarily)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"\b(?:and|or|to|vs|versus|from)\b|,", re.IGNORECASE)


def about_collection(query: Query, collection: Collection) -> Told:
    """The answer to a question about the collection."""
    library = query.library
    if not library.papers:
        return Told("This collection is still empty: add papers on the Library page.")
    _, text = named_papers(query, Scope())
    conditions = read_conditions(query.library, text, query.scope.filter)
    if told := told_lacking(query, years_in(text).rest):
        return told
    newest, oldest = bool(_NEWEST.search(text)), bool(_OLDEST.search(text))
    papers = papers_meeting(query, conditions)
    rank = None if newest or oldest else rank_asked(conditions.rest)
    listing = not (newest or oldest or rank or _MOST_FREQUENT.search(text))
    if conditions and (listing or not papers or missing_everywhere(library, conditions)):
        # That there is none is an answer here.
        return replace(told_list(query, conditions), reason=None)
    if rank:
        return told_first(papers, rank, chosen=False)
    if _SORTED.search(text):
        return _by_year(papers, oldest_first=oldest and not newest)
    if newest or oldest:
        topic = description_in(library, _END_WORDS.sub(" ", conditions.rest))
        on_topic = papers_on(library, topic, papers, surely=True)
        which = f" on “{as_markdown(topic)}”" if on_topic else ""
        return _ends(on_topic or papers, which, newest=newest, oldest=oldest)
    return _asked(query, text, papers, conditions, collection)


def _asked(
    query: Query,
    text: str,
    papers: Sequence[Paper],
    conditions: Conditions,
    collection: Collection,
) -> Told:
    """What words and the nearest examples ask for; the whole portrait if that is unclear."""
    message = QueryText(query.library, text)
    nearest = examples_for("collection", query.library.embedder).nearest(message)
    group = nearest.group if nearest.score >= _FAR else "portrait"
    fields = {"authors" if "author" in name else name for name in fields_asked(text)}
    fields &= {"year", "venue", "authors"}
    if not fields and group in ("year", "venue", "authors"):
        fields = {group}
    writer = Writer()
    which = f" {conditions.in_words()}" if conditions else ""
    size = portrait.size(papers, which, chosen=bool(query.scope.papers))
    blocks = [_verdict(text, len(papers)) + size]
    if fields:
        blocks += [portrait.years(papers, each=bool(_EACH_YEAR.search(text)))] * ("year" in fields)
        blocks += [portrait.venues(papers)] * ("venue" in fields)
        blocks += [portrait.authors(papers)] * ("authors" in fields)
    elif group == "list":
        blocks += _some(papers, read_limits(text).most, writer)
    elif group == "about":
        blocks.insert(0, _about(query, text, papers))
    elif group == "other":
        blocks.insert(0, "The records do not say that. This is what they hold.")
    if not fields and group in ("portrait", "other"):
        blocks.append(portrait.records(papers))
    if _TOPICS.search(text) if fields else group in ("topics", "about", "portrait", "other"):
        blocks.append(portrait.topics(collection.topics(), writer))
    return writer.told(*blocks)


def _some(papers: Sequence[Paper], asked: int | None, writer: Writer) -> list[str]:
    """As many of the papers as are asked for, or all that an answer has room for."""
    if asked is not None and asked < len(papers):
        lead = f"The first {asked} of them:" if asked > 1 else "The first of them:"
        shown = papers[: min(asked, _ROOM)]
        return [lead, listed(shown, writer, _ROOM)]
    whole = [] if len(papers) <= _ROOM else [_WHOLE]
    return [listed(papers, writer, _ROOM), *whole]


def _verdict(text: str, count: int) -> str:
    """Yes or no to "more than 50 papers?"; else empty."""
    limit = _LIMIT.search(text)
    if limit is None:
        return ""
    number = int(limit[2] or limit[3])
    if limit["more"]:
        return "Yes. " if count > number - (fold(limit["more"]) == "at least") else "No. "
    return "Yes. " if count < number else "No. "


def _ends(papers: Sequence[Paper], which: str, *, newest: bool, oldest: bool) -> Told:
    """The newest or the oldest papers, or both."""
    dated = [paper for paper in papers if paper.year is not None]
    if not dated:
        return Told("The records here have no years, so I cannot tell which is older or newer.")
    writer = Writer()
    blocks = []
    for name in ["newest"] * newest + ["oldest"] * oldest:
        ordered = _ordered(dated, oldest_first=name == "oldest")
        first = [paper for paper in ordered if paper.year == ordered[0].year]
        if len(first) > 1:
            blocks.append(f"The {name} papers{which} are from {ordered[0].year}:")
            blocks.append(listed(first, writer, _LEVEL))
        else:
            blocks.append(f"The {name} paper{which} is from {ordered[0].year}:")
            blocks.append(line_of(ordered[0], writer))
        following = ordered[1 : 1 + _NEXT] if len(first) == 1 and not (newest and oldest) else []
        blocks += ["Then:", listed(following, writer)] if following else []
    undated = len(papers) - len(dated)
    verb = "has" if undated == 1 else "have"
    return writer.told(*blocks, f"{number_of(undated)} {verb} no year." if undated else "")


def _on(query: Query, topic: str, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that have all words of a topic; none for no topic."""
    of = query.library.terms_of
    terms = set(query.library.lexical.terms(topic))
    return [paper for paper in papers if terms and terms <= of(paper.title) | of(paper.abstract)]


def _by_year(papers: Sequence[Paper], *, oldest_first: bool) -> Told:
    """All papers with a year, in its order."""
    ordered = _ordered([p for p in papers if p.year is not None], oldest_first=oldest_first)
    if not ordered:
        return Told("The records here have no years, so I cannot sort the papers.")
    writer = Writer()
    return writer.told(portrait.years(papers), listed(ordered, writer))


def _ordered(papers: Sequence[Paper], *, oldest_first: bool) -> list[Paper]:
    return sorted(papers, key=lambda paper: paper.year or 0, reverse=not oldest_first)


def _about(query: Query, text: str, papers: Sequence[Paper]) -> str:
    """In how many papers the words stand about which a question asks, and what that says."""
    library = query.library
    parts = (description_in(library, part) for part in _APART.split(_ABOUT.sub(" ", text)))
    counts = {as_markdown(words): len(_on(query, words, papers)) for words in parts if words}
    if not counts:
        return ""
    said = joined([f"“{words}” in {count or 'none'}" for words, count in counts.items()])
    line = f"by the words of titles and abstracts: {said} of {number_of(len(papers))}."
    if len(counts) > 1:
        return f"B{line[1:]}"
    share = next(iter(counts.values())) / len(papers)
    degrees = ((_MOST, "Mostly"), (_SOME, "In part"), (0.0, "Only a little"))
    return f"{next((name for least, name in degrees if share > least), 'No')}, {line}"
