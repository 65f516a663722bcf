"""Labels of clusters of papers: key phrases that are each cluster's own. Pure.

Class-based TF-IDF (Grootendorst 2022, arXiv:2203.05794, eq. 3): a group's texts are one document.
A phrase weighs more if more papers of the group have it, and in a title more than in an abstract.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.text.keyphrases import phrases_of
from rag.text.words import stem

Text: TypeAlias = tuple[str, str]

_TERMS = 3  # of a name, at most
_MOSTLY = 0.5  # of a term's uses: it is then named by the longer term that it stands in
_TITLE = 3  # times that a title counts
_SHARE = 0.12  # of a group's papers that have a term of its name, at least
_ENOUGH = 10  # papers that have it, whatever the group's size
_FALL = 0.15  # of the best term's worth, at least, for another one
_UNTITLED = 0.4  # what a paper is about stands in its title; "surprisingly" hardly ever does
_PAIR = 1.8  # what two words together are worth more than one: they say more


@dataclass(slots=True)
class _Group:
    """What a group's papers say: terms by weight, by how many papers have them, those of titles."""

    papers: int = 0
    weight: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    titled: set[str] = field(default_factory=set)


def name_groups(texts: Sequence[Text], labels: Sequence[int]) -> list[tuple[str, ...]]:
    """For each label from 0 up, one to three terms, best first, that no other group has.

    ``texts`` are (title, abstract); ``labels`` says which group each belongs to. A group whose
    papers have nothing in common has no name.
    """
    groups: dict[int, _Group] = defaultdict(_Group)
    forms: dict[str, Counter[str]] = defaultdict(Counter)  # how each term is written
    for (title, abstract), label in zip(texts, labels, strict=True):
        group = groups[int(label)]
        group.papers += 1
        seen: dict[str, None] = {}
        for text, times in ((title, _TITLE), (abstract, 1)):
            for phrase in phrases_of(text, broad=True):
                group.weight[phrase.key] += times
                forms[phrase.key][phrase.text] += 1
                seen[phrase.key] = None
        group.spread.update(seen.keys())
        group.titled.update(phrase.key for phrase in phrases_of(title, broad=True))
    everywhere: Counter[str] = Counter()
    for group in groups.values():
        everywhere.update(group.weight)
    mean = everywhere.total() / len(groups)
    ranked = {label: _ranked(groups[label], everywhere, mean) for label in sorted(groups)}
    names = _deal(ranked, groups)
    return [tuple(_usual(forms[term]) for term in names[label]) for label in sorted(groups)]


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


def _deal(
    ranked: dict[int, list[tuple[float, str]]], groups: dict[int, _Group]
) -> dict[int, list[str]]:
    """Each group's name: terms that say something new, each given to the group it is worth most."""
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

    A word of one holds the stem of a word of the other ("modality", "multimodal"), or one is the
    initials of the other ("llm", "large language model").
    """
    words, others = re.split(r"[ -]", one), re.split(r"[ -]", other)
    if one == "".join(word[0] for word in others) or other == "".join(w[0] for w in words):
        return True
    return any(
        a == b or (min(len(a), len(b)) >= 4 and (stem(a) in b or stem(b) in a))
        for a in words
        for b in others
    )


def _usual(forms: Counter[str]) -> str:
    """How the term is mostly written: without capitals where that is not rare."""
    plain = {form: times for form, times in forms.items() if form == form.lower()}
    if sum(plain.values()) * 4 >= forms.total():
        forms = Counter(plain)
    return min(forms, key=lambda form: (-forms[form], form))
