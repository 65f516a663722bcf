"""Finds claims that turn their quote round: who does what, what follows from what, what is denied.

Each rule compares a claim with the clauses of a quote that share its words, and needs evidence on
both sides, because a claim may leave out what it likes. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, permutations

from rag.answering.verify.clauses import COMMON, Clause, clauses_of, stems_of, words_in
from rag.answering.verify.comparisons import compares_otherwise
from rag.answering.verify.relations import relates_otherwise
from rag.text.polarity import directions
from rag.text.quantities.measurements import Measurement, measurements_in
from rag.text.sentences.sentences import split_sentences
from rag.text.words import stem

# Words for whoever did the work: they stand for any subject of its own.
_ANYONE = frozenset(
    map(
        stem,
        "method methods approach model framework work authors author paper system design scheme "
        "study technique algorithm architecture network strategy proposed present new novel also "
        "our we their".split(),
    )
)
_NEGATION = re.compile(
    r"\b(?:not(?! only\b[^.;]*\bbut\b)|no|never|neither|nor|without|cannot|unable"
    r"|fail(?:s|ed|ing)? to|lack(?:s|ed|ing)?|rarely|hardly|seldom|barely|rather than"
    r"|instead of|no longer)\b|n['’]t\b",
    re.IGNORECASE,
)
# Words that deny without a negation: "unlabelled" is "without labels", "avoids" is "does not need".
_DENIES_SOFTLY = re.compile(
    r"\b(?:avoid|independen|prevent|keep|kept|exclud|ignor|overlook|miss|impossibl|difficult|hard"
    r"|limit|reject|fail|lack|deficien|knockout|absen|zero|little|few|negligibl|only|except|free\b|drop-in|beyond"
    r"|non-?[a-z]|un(?!der|i|til|ion|less)[a-z]{4}|mis[a-z]{4}|in(?:valid|accura|complete|consist))",
    re.IGNORECASE,
)
_SCOPE_WORDS = 6
_SCOPE_ENDS = re.compile(
    r"[,;:.]|\b(?:but|while|whereas|although|because|unless|even if|compared)\b", re.IGNORECASE
)
_OWN_WORK = re.compile(
    r"(?:the|this|our|their)\s(?:[\w'’-]+\s){0,3}?"
    r"(?:method|approach|model|framework|work|paper|system|design|scheme|study|technique|algorithm"
    r"|architecture|network|strategy|tracker|detector)\b",
    re.IGNORECASE,
)
_DOES_NOT = re.compile(r"\b(?:not|no|never|without|avoid\w*)\b|n['’]t\b", re.IGNORECASE)
_LEAST_WRONG = 2  # words that must be another's
_RUN = 3  # words in a row that are another's
_SUBJECT_WORDS = 5  # words of content with which a clause's subject ends
_LEAST_SHARED = 0.6  # of a claim's words that a sentence must have to be compared with it
_NEARLY = 0.85  # of the highest share, for a sentence to be about the same


def turned_round(claim: str, quotes: Sequence[str]) -> str:
    """What the claim turns round ("subject", "negation" ...), or empty.

    It is read against the sentences of the quotes that have most of its words, and turns round what
    they say only if it turns round each of them. A claim that has its words from several sentences
    is not judged.
    """
    words = set(stems_of(claim))
    sentences = [s.text for quote in quotes for s in split_sentences(quote)]
    if not words or not sentences:
        return ""
    shares = [(len(words & set(stems_of(text))) / len(words), text) for text in sentences]
    least = max(_LEAST_SHARED, _NEARLY * max(shares)[0])
    near = [text for share, text in shares if share >= least]
    kinds = [
        next((kind for kind, turns in _RULES.items() if turns(claim, text)), "") for text in near
    ]
    return kinds[0] if kinds and all(kinds) else ""


def _subject_differs(claim: str, quote: str) -> bool:
    """Whether a clause of the claim says of one subject what the quote says of another."""
    there = clauses_of(quote)
    own = _stems_where(there, of_others=False)
    others = _stems_where(there, of_others=True)
    # What stands after "than" may be turned if "faster" is: comparisons are judged by themselves.
    judged = [one for one in clauses_of(claim) if not one.text.lower().startswith("than ")]
    return any(_wrong_side(one, own, others) or _wrong_clause(one, there) for one in judged)


def _stems_where(clauses: Sequence[Clause], *, of_others: bool) -> set[str]:
    return {s for clause in clauses if clause.of_others == of_others for s in clause.stems}


def _wrong_side(clause: Clause, own: set[str], others: set[str]) -> bool:
    """Whether what the clause says is said of others, or the other way round."""
    if not others:
        return False
    own_work = bool(_OWN_WORK.match(clause.text))
    if not own:
        return own_work
    if _DOES_NOT.search(clause.text):
        return False  # "X avoids what others do": denials are judged by themselves
    said = [s for s in clause.stems if s not in _ANYONE]
    subject = set(said[:1])
    about_others = clause.of_others or (not own_work and subject <= others - own)
    here, there = (others, own) if about_others else (own, others)
    right = sum(s in here and s not in there for s in said if s not in subject)
    wrong = [s in there and s not in here for s in said]
    if not own_work and not subject <= here - there:
        return False  # who that is, the quote does not tell
    return wrong[1:2] == [True] or _longest_run(wrong) >= _RUN or _LEAST_WRONG <= sum(wrong) > right


def _longest_run(flags: Sequence[bool]) -> int:
    return max((len(list(run)) for flag, run in groupby(flags) if flag), default=0)


def _wrong_clause(clause: Clause, there: Sequence[Clause]) -> bool:
    """Whether the clause has its subject from one clause of the quote, the rest from another."""
    if any(set(clause.stems) <= set(one.stems) for one in there):
        return False
    main = [one for one in there if not one.refers_back]
    said = [s for s in clause.stems if s not in _ANYONE]
    for one, other in permutations(main, 2):
        here, elsewhere = set(one.stems) - set(other.stems), set(other.stems) - set(one.stems)
        place = next((at for at, s in enumerate(said) if s in here or s in elsewhere), len(said))
        if one.of_others != other.of_others or not set(said[place : place + 1]) & here:
            continue
        if said[place] not in one.stems[:_SUBJECT_WORDS]:
            continue
        told = said[place + 1 :]
        right, wrong = (sum(s in words for s in told) for words in (here, elsewhere))
        number = any(s.isdigit() and len(s) > 1 and s in elsewhere for s in told)
        if wrong > right or number:
            return True
    return False


def _negation_differs(claim: str, quote: str) -> bool:
    """Whether one of the two denies words that the other says without denying any."""
    here, there = set(stems_of(claim)), set(stems_of(quote))
    shared = here & there
    denied_here, denied_there = _denied(claim) & shared, _denied(quote) & shared
    if bool(denied_here) == bool(denied_there):
        return False
    return not _DENIES_SOFTLY.search(quote if denied_here else claim)


def _denied(text: str) -> set[str]:
    """The stems of what follows a negation, up to the end of its clause, and is nowhere else."""
    denied: set[str] = set()
    rest, last = "", 0
    for match in _NEGATION.finditer(text):
        if match.start() < last:
            continue
        ends = _SCOPE_ENDS.search(text, match.end())
        end = ends.start() if ends else len(text)
        # Not numbers: "86.9K instead of 2.1M" may be what "from 2.1M to 86.9K" says.
        words = stems_of(text[match.end() : end])[:_SCOPE_WORDS]
        denied.update(word for word in words if not word[0].isdigit())
        rest, last = f"{rest} {text[last : match.start()]}", end
    return denied - set(stems_of(f"{rest} {text[last:]}"))


def _direction_differs(claim: str, quote: str) -> bool:
    """Whether what rises, or is better, in one falls in the other: "weaker coupling"."""
    there = set(_moved(quote))
    return any((what, -sign) in there and (what, sign) not in there for what, sign in _moved(claim))


def _moved(text: str) -> Iterator[tuple[str, int]]:
    """The stem after each word of direction, and its sign."""
    for word in directions(text):
        following = [w for w in words_in(text[word.end :]) if w not in COMMON and not directions(w)]
        if following:
            yield stem(following[0]), word.sign


def _number_differs(claim: str, quote: str) -> bool:
    """Whether a number of the claim has another role or metric in the quote."""
    there = measurements_in(quote)
    return any(
        _measures_otherwise(measured, there)
        for measured in measurements_in(claim)
        if measured.unit is not None or measured.value >= _LEAST_NUMBER
    )


def _measures_otherwise(measured: Measurement, there: Sequence[Measurement]) -> bool:
    same = [m for m in there if m.value == measured.value]
    if not same:
        return False
    if {m.role for m in same} == {"before"} and measured.role == "value":
        return True
    if {m.role for m in same} == {"other"} and measured.role == "value":
        return True
    if measured.role == "before" and all(m.role == "value" for m in same):
        return any(m.role == "before" for m in there)
    metric = set(stems_of(measured.metric)) - _ANYONE
    theirs = [set(stems_of(m.metric)) for m in same]
    rest = [set(stems_of(m.metric)) for m in there if m.value != measured.value]
    here = max(len(metric & words) for words in theirs)
    elsewhere = max((len(metric & words) for words in rest), default=0)
    return all(theirs) and elsewhere > here


def _quantifier_differs(claim: str, quote: str) -> bool:
    """Whether the claim says "all" or "none" of what the quote says "some" or "most" of."""
    partial = {s for words in _bound(quote, _PARTIAL) for s in words}
    total = {s for words in _bound(quote, _TOTAL) for s in words}
    return any(set(words) & partial and not set(words) <= total for words in _bound(claim, _TOTAL))


def _bound(text: str, quantifier: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    """The first words of content after each quantifier."""
    for match in quantifier.finditer(text):
        yield stems_of(text[match.end() :])[:2]


def _condition_dropped(claim: str, quote: str) -> bool:
    """Whether the claim says without a condition what the quote says only under one."""
    condition = _CONDITION.search(quote)
    if condition is None or _CONDITION.search(claim):
        return False
    if _TOTAL.search(claim) and not _TOTAL.search(quote):
        return True
    named = set(stems_of(re.split("[,;]", quote[condition.end() :])[0]))
    main = set(stems_of(quote[: condition.start()])) - _ANYONE
    said = set(stems_of(claim)) - _ANYONE
    if condition.group().lower().startswith("except"):
        return len(said & (named - main)) >= _LEAST_NAMED
    return not said & (named - main) and len(said & main) >= len(said) / 2


_LEAST_NUMBER = 10  # below it a number without a unit may count anything
_LEAST_NAMED = 2
_TOTAL = re.compile(r"\b(?:all|every|each|always|any|none|no|entire|whole)\b", re.IGNORECASE)
_PARTIAL = re.compile(
    r"\b(?:some|most|many|several|often|sometimes|usually|typically|partly|parts? of|subset of"
    r"|few)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:only (?:if|when|where|under)|unless|except(?: for)?|provided that|as long as)\b",
    re.IGNORECASE,
)
_RULES: dict[str, Callable[[str, str], bool]] = {
    "subject": _subject_differs,
    "negation": _negation_differs,
    "comparison": compares_otherwise,
    "direction": _direction_differs,
    "relation": relates_otherwise,
    "number": _number_differs,
    "quantifier": _quantifier_differs,
    "condition": _condition_dropped,
}
