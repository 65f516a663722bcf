"""Summary of a comparison: what the papers share and where they differ, from their quotes. Pure.

Each claim attributes a name, a kind of data, a term or a number to the papers that it cites, and
is dropped for papers whose quotes do not contain it. Numbers are compared where metric and data set
are the same; others are listed only with the remark that they cannot be ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rag.answering.verify.comparisons import compares_otherwise
from rag.comparing.summary.patterns import (
    KIND_WORDS,
    KINDS,
    METHODS,
    first_figure,
    is_used_on,
    mentions_kind,
    names_in,
)
from rag.comparing.summary.quoted import MOST_NAMED, Quoted, is_quoted
from rag.decisions.aspects import APPROACH, BASELINE, CODE, DATA, NOVELTY, RESULT
from rag.text.keyphrases import acronyms, as_keys, key_of, phrases_of
from rag.text.names.coined_names import is_coined_name
from rag.text.wording import enumerated
from rag.types import Cell, Measure, Paper, SummaryClaim

_MOST_CLAIMS = 6
_MOST_KINDS = 2
_MOST_TERMS = 3
_MOST_ALIKE = 2  # claims on values that were measured alike
_OWN_WORK = (APPROACH, NOVELTY, DATA, RESULT)  # what a paper says of its own work


def summarise(papers: Sequence[Paper], cells: Iterable[Cell]) -> tuple[SummaryClaim, ...]:
    """At most six claims: contradictions, what is shared, what differs, numbers, code."""
    made = list(cells)
    quoted = Quoted.of(papers, made)
    last = [*(_alike(quoted, made) or _numbers(quoted)), *_code(quoted, made)]
    first = [
        *_opposed_results(quoted)[:1],
        *_kinds_of_data(quoted)[:_MOST_KINDS],
        *_terms(quoted),
        *_datasets(quoted)[:1],
        *_rivals(quoted)[:1],
    ]
    return tuple([*first[: _MOST_CLAIMS - len(last)], *last])


def _opposed_results(quoted: Quoted) -> list[SummaryClaim]:
    """Two papers whose results compare the same things the other way round."""
    results = {i: [(q, names_in(q)) for q in quoted.of_paper(i, RESULT)] for i in quoted.ids}
    claims = []
    for one, other in combinations(results, 2):
        # "Our method" means another method in each paper, so both quotes must share names.
        pairs = [(a, b) for a, n in results[one] for b, m in results[other] if len(n & m) > 1]
        if any(compares_otherwise(a, b) for a, b in pairs):
            text = (
                f"The results of {enumerated([quoted.title(one), quoted.title(other)])} compare "
                "the same things and come out the other way round."
            )
            claims.append(_claim(text, [one, other]))
    return claims


def _kinds_of_data(quoted: Quoted) -> list[SummaryClaim]:
    """Kinds of data: what all name, in one claim; then what some name and others do not."""
    everyone = quoted.ids
    holders = {
        called: quoted.papers_quoting(
            called, [i for i in everyone if mentions_kind(quoted.text(i, DATA), kind)], DATA
        )
        for kind, called in KINDS.items()
    }
    shared = [called for called, ids in holders.items() if len(ids) == len(everyone)]
    claims = []
    if shared:
        text = f"{quoted.who(everyone)} name {enumerated(shared)} for their data."
        claims.append(_claim(text, everyone))
    some = [(called, ids) for called, ids in holders.items() if 2 <= len(ids) < len(everyone)]
    for called, ids in sorted(some, key=lambda item: -len(item[1])):
        rest = quoted.others_lack(called, ids)
        claims.append(_claim(f"{quoted.who(ids)} name {called} for their data{rest}.", ids))
    return claims


def _terms(quoted: Quoted) -> list[SummaryClaim]:
    """Terms that several papers use for their own work, the most shared first."""
    claims: list[SummaryClaim] = []
    seen_keys = ""  # keys of the terms that are in a claim already
    data_sets = {as_keys(name).strip() for name, _ in _named(quoted, datasets=True)}
    for term, candidates in _shared_terms(quoted):
        # That all say "attention" tells nothing; data sets have claims of their own.
        plain = len(term.split()) == 1 and not is_coined_name(term)
        if plain or as_keys(term).strip() in data_sets:
            continue
        if as_keys(term).strip() in seen_keys or term.lower() in KIND_WORDS:
            continue
        ids = quoted.papers_quoting(term, candidates, *_OWN_WORK)
        if len(ids) < 2 or any(set(ids) == set(claim.citations) for claim in claims):
            continue
        rest = quoted.others_lack(term, ids)
        claims.append(
            _claim(f'{quoted.who(ids)} use the term "{term}" for their own work{rest}.', ids)
        )
        seen_keys += as_keys(term)
        if len(claims) == _MOST_TERMS:
            break
    return claims


def _shared_terms(quoted: Quoted) -> Iterator[tuple[str, list[str]]]:
    """Terms in their shortest form, with the ids of the papers that use them; most shared first.

    A term of several words needs two papers, a single word three.
    """
    texts = {i: quoted.text(i, *_OWN_WORK) for i in quoted.ids}
    forms: dict[str, str] = {}
    for text in texts.values():
        for phrase in phrases_of(text):
            forms[phrase.key] = min(forms.get(phrase.key, phrase.text), phrase.text, key=len)
    keys = {i: as_keys(text) for i, text in texts.items()}
    found: list[tuple[int, int, str, list[str]]] = []
    for key, term in forms.items():
        words = len(key.split())
        ids = [i for i in keys if f" {key} " in keys[i]]
        if len(ids) >= (2 if words > 1 else 3):
            found.append((-len(ids), -words, term, ids))
    for _, _, term, ids in sorted(found, key=lambda item: item[:3]):
        yield term, ids


def _datasets(quoted: Quoted) -> list[SummaryClaim]:
    """Datasets that several papers name."""
    claims = []
    for name, writers in _named(quoted, datasets=True):
        ids = quoted.papers_quoting(name, writers, DATA, RESULT, BASELINE)
        if len(ids) >= 2:
            claims.append(_claim(f"{quoted.who(ids)} name {name} for their data.", ids))
    return claims


def _rivals(quoted: Quoted) -> list[SummaryClaim]:
    """What several papers are compared with."""
    claims = []
    for name, writers in _named(quoted, datasets=False):
        ids = quoted.papers_quoting(name, writers, BASELINE)
        if len(ids) >= 2:
            text = f"{quoted.who(ids)} name {name} among what they are compared with."
            claims.append(_claim(text, ids))
    return claims


def _named(quoted: Quoted, *, datasets: bool) -> list[tuple[str, list[str]]]:
    """Coined names, of datasets or of anything else, with who writes them; most papers first."""
    spelled = {k: v for p in quoted.papers for k, v in acronyms(p.abstract).items()}
    methods = {short for short, words in spelled.items() if words.split()[-1] in METHODS}
    aspects = (DATA, RESULT, BASELINE) if datasets else (BASELINE,)
    writers: dict[str, list[str]] = {}
    for paper in quoted.papers:
        text = quoted.text(paper.paper_id, *aspects)
        for name in sorted(names_in(text) - set(KINDS)):
            is_method = key_of([name]) in methods
            is_data = not is_method and is_used_on(f"{text} {paper.abstract}", name)
            if is_data == datasets:
                writers.setdefault(name, []).append(paper.paper_id)
    return sorted(writers.items(), key=lambda item: -len(item[1]))


def _alike(quoted: Quoted, cells: Sequence[Cell]) -> list[SummaryClaim]:
    """The values of papers that say the same metric and data set for them; the most papers' first.

    Nothing is ranked: splits and settings may differ.
    """
    groups: dict[tuple[str, str, str], dict[str, Measure]] = {}
    for cell in cells:
        for one in cell.measures:
            if one.role == "value" and one.metric and one.data:
                kind = as_keys(one.metric.text), as_keys(one.data.text), one.unit
                groups.setdefault(kind, {}).setdefault(cell.paper_id, one)
    shared = sorted((of for of in groups.values() if len(of) > 1), key=lambda of: -len(of))
    claims = []
    for of in shared[:_MOST_ALIKE]:
        shown = list(of.items())[:MOST_NAMED]
        first = shown[0][1]
        assert first.metric and first.data
        values = [f"{one.text.text} ({quoted.title(paper_id)})" for paper_id, one in shown]
        text = f"On {first.data.text}, {first.metric.text}: {enumerated(values)}."
        claims.append(_claim(text, [paper_id for paper_id, _ in shown]))
    return claims


def _numbers(quoted: Quoted) -> list[SummaryClaim]:
    """The papers' figures, each with its unit or metric, and that they cannot be ranked."""
    figures = {}
    for paper_id in quoted.ids:
        figure = first_figure(quoted.text(paper_id, RESULT))
        if figure and is_quoted(figure, quoted.of_paper(paper_id, RESULT)):
            figures[paper_id] = figure.strip()
    if len(figures) < 2:
        return []
    shown = list(figures.items())[:MOST_NAMED]
    reported = enumerated([f"{figure} ({quoted.title(paper_id)})" for paper_id, figure in shown])
    text = (
        f"Reported numbers are not comparable: {reported}; the abstracts do not say that metric, "
        "data and split are the same, so they are not ranked."
    )
    return [_claim(text, [paper_id for paper_id, _ in shown])]


def _code(quoted: Quoted, cells: Sequence[Cell]) -> list[SummaryClaim]:
    """Which papers say where their code or project is, where some do and some do not."""
    asked = any(cell.aspect == CODE.label for cell in cells)
    have = [i for i in quoted.ids if quoted.of_paper(i, CODE)]
    if not asked or not have or len(have) == len(quoted.papers):
        return []
    verb = "announces" if len(have) == 1 else "announce"
    rest = _others(quoted, have)
    text = f"{quoted.who(have)} {verb} code, data or a project page; none was found in the {rest}."
    return [_claim(text, have)]


def _others(quoted: Quoted, ids: Sequence[str]) -> str:
    return "other" if len(quoted.papers) - len(ids) == 1 else "others"


def _claim(text: str, ids: Sequence[str]) -> SummaryClaim:
    return SummaryClaim(text, tuple(ids), "supported")
