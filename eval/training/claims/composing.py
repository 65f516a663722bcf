"""Composes claims of written ones, so that the reader cannot go by a claim's form.

What is joined of two is supported, partly supported or contradicted, as its parts are; sentences of
the abstract are claims too; numbers are altered; a claim about a near paper is not found; and some
claims are read with two papers at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.training.claims.edits import shortened, turned
from eval.training.claims.examples import ClaimExample, Claims
from rag.text.quantities.numbers import numbers_in
from rag.types import ClaimVerdict

_FACTORS = (0.2, 0.5, 0.7, 1.3, 1.5, 2.0, 3.0)  # by which numbers are altered
_YEARS = range(1900, 2100)  # numbers that are left as they are
_LONGEST = 200  # characters of a sentence that is joined to a claim
_REVERSED = 0.6  # of repeated sentences, that come turned round or altered, too
_FOREIGN = 0.25  # of what is joined to a supported claim, that is about another paper


@dataclass(frozen=True, slots=True)
class Shares:
    """How many composed claims there are for a paper, in the mean; each at most 1."""

    partly: float = 0.5
    both_said: float = 0.3
    half_denied: float = 0.25
    neither: float = 0.15
    verbatim: float = 0.12
    altered: float = 0.3
    elsewhere: float = 0.5  # a claim that is supported by a near paper
    together: float = 0.4  # read with two papers at once
    repeated: float = 0.9  # a sentence of the abstract, lightly edited, and often turned round, too
    reversed: float = 0.4  # a supported claim, turned round
    unread: float = 0.5  # the same of abstracts without written claims


@dataclass(frozen=True, slots=True)
class _Paper:
    """One paper's claims, and those of near papers."""

    said: ClaimExample
    denied: ClaimExample
    unsaid: ClaimExample
    verbatim: ClaimExample
    others: Sequence[Mapping[str, ClaimExample]]

    def foreign(self, rng: random.Random) -> str:
        """What a near paper says; empty if there is none."""
        return rng.choice(self.others)["supported"].text if self.others else ""


def compose(
    claims: Claims, near: Mapping[int, Sequence[int]], shares: Shares, rng: random.Random
) -> Iterator[ClaimExample]:
    """Composed claims about the training papers that have all three written ones.

    ``near`` are the places of documents on the same subject, by document.
    """
    written: dict[int, dict[str, ClaimExample]] = {}
    for one in claims.of("train"):
        if one.document in near:
            written.setdefault(one.document, {}).setdefault(one.verdict, one)
    whole = {place for place, own in written.items() if {*own} >= _ALL}
    makers: Sequence[tuple[float, Callable[[_Paper, random.Random], ClaimExample | None]]] = (
        (shares.partly, _partly),
        (shares.both_said, _both_said),
        (shares.half_denied, _half_denied),
        (shares.neither, _neither),
        (shares.verbatim, lambda paper, _: paper.verbatim),
        (shares.altered, lambda paper, rng: _altered(paper.said, rng)),
        (shares.altered, lambda paper, rng: _altered(paper.verbatim, rng)),
        (shares.elsewhere, _elsewhere),
        (shares.together, _together),
        (shares.reversed, lambda paper, rng: _reversed(paper.said, rng)),
    )
    for place in written:
        if place not in whole:
            continue
        own = written[place]
        number = rng.randrange(len(claims.documents[place].sentences))
        sentence = claims.documents[place].sentences[number]
        verbatim = ClaimExample(sentence, place, "supported", (number,))
        others = [written[at] for at in near[place] if at in whole]
        said, denied, unsaid = (own[v] for v in ("supported", "contradicted", "not_found"))
        paper = _Paper(said, denied, unsaid, verbatim, others)
        for share, make in makers:
            made = make(paper, rng) if rng.random() < share else None
            if made is not None:
                yield made
        if rng.random() < shares.repeated:
            yield from _repeated(claims, place, rng)
    for place, document in enumerate(claims.documents):
        unread = place not in written and document.split == "train"
        if unread and not document.id.startswith("scifact") and rng.random() < shares.unread:
            yield from _repeated(claims, place, rng)


_ALL = {"supported", "contradicted", "not_found"}


