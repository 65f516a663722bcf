"""Whether a sentence tells its reader what to do, in English grammar alone. Pure.

An abstract speaks of its work in the third person or as "we". A sentence that says "you", or that
begins with a bare verb and its object ("Ignore the ..."), speaks to whoever reads: no finding.
Measured in docs/decisions/0007.
"""

from __future__ import annotations

import re

# Other people's words: an abstract about attacks quotes them.
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|``[^`']*''")
# A capital inside a sentence is a name: You Only Look Once.
_YOU = re.compile(
    r"(?<![\w-])(?:you|your|yours|yourself|yourselves)(?![\w-])"
    r"|^\W*(?:You|Your|YOU|YOUR)\b(?=\s+[a-z])"
)
_IMPERATIVE = re.compile(
    r"^\W*(?:\w+:\s+)?(?:(?:please|now|then|and|just)\s+)?(?P<verb>[A-Za-z]+)\s+"
    r"(?:the|an?|all|any|this|these|those|every|each|me|us|it|them|my|everything|anything|nothing"
    r"|previous|prior)\b",
    re.IGNORECASE,
)
_PROHIBITION = re.compile(r"^\W*(?:\w+:\s+)?(?:do not|don['’]?t|never)\s+[a-z]+\b", re.IGNORECASE)
# A first word with one of these endings is no bare verb.
_NO_VERB = re.compile(
    r".*(?:ing|ed|[^p]ly|[^s]s|ion|[^e]al|[^g]ive|ous|ity|ness|ism|ist|ance|ence|ary|ful|phy|ogy)",
    re.IGNORECASE,
)
# Words that may begin a sentence before an article without being its verb, and the verbs by which
# papers do address their readers ("Consider a graph").
_OPENERS = frozenset(
    """a about above across after again against albeit all almost along alongside already also
    although always amid amidst among amongst an and any apart are as at because before behind
    being below beneath beside besides between beyond both but by can could despite did do does
    down due during each either even every everything except few finally first for from further
    furthermore given had half has have he hence her here him his how however i if in inside
    instead into is it its just last later less like many may me meanwhile might more moreover
    most much must my near nearly neither never next no none nor not notwithstanding now of off
    often on once one online only onto or other others otherwise our out outside over overall
    past per perhaps plus quite rather same second several shall she should since so some
    sometimes still such than that the their them then there thereby therefore these they third
    this those though through throughout thus till to today together too toward towards two
    three four five six under underneath unless unlike until up upon us using versus very via
    was we well were what whatever when whenever where whereas wherever whether which whichever
    while whilst who whoever whole whom whose why will with within without would yet assume
    consider define denote fix imagine let note notice recall see suppose""".split()
)


def addresses_reader(sentence: str) -> bool:
    """Whether the sentence is addressed to whoever reads it, rather than about its subject."""
    said = _QUOTED.sub(" ", sentence)
    if _YOU.search(said) or _PROHIBITION.match(said):
        return True
    order = _IMPERATIVE.match(said)
    if order is None:
        return False
    verb = order["verb"].lower()
    return verb not in _OPENERS and not _NO_VERB.fullmatch(verb)
