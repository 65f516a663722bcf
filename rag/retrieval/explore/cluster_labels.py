"""Cluster labels: the key phrases that are typical of each cluster. Pure.

Class-based TF-IDF (Grootendorst 2022, arXiv:2203.05794, eq. 3): a group's texts are one document.
A term is a word, or two that stand side by side; it weighs the more the more papers of the group
have it, and a title counts more than an abstract.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

Text: TypeAlias = tuple[str, str]

_TERMS = 3  # of a name, at most
_LONGEST = 3  # words of a term
_MOSTLY = 0.5  # of a term's uses: it is then named by the longer term that it stands in
_TITLE = 3  # times that a title counts
_SHARE = 0.12  # of a group's papers that have a term of its name, at least
_ENOUGH = 10  # papers that have it, whatever the group's size
_FALL = 0.15  # of the best term's worth, at least, for another one
_UNTITLED = 0.4  # what a paper is about stands in its title; "surprisingly" hardly ever does
_PAIR = 1.8  # what two words together are worth more than one: they say more
_WORD = re.compile(r"[^\W\d_][\w+]*(?:[-'’][\w+]+)*")
_APART = re.compile(r"[^\w\s'’+-]|\s[-–—]\s")  # between two words that are no pair
# Words of every abstract, whatever it is about; "model" and its like say nothing of a group.
_ACADEMIC = """
ability able accuracy accurate accurately achieve achieved achieving achieves across additional
address addressing advance advanced advancement advances aim aims algorithm algorithms allow
allowing allows analyses analysis analyze application applications applied apply approach
approaches architecture architectures art aspect aspects available average base based baseline
baselines benchmark benchmarks better bridge building capabilities capability capable capture
captures case cases challenge challenges challenging combine combined combining common commonly
compare compared comparable comparison competitive complex component components comprehensive
computational conduct conducted consider consistent consistently consists construct contribution
contributions cost costs create crucial current currently demonstrate demonstrated demonstrates
demonstrating design designed despite detail details develop developed development different
difficult directly diverse domains due easily effect effective effectively effectiveness
efficiency efficient efficiently effort employ employs enable enables enabling end enhance
enhanced enhances enhancing ensure ensures error errors especially essential establish evaluate
evaluated evaluation evaluations even existing experiment experimental experimentally experiments
explicit explicitly exploit explore exploring extensive extensively extra fail failure family fast
faster final finally find finding findings first flexible focus focused focuses following form
four framework frameworks full fully fundamental furthermore gap gaps generalize generalizes
generally generate generated generating github given goal good great growing hard help hence
heterogeneous high higher highly however https idea identify impact implement implementation
importance important impressive improve improved improvement improvements improves improving
include includes including increase increased increases increasing increasingly indicate inputs
insight insights inspired integrate integrated integrates integrating intelligence introduce
introduced introduces introducing investigate issue issues jointly key known lack larger
large-scale lead leading leads learn learned learns less level leverage leverages leveraging limit
limitation limitations limited limits long low lower machine made main mainly make makes making
many mechanism mechanisms method methodology methods metric metrics module modules moreover
motivated named namely natural necessary need needs new novel number numerous observe obtain
obtained offer offers often one open optimal optimize order outperform outperforming outperforms
outputs overall overcome paper papers paradigm particular particularly perform performances
performing performs perspective pipeline poor popular possible potential power powerful practical
present presented presents previous previously prior problem problems processes processing produce
produces project prominent promising propose proposed proposes proposing provide provided provides
providing publicly purpose quality range rather real-world recent recently reduce reduced reduces
reducing related release released relies remain remains report require required requirements
requires requiring researchers respectively result resulting results reveal rich robust robustness
role scale scales scenario scenarios scheme score scores second see set setting settings several
shift show showed showing shown shows significant significantly similar simple simply
simultaneously single-model small solution solutions solve solving specific specifically stage
stages standard state-of-the-art step steps still strategies strategy strength strong structures
studies study substantial substantially success successful successfully suggest suitable superior
support surpass surpasses tackle tackles target technique techniques terms tested testing
theoretical theory thereby therefore though three thus time times together top total trains two
type types typical typically understand unified unique unlike unprecedented use used useful uses
using utilize utilized utilizes utilizing valid validate validated validation valuable value
values variant variants variety various vast via view way ways well whereas wide widely within
without work works world years yet yield yields zero
"""
# Nor do these alone, but in a run of words they do: "neural fields", "state space".
_ALONE = """
adaptive class code context data dataset datasets deep domain feature features field fields
function functional general generalization generation individual information input integration
joint large layer layers learning local memory model modeling modelling models multiple network
networks neural optimization original output parameter parameters performance prediction
predictions process real reasoning representation representations research search sequential sets
signal signals single source space state states structure system systems task tasks term test tool
tools train trained training understanding user users
"""


@dataclass(slots=True)
class _Group:
    """What a group's papers say: terms by weight, by how many papers have them, those of titles."""

    papers: int = 0
    weight: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    titled: set[str] = field(default_factory=set)