def _partly(paper: _Paper, rng: random.Random) -> ClaimExample:
    foreign = paper.foreign(rng) if rng.random() < _FOREIGN else ""
    beside = foreign or paper.unsaid.text
    return _joined(paper.said, beside, "partly", paper.said.sentences, rng)


def _both_said(paper: _Paper, rng: random.Random) -> ClaimExample | None:
    if len(paper.verbatim.text) > _LONGEST:
        return None
    both = tuple(dict.fromkeys((*paper.said.sentences, *paper.verbatim.sentences)))
    return _joined(paper.said, paper.verbatim.text, "supported", both, rng)


def _half_denied(paper: _Paper, rng: random.Random) -> ClaimExample:
    beside = paper.said if rng.random() < 0.7 else paper.unsaid
    return _joined(paper.denied, beside.text, "contradicted", paper.denied.sentences, rng)


def _neither(paper: _Paper, rng: random.Random) -> ClaimExample | None:
    foreign = paper.foreign(rng)
    return _joined(paper.unsaid, foreign, "not_found", (), rng) if foreign else None


def _elsewhere(paper: _Paper, rng: random.Random) -> ClaimExample | None:
    foreign = paper.foreign(rng)
    return ClaimExample(foreign, paper.said.document, "not_found") if foreign else None


def _together(paper: _Paper, rng: random.Random) -> ClaimExample | None:
    """A claim joined of two papers' claims, or one paper's alone, read with both papers."""
    if not paper.others:
        return None
    other = rng.choice(paper.others)
    first = rng.choice((paper.said, paper.said, paper.denied, paper.unsaid))
    second = other[rng.choice(("supported", "supported", "not_found"))]
    if rng.random() < 0.5:
        first, second = second, first
    if rng.random() < 0.3:  # one of the two papers has nothing to say
        return replace(first, beside=second.document)
    kinds = {first.verdict, second.verdict}
    verdict: ClaimVerdict = first.verdict if len(kinds) == 1 else "partly"
    if "contradicted" in kinds:
        verdict = "contradicted"
    joined = _joined(first, second.text, verdict, first.sentences, rng)
    return replace(joined, beside=second.document, also=second.sentences)


def _repeated(claims: Claims, place: int, rng: random.Random) -> Iterator[ClaimExample]:
    """A sentence of a document as a claim, and perhaps the same with one thing changed."""
    document = claims.documents[place]
    number = rng.randrange(len(document.sentences))
    text = shortened(document.sentences[number], document.title, rng)
    if not text:
        return
    said = ClaimExample(text, place, "supported", (number,))
    yield said
    if rng.random() < _REVERSED:
        against = _altered(said, rng) if rng.random() < 0.3 else _reversed(said, rng)
        if against is not None:
            yield against


def _reversed(one: ClaimExample, rng: random.Random) -> ClaimExample | None:
    text = turned(one.text, rng)
    return replace(one, text=text, verdict="contradicted") if text else None


def _altered(one: ClaimExample, rng: random.Random) -> ClaimExample | None:
    """The claim with one of its numbers changed; None if it has none in digits."""
    found = [
        number
        for number in numbers_in(one.text)
        if number.raw.replace(".", "", 1).isdigit() and number.value and number.value not in _YEARS
    ]
    if not found:
        return None
    number = rng.choice(found)
    digits = len(number.raw.partition(".")[2])
    said = f"{float(number.raw) * rng.choice(_FACTORS):.{digits}f}"
    if said == number.raw or not float(said):
        return None
    text = one.text[: number.start] + said + one.text[number.end :]
    return replace(one, text=text, verdict="contradicted")


def _joined(
    one: ClaimExample,
    other: str,
    verdict: ClaimVerdict,
    sentences: tuple[int, ...],
    rng: random.Random,
) -> ClaimExample:
    """Both in one claim, in either order."""
    first, second = (one.text, other) if rng.random() < 0.5 else (other, one.text)
    stem = first.rstrip(" .")
    follows = second[0].lower() + second[1:] if second.split()[0][1:].islower() else second
    joins = (f"{stem}. {second}", f"{stem}, and {follows}", f"{stem} and {follows}")
    text = rng.choice((*joins, f"{stem}; {follows}"))
    return ClaimExample(text, one.document, verdict, sentences)
