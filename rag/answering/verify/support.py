"""Checks a claim against its quotes: numbers, names, words and meaning. Pure.

``support`` is a probability from three features (weights/claim_support.json, fitted on labelled
claims): how much of the claim's meaning and of its words the quotes have, and how much opposes it.
It is halved if a quote denies the claim or compares the other way round, which is too rare in the
labels to be fitted. A claim is always unsupported if the quotes lack one of its numbers, units,
names, URLs, markup or scripts, if it is much longer than its quotes, or if it repeats the prompt's
instructions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from rag.answering.prompts import copies_instructions
from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.verify.clauses import COMMON, words_in
from rag.answering.verify.comparisons import compares_otherwise
from rag.answering.verify.literals import missing_names, missing_numbers
from rag.answering.verify.markup import missing_markup
from rag.answering.verify.turned import turned_round
from rag.decisions.logistic import load, sigmoid
from rag.text.names.titles import head_of
from rag.text.polarity import NEGATION
from rag.text.sentences.third_person import in_third_person
from rag.text.words import stem
from rag.types import Check

_CLAIM_SUPPORT = load("claim_support")
# Probabilities: more likely than not, and three to one against.
SUPPORTED = 0.50
UNSUPPORTED = 0.25
_CLAUSE = re.compile(r",?\s*\b(?:while|whereas|but|and|though|unlike)\b\s*|;\s*")
_CLAUSE_SHARE = 0.6  # share of a clause's words
_LONGEST_NAME = 4  # words of a work's name
_EXTRA_LENGTH = 80  # characters by which a claim may be longer than its quotes and titles
_LEAST_DOUBT = 0.02  # probabilities are kept this far from 0 and 1


def check_claim(
    claim: str,
    quotes: Sequence[str],
    similarity: QuoteSimilarity,
    titles: Sequence[str] = (),
    entailed: float | None = None,
) -> Check:
    """Check a claim against the quotes that it cites.

    ``similarity`` is that of the claim and the quotes. ``entailed`` is another model's probability
    that the quotes entail the claim, if there is such a model: the support is then the mean of both
    in log-odds. ``titles`` are those of the quoted papers, because a claim may name what a quote
    calls "our method". They count for words and names, not for numbers.
    """
    if claim not in quotes and claim in map(in_third_person, quotes):  # told of the authors
        return Check("supported", 1.0, ())
    text = " ".join(quotes)
    named = " ".join([text, *titles])
    missing = missing_numbers(claim, text) + missing_names(claim, named)
    missing += missing_markup(claim, named)
    support = probability(claim, quotes, similarity, titles)
    if entailed is not None:
        support = _mean_in_log_odds(support, entailed)
    support = round(support, 3)
    turned = bool(turned_round(claim, quotes))
    strange = turned or len(claim) > len(named) + _EXTRA_LENGTH or copies_instructions(claim)
    if missing or strange or support < UNSUPPORTED:
        return Check("unsupported", support, missing)
    return Check("supported" if support >= SUPPORTED else "partial", support, missing)


def probability(
    claim: str, quotes: Sequence[str], similarity: QuoteSimilarity, titles: Sequence[str] = ()
) -> float:
    """The probability that the quotes support the claim, 0 to 1.

    It is calibrated on claims paired with the three most similar sentences of an abstract on their
    subject, of which 41 % are supported: of those with a support of .7, about 70 % are.
    """
    support = _CLAIM_SUPPORT.probability(features(claim, quotes, similarity, titles))
    return support / 2 if contradicted(claim, quotes) else support


def _mean_in_log_odds(one: float, other: float) -> float:
    """The mean of two probabilities in log-odds; each is first bounded away from 0 and 1."""
    bounded = [min(max(p, _LEAST_DOUBT), 1 - _LEAST_DOUBT) for p in (one, other)]
    return sigmoid(sum(math.log(p / (1 - p)) for p in bounded) / 2)


def contradicted(claim: str, quotes: Sequence[str]) -> bool:
    """Whether claim and quotes deny each other, or compare the same things in opposite ways."""
    text = " ".join(quotes)
    return denies(claim, text) or any(compares_otherwise(claim, q) for q in quotes)


def features(
    claim: str, quotes: Sequence[str], similarity: QuoteSimilarity, titles: Sequence[str] = ()
) -> dict[str, float]:
    """The features of the decision, each 0 to 1."""
    return {
        "token_recall": similarity.recall,
        "term_coverage": containment(claim, " ".join([*quotes, *titles])),
        "opposition": similarity.against,
    }


def swapped_subjects(claim: str, quotes: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of papers to which the claim attributes what their own quotes do not say.

    ``quotes`` maps each cited title to what is quoted of it. A claim over several papers ("A uses
    one model, while B ...") is read clause by clause: a clause that names one paper must find most
    of its words in the quotes of that paper.
    """
    if len(quotes) < 2:
        return ()
    names = {title: _name_stem(title) for title in quotes}
    swapped = []
    for clause in _CLAUSE.split(claim):
        stems = _stems(clause)
        named = [title for title, name in names.items() if name and name in stems]
        if len(named) != 1:
            continue
        title = named[0]
        if containment(clause, f"{title} {quotes[title]}") < _CLAUSE_SHARE:
            swapped.append(title)
    return tuple(swapped)


def names_another(claim: str, own: str, others: Sequence[str]) -> bool:
    """Whether the claim names a work that only one of the titles ``others`` has, before its colon.

    ``own`` are the quotes of the claim with their papers' titles.
    """
    said, known = _stems(claim), _stems(own)
    names = (_stems(head_of(title)) for title in others if ":" in title)
    return any(
        name and len(name) <= _LONGEST_NAME and name <= said and not name & known for name in names
    )


def _name_stem(title: str) -> str:
    """The stem of the title's first word, by which a sentence usually names the paper."""
    words = words_in(title)
    return stem(words[0]) if words else ""


def containment(claim: str, text: str) -> float:
    """Term coverage: the share of the claim's content words, 0 to 1, whose stems ``text`` has."""
    stems = _stems(text)
    words = [word for word in words_in(claim) if word not in COMMON]
    if not words:
        return 0.0
    return sum(stem(word) in stems for word in words) / len(words)


def denies(claim: str, text: str) -> bool:
    """Whether one of the two negates a word that the other uses without negation."""
    denied_here, denied_there = _denied(claim), _denied(text)
    here, there = _stems(claim), _stems(text)
    return bool((denied_here & there) - denied_there or (denied_there & here) - denied_here)


def _denied(text: str) -> set[str]:
    """The stem of the first content word after each negation."""
    denied: set[str] = set()
    for match in NEGATION.finditer(text):
        following = [w for w in words_in(text[match.end() :]) if w not in COMMON]
        denied.update(map(stem, following[:1]))
    return denied


def _stems(text: str) -> set[str]:
    return set(map(stem, words_in(text)))
