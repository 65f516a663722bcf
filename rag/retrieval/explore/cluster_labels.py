"""Cluster labels: the key phrases that are typical of each cluster, and a name made of them. Pure.

Class-based TF-IDF (Grootendorst 2022, arXiv:2203.05794, eq. 3): all texts of a cluster are one
document. A phrase weighs more in a title, and the more papers of the cluster have it. Of the best
phrases those count most whose own vectors are near the cluster's (as in KeyBERT): a phrase may be
frequent by chance, but then it does not mean what the papers mean.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.text.characters.tex import tex_to_text
from rag.text.keyphrases import phrases_of
from rag.text.wording import enumerated
from rag.text.words import stem

Text: TypeAlias = tuple[str, str]
Ranked: TypeAlias = list[tuple[float, str]]  # terms after their values, the best first
# How near the meaning of each phrase is to that of its cluster, from 0 to 1: for each cluster, its
# phrases in and their nearness out.
Nearness: TypeAlias = Callable[[Sequence[Sequence[str]]], Sequence[Sequence[float]]]

_TERMS = 3  # of a label, at most
_MOSTLY = 0.5  # share of a term's uses within one longer term from which on the longer one is used
_TITLE = 3  # times that a title counts
_SHARE = 0.12  # least share of a cluster's papers that have a term of its label
_ENOUGH_PAPERS = 10  # papers that are enough, however large the cluster is
_FALL = 0.15  # least value of a further term, as a share of the best one's
_UNTITLED = 0.4  # factor for a term in no title: titles have topics, but hardly ever "surprisingly"
_PAIR = 1.8  # factor for terms of several words, which say more than one
_LOOKED_AT = 24  # of a cluster's best terms, whose vectors are compared with the cluster's
_NAMED, _NAMED_FALL = 2, 0.3  # terms of a name, at most; least share of the best one's value
_NAMELESS = "Various"
# A formula between dollars or brackets, or a macro with its arguments.
_TEX = re.compile(
    r"\$\$?[^$]{1,300}\$\$?|\\\(.{1,300}?\\\)|\\\[.{1,300}?\\\]|\\[a-zA-Z]+\*?(?:\s?\{[^{}]*\})*"
)
_WORDS = re.compile(r"[^\W\d_][^\W_]*(?:[ -][^\W_]+)*")
_SMALL_WORD = re.compile(r"(?<![\w-])[a-z][a-z-]+(?![\w])")
_SMALL = re.compile(r"[a-z]+(?![a-z]*[A-Z])")  # "fMRI" and "mRNA" keep their small first letter


@dataclass(slots=True)
class _Group:
    """A cluster's terms: their weights, how many papers have them, and which are in titles."""

    papers: int = 0
    weight: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    titled: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Label:
    """What a cluster is about: its terms, best first, and a name made of the first of them."""

    words: tuple[str, ...]
    name: str


def label_clusters(
    texts: Sequence[Text], labels: Sequence[int], nearness: Nearness | None = None
) -> list[Label]:
    """At most three terms for each cluster; no two clusters have a term in common.

    ``texts`` are (title, abstract); ``labels`` are the texts' clusters, numbered from 0. A cluster
    whose papers have nothing in common gets no term, and is called "Various".
    """
    groups: dict[int, _Group] = defaultdict(_Group)
    forms: dict[str, Counter[str]] = defaultdict(Counter)  # how each term is written
    for (title, abstract), label in zip(texts, labels, strict=True):
        group = groups[int(label)]
        group.papers += 1
        seen: dict[str, None] = {}
        title = without_tex(title)
        for text, times in ((title, _TITLE), (without_tex(abstract), 1)):
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
    small = {word for _, abstract in texts for word in _SMALL_WORD.findall(abstract)}
    usual = {term: _usual(spelt, small) for term, spelt in forms.items()}
    if nearness is not None:
        ranked = _nearest(ranked, usual, nearness)
    chosen = _distinct_labels(ranked, groups)
    return [_label(chosen[label], usual) for label in sorted(groups)]


def without_tex(text: str) -> str:
    """``text`` with the words that its TeX has, and a comma for any other formula or macro."""
    if "$" not in text and "\\" not in text:
        return text
    return _TEX.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    try:
        text = tex_to_text(match.group()).strip()
    except ValueError:
        return " , "
    return text if _WORDS.fullmatch(text) else " , "


