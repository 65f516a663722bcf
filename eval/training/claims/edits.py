"""An abstract's sentences as claims: shortened they stay true, with one thing turned they do not.

A written contradiction is mostly an abstract's sentence with one thing changed, and a written
supported claim is in other words. Without these pairs a reader learns that whatever repeats the
abstract's words contradicts it.
"""

from __future__ import annotations

import random
import re

from rag.answering.verify.clauses import boundaries

_LEAST_WORDS = 5
_IN_PARENTHESES = re.compile(r"\s*\([^()]*\)")
# Degree and manner: without them the claim is weaker. Those that turn or limit it stay.
_ADVERB = re.compile(r"\b[a-z]{4,}ly\b\s+")
_STAYS = frozenset(
    "approximately barely family hardly likely merely mostly nearly only partially partly rarely "
    "roughly scarcely seldomly solely unlikely usually".split()
)
_LEAD_IN = re.compile(
    r"^(?:[A-Z][a-z]+ly, |In (?:addition|particular), )?"
    r"(?:We|Our \w+|The (?:results?|experiments?)|Results"
    r"|(?:Extensive )?[Ee]xperiment\w*(?: results)?)\b[^,.;]{0,40}? that "
)
_OURS = (
    (re.compile(r"^We\b"), ("The authors", "They")),
    (re.compile(r"\bwe\b"), ("they", "the authors")),
    (re.compile(r"\bOur\b"), ("Their", "The")),
    (re.compile(r"\bour\b"), ("their", "the")),
    (re.compile(r"\bus\b"), ("them",)),
)
_SURNAMES = ("Kim", "Garcia", "Chen", "Okafor", "Novak", "Silva", "Meyer", "Rossi", "Singh", "Park")
# "We propose X, a network that sees far": what X does.
_PROPOSES = re.compile(
    r"^.{0,60}?\b[Ww]e (?:also )?(?:propose|present|introduce|develop|describe)d?\s"
    r"(?P<what>[^.;]{3,90}?),? (?:that|which) (?!we\b|is based\b)(?P<does>[a-z].+)$"
)
_PROPOSED = re.compile(
    r"\b(?:[Oo]ur|[Tt]he proposed|[Tt]his) (?:\w+ )?"
    r"(?:method|model|approach|framework|network|system|algorithm|architecture)\b"
)
_NAME = re.compile(r"(?=\S*[A-Z0-9]\S*[A-Z0-9])[A-Za-z0-9][\w+.-]{1,24}")
_PAIRS = (
    "improves worsens|improve worsen|improved worsened|improving worsening|"
    "improvement deterioration|increases decreases|increase decrease|increased decreased|"
    "increasing decreasing|raises lowers|reduces increases|reduce increase|reduced increased|"
    "reducing increasing|enhances weakens|enhance weaken|enhanced weakened|"
    "strengthens weakens|stronger weaker|strong weak|higher lower|high low|highest lowest|"
    "larger smaller|large small|largest smallest|more less|most least|better worse|"
    "best worst|faster slower|fast slow|longer shorter|long short|above below|with without|"
    "always never|all none|first last|early late|easy hard|easier harder|simple complex|"
    "positive negative|positively negatively|outperforms underperforms|"
    "outperform underperform|outperforming underperforming|outperformed underperformed|"
    "effective ineffective|efficient inefficient|sufficient insufficient|possible impossible|"
    "able unable|similar different|same different|stable unstable|robust brittle|"
    "accurate inaccurate|necessary unnecessary|requires avoids|require avoid|needs avoids|"
    "enables prevents|enable prevent|allows prevents|facilitates hinders|accelerates slows|"
    "gain loss|gains losses|succeeds fails|succeed fail|rises falls|rise fall|before after|"
    "greater smaller|fewer more|linear quadratic|supervised unsupervised|dense sparse|"
    "global local|deep shallow|male female|upper lower|cheaper costlier|"
    "significant insignificant|correlates anticorrelates|known unknown"
)
_OPPOSITE: dict[str, str] = {}
for _pair in _PAIRS.split("|"):
    _one, _other = _pair.split()
    _OPPOSITE.setdefault(_one, _other)
    _OPPOSITE.setdefault(_other, _one)
_WORD = re.compile(r"[A-Za-z]+")
_VERB = re.compile(r"\b(is|are|was|were|can|could|does|do|has|have|will)\b(?! not\b)(?!not\b)")
_BEATS = re.compile(
    r"^(?P<one>[A-Z][\w -]{1,60}?) (?:\w+ly )?"
    r"(?P<beats>outperforms?|surpass(?:es)?|exceeds?|beats?) "
    r"(?P<other>(?:the )?[A-Z][\w-]{1,40})(?P<rest>\b.*)$"
)


def shortened(sentence: str, title: str, rng: random.Random) -> str:
    """The sentence as another author would cite it: without lead-in, degree, or its last part.

    "We" and "our method" become the authors, or the name that ``title`` begins with. Empty if less
    than five words would be left, or half of a pair of parentheses.
    """
    text = sentence.strip()
    head = title.partition(":")[0].strip()
    name = head if ":" in title and _NAME.fullmatch(head) else ""
    if (found := _PROPOSES.match(text)) and rng.random() < 0.7:
        text = f"{name or found['what']} {found['does']}"
    if name and rng.random() < 0.8:
        text = _PROPOSED.sub(name, text)
    if rng.random() < 0.7:
        text = _IN_PARENTHESES.sub("", text)
    ends = [start for start, contrast, _ in boundaries(text) if not contrast]
    commas = [place.start() for place in re.finditer(r", ", text)]
    cuts = [cut for cut in (*ends[:1], *commas[-1:]) if len(text[:cut].split()) >= _LEAST_WORDS]
    if cuts and rng.random() < 0.6:
        text = text[: rng.choice(cuts)].rstrip(" ,;:") + "."
    if rng.random() < 0.7:
        text = _LEAD_IN.sub("", text)
    if rng.random() < 0.6:
        text = _ADVERB.sub(lambda found: found[0] if found[0].strip() in _STAYS else "", text)
    authors = f"{rng.choice(_SURNAMES)} et al."
    for pattern, others in _OURS:
        text = pattern.sub(
            rng.choice((*others, authors) if "We" in pattern.pattern else others), text
        )
    text = text[:1].upper() + text[1:]
    whole = text.count("(") == text.count(")") and len(text.split()) >= _LEAST_WORDS
    return text if whole else ""


def turned(text: str, rng: random.Random) -> str | None:
    """The text with one thing turned round: a word's opposite, a negation, or two that compete."""
    ways = [
        text[: word.start()] + _like(word[0], _OPPOSITE[word[0].lower()]) + text[word.end() :]
        for word in _WORD.finditer(text)
        if word[0].lower() in _OPPOSITE
    ]
    if beats := _BEATS.match(text):
        other = beats["other"]
        ways += [f"{other} {beats['beats']} {beats['one']}{beats['rest']}"] * 2
    if verb := _VERB.search(text):
        ways.append(f"{text[: verb.end()]} not{text[verb.end() :]}")
    return rng.choice(ways) if ways else None


def _like(word: str, other: str) -> str:
    return other.capitalize() if word[0].isupper() else other