def label_clusters(texts: Sequence[Text], labels: Sequence[int]) -> list[tuple[str, ...]]:
    """One to three terms, best first, for each cluster; no two clusters share one.

    ``texts`` are (title, abstract); ``labels`` are the texts' clusters, numbered from 0. A cluster
    whose papers have nothing in common gets no term.
    """
    groups: dict[int, _Group] = defaultdict(_Group)
    forms: dict[str, Counter[str]] = defaultdict(Counter)  # how each term is written
    for (title, abstract), label in zip(texts, labels, strict=True):
        group = groups[int(label)]
        group.papers += 1
        seen: dict[str, None] = {}
        for text, times in ((title, _TITLE), (abstract, 1)):
            for term, form in terms(text):
                group.weight[term] += times
                forms[term][form] += 1
                seen[term] = None
        group.spread.update(seen.keys())
        group.titled.update(term for term, _ in terms(title))
    everywhere: Counter[str] = Counter()
    for group in groups.values():
        everywhere.update(group.weight)
    mean = everywhere.total() / len(groups)
    ranked = {label: _ranked(groups[label], everywhere, mean) for label in sorted(groups)}
    names = _distinct_labels(ranked, groups)
    return [tuple(_usual(forms[term]) for term in names[label]) for label in sorted(groups)]


def terms(text: str) -> Iterator[tuple[str, str]]:
    """Every run of one to three words of ``text`` that may name something: (term, as written).

    The term is the same for "Brain Decoders" and "brain decoder".
    """
    for part in _APART.split(text):
        run: list[tuple[str, str]] = []
        for match in _WORD.finditer(part):
            form = match.group()
            term = _fold(form)
            if len(term) < 2 or {form.lower(), term} & _stops():
                run = []
                continue
            run = [*run, (term, form)][-_LONGEST:]
            for length in range(1, len(run) + 1):
                last = run[-length:]
                if length > 1 or term not in _weak():
                    yield " ".join(t for t, _ in last), " ".join(f for _, f in last)


def _fold(form: str) -> str:
    """A word without case and plural; what stands for one word in two spellings stays two."""
    word = form.lower().replace("’", "'").removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def _stops() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = {*ENGLISH_STOP_WORDS, *_ACADEMIC.split()}
    return frozenset(words | {_fold(word) for word in words})


@cache
def _weak() -> frozenset[str]:
    return frozenset(map(_fold, _ALONE.split()))


def _ranked(group: _Group, everywhere: Counter[str], mean: float) -> list[tuple[float, str]]:
    """The group's terms with their worth, best first; ``mean`` is what a group weighs."""
    needed = max(min(2, group.papers), min(math.ceil(_SHARE * group.papers), _ENOUGH))
    worth = []
    for term, papers in group.spread.items():
        if papers < needed:
            continue
        own, all_of = group.weight[term], everywhere[term]
        tfidf = own * math.log(1 + mean / all_of)
        # Of two terms as frequent, the one that fewer other groups have, and more of its papers.
        value = tfidf * (own / all_of) * math.sqrt(papers / group.papers)
        value *= _PAIR if " " in term else 1.0
        worth.append((value * (1.0 if term in group.titled else _UNTITLED), term))
    return sorted(worth, key=lambda item: (-item[0], item[1]))


def _distinct_labels(
    ranked: dict[int, list[tuple[float, str]]], groups: dict[int, _Group]
) -> dict[int, list[str]]:
    """Each group's label: terms that add something, each used for the group where it ranks best."""
    owner: dict[str, tuple[float, int]] = {}
    for label, worth in ranked.items():
        for value, term in worth:
            owner[term] = max(owner.get(term, (-1.0, 0)), (value, -label))
    given: set[str] = set()
    names: dict[int, list[str]] = {}
    for label, worth in ranked.items():
        name: list[str] = []
        for value, term in worth:
            if len(name) == _TERMS or value < _FALL * worth[0][0]:
                break
            whole = _whole(term, groups[label].spread)
            known = whole in given or any(_alike(whole, other) for other in name)
            if owner[term] == (value, -label) and not known:
                name.append(whole)
        names[label] = name
        given.update(name)
    return names


def _whole(term: str, spread: Counter[str]) -> str:
    """The longest term that ``term`` mostly stands in: "state space model" for "space model"."""
    longer = [
        other
        for other, papers in spread.items()
        if f" {term} " in f" {other} " and papers >= max(2, _MOSTLY * spread[term])
    ]
    return max(longer, key=lambda other: (other.count(" "), spread[other], other), default=term)


def _alike(one: str, other: str) -> bool:
    """Whether two terms say the same in part.

    A word of one holds the start of one of the other ("modality", "multimodal"), or one is the
    other's initials ("llm", "large language model").
    """
    words, others = re.split(r"[ -]", one), re.split(r"[ -]", other)
    if one == "".join(word[0] for word in others) or other == "".join(w[0] for w in words):
        return True
    return any(
        a == b or (min(len(a), len(b)) >= 4 and (a[:5] in b or b[:5] in a))
        for a in words
        for b in others
    )


def _usual(forms: Counter[str]) -> str:
    """How the term is mostly written: without capitals where that is not rare."""
    plain = {form: times for form, times in forms.items() if form == form.lower()}
    if sum(plain.values()) * 4 >= forms.total():
        forms = Counter(plain)
    return min(forms, key=lambda form: (-forms[form], form))