def _nearest(
    ranked: dict[int, Ranked], usual: Mapping[str, str], nearness: Nearness
) -> dict[int, Ranked]:
    """The best terms of each cluster with their values times their nearness, best first."""
    best = {label: values[:_LOOKED_AT] for label, values in ranked.items()}
    near = nearness([[usual[term] for _, term in values] for values in best.values()])
    return {
        label: sorted(
            ((value * by, term) for (value, term), by in zip(values, factors, strict=True)),
            key=lambda item: (-item[0], item[1]),
        )
        for (label, values), factors in zip(best.items(), near, strict=True)
    }


def _label(terms: Ranked, usual: Mapping[str, str]) -> Label:
    words = tuple(usual[term] for _, term in terms)
    least = _NAMED_FALL * max((value for value, _ in terms), default=0.0)
    named = [word for word, (value, _) in zip(words, terms, strict=True) if value >= least]
    if not named:
        return Label(words, _NAMELESS)
    name = enumerated(named[:_NAMED])
    return Label(words, name[0].upper() + name[1:] if _SMALL.match(name) else name)


def _ranked(group: _Group, everywhere: Counter[str], mean: float) -> Ranked:
    """The group's terms with their values, best first; ``mean`` is the mean weight of a group."""
    needed = max(min(2, group.papers), min(math.ceil(_SHARE * group.papers), _ENOUGH_PAPERS))
    values = []
    for term, papers in group.spread.items():
        if papers < needed:
            continue
        own, all_of = group.weight[term], everywhere[term]
        tfidf = own * math.log(1 + mean / all_of)
        # Of equally frequent terms prefer those of fewer other groups, and of more papers here.
        value = tfidf * (own / all_of) * math.sqrt(papers / group.papers)
        value *= _PAIR if " " in term else 1.0
        values.append((value * (1.0 if term in group.titled else _UNTITLED), term))
    return sorted(values, key=lambda item: (-item[0], item[1]))


def _distinct_labels(ranked: dict[int, Ranked], groups: dict[int, _Group]) -> dict[int, Ranked]:
    """Each group's label: terms that differ; each is used for the group in which it ranks best."""
    owner: dict[str, tuple[float, int]] = {}
    for label, values in ranked.items():
        for value, term in values:
            owner[term] = max(owner.get(term, (-1.0, 0)), (value, -label))
    given: set[str] = set()
    names: dict[int, Ranked] = {}
    for label, values in ranked.items():
        name: Ranked = []
        for value, term in values:
            if len(name) == _TERMS or value <= _FALL * values[0][0]:
                break
            whole = _whole(term, groups[label].spread)
            known = whole in given or any(_overlap(whole, other) for _, other in name)
            if owner[term] == (value, -label) and not known:
                name.append((value, whole))
        names[label] = name
        given.update(term for _, term in name)
    return names


def _whole(term: str, spread: Counter[str]) -> str:
    """The longest term that mostly contains ``term``: "state space model" for "space model"."""
    longer = [
        other
        for other, papers in spread.items()
        if f" {term} " in f" {other} " and papers >= max(2, _MOSTLY * spread[term])
    ]
    return max(longer, key=lambda other: (other.count(" "), spread[other], other), default=term)


def _overlap(one: str, other: str) -> bool:
    """Whether two terms overlap in meaning.

    A word of one contains the stem of a word of the other ("modality", "multimodal"), or one has
    the initials of the other ("llm", "large language model").
    """
    words, others = re.split(r"[ -]", one), re.split(r"[ -]", other)
    if one == "".join(word[0] for word in others) or other == "".join(w[0] for w in words):
        return True
    return any(
        a == b or (min(len(a), len(b)) >= 4 and (stem(a) in b or stem(b) in a))
        for a in words
        for b in others
    )


def _usual(forms: Counter[str], small: Container[str]) -> str:
    """The usual spelling of a term, in small letters if that is not rare.

    ``small`` are words that abstracts write in small letters: titles have capitals for no reason.
    """
    plain = {form: times for form, times in forms.items() if form == form.lower()}
    if sum(plain.values()) * 4 >= forms.total():
        forms = Counter(plain)
    usual = min(forms, key=lambda form: (-forms[form], form))
    return " ".join(word.lower() if word.lower() in small else word for word in usual.split())
