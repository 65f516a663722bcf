"""Takes a whole clause out of a long sentence, verbatim, so that it reads well by itself. Pure.

A clause begins where the sentence does, after an opening phrase ("In this paper, we ..."), after
"show that", or with the subject of a second clause (", and we ..."). It ends where the sentence
does, or before a second clause, a relative one or a participle that a comma sets off. It is never
cut anywhere else: not in a list, in a phrase or in brackets; without such a place it stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.lexicons import lexicon

ENOUGH = 24  # words that a clause may have before a shorter one is better
_FEWEST = 5  # words; fewer say too little
_LEADS_IN = 3  # words at most in an opening phrase, no matter what follows
_PER_WORD, _PER_WORD_SHARED = 0.12, 0.2  # costs of each word more than enough
_WITHOUT_PLACE = 4.0  # the clause does not have the wanted place
_OPENING, _REPORTED, _SECOND = 0.2, 0.4, 0.8  # costs of what a clause begins after
_BEFORE_SECOND, _BEFORE_RELATIVE, _BEFORE_PARTICIPLE = 0.4, 0.7, 0.8  # and of what it ends before

_WORD = re.compile(r"\S+")
_NUMBERED = re.compile(r"\(?(?:1|i|a)\.?\)")  # the first item of a list: (1), 1.), (i)
_CORE = re.compile(r"^\W+|\W+$")
_SUBJECTS = lexicon("clause_subjects") - {"all", "both", "each"} | {"the"}
_PRONOUNS = frozenset(("we", "it", "they", "i", "this", "these", "our"))
# If a sentence begins with one of these, its main clause comes after a comma.
_FRONTING = lexicon("adverbs", "clause_openers", "prepositions", "subordinators")
_SAYING = re.compile(
    r"(?:show|demonstrat|reveal|find|found|suggest|indicat|argu|observ|confirm|prov[ei]|hypothesi"
    r"|conclud|believ|verif|highlight)\w*"
)
_COORDINATING = frozenset(("and", "but", "so", "yet"))
_SUBORDINATING = frozenset(("although", "because", "since", "though", "whereas", "while"))
_RELATIVE = frozenset(("where", "which", "who"))
_AUXILIARIES = lexicon("auxiliaries", "modals")


def clause(sentence: str, place: int, enough: int = ENOUGH) -> str:
    """The whole clause of ``sentence`` that has the word at offset ``place``.

    A sentence of at most ``enough`` words is returned whole, and so is one without clauses.
    """
    start, end = clause_span(sentence, place, enough)
    return sentence[start:end]


def clause_span(
    sentence: str, place: int, enough: int = ENOUGH, *, participles: bool = False
) -> tuple[int, int]:
    """The offsets of `clause`. ``participles`` may begin one: "outperforming all of them"."""
    spans = [match.span() for match in _WORD.finditer(sentence)]
    if len(spans) <= enough:
        return (spans[0][0], spans[-1][1]) if spans else (0, 0)
    words = [sentence[start:end] for start, end in spans]
    at = next((i for i, (_, end) in enumerate(spans) if end > place), len(words) - 1)

    per_word = _PER_WORD_SHARED if participles else _PER_WORD

    def cost(cut: tuple[int, int, float]) -> float:
        first, last, ends = cut
        misses = 0.0 if first <= at < last else _WITHOUT_PLACE
        return ends + misses + per_word * max(0, last - first - enough)

    first, last, _ = min(_cuts(words, participles), key=cost)
    start, end = spans[first][0], spans[last - 1][1]
    return start, start + len(sentence[start:end].rstrip(" ,;:")) if last < len(words) else end


def _cuts(words: Sequence[str], participles: bool) -> Iterator[tuple[int, int, float]]:
    """The words from which and up to which a clause goes, and what these ends cost."""
    inside, end = _inside(words), len(words)
    numbered = next((i for i, word in enumerate(words) if _NUMBERED.fullmatch(word)), end)
    starts = [cut for cut in _starts(words, inside) if cut[0] <= numbered]
    ends = [cut for cut in _ends(words, inside) if cut[0] <= numbered or cut[0] == end]
    if participles:
        starts += [(j, _SECOND) for j, _ in ends if j < end and _is_participle(_core(words[j]))]
    for first, begun in starts:
        for last, ended in ends:
            if last - first < _FEWEST:
                continue
            # What fronts a clause is none by itself: "Because ..., exploring ... is hard".
            fronts = _core(words[first]) in _FRONTING
            if last == end or (not fronts and _says(words[first:last])):
                yield first, last, begun + ended


def _starts(words: Sequence[str], inside: Sequence[bool]) -> Iterator[tuple[int, float]]:
    yield 0, 0.0
    main = _main(words, inside)
    if main:
        yield main, _OPENING
    for i in range(max(2, main + 1), len(words) - _FEWEST):
        if inside[i]:
            continue
        before = _core(words[i - 1])
        if before == "that" and _SAYING.fullmatch(_core(words[i - 2])):
            if _core(words[i]) not in _FRONTING:
                yield i, _REPORTED
        elif _begins_second(words, i):
            yield i, _SECOND


def _begins_second(words: Sequence[str], i: int) -> bool:
    """Whether a clause with its own subject begins at a word, after a comma and perhaps "and"."""
    if words[i - 1].endswith(";"):
        return _core(words[i]) in _SUBJECTS
    joined = _core(words[i - 1]) in _COORDINATING and words[i - 2].endswith((",", ";"))
    return joined and _core(words[i]) in _PRONOUNS


def _ends(words: Sequence[str], inside: Sequence[bool]) -> Iterator[tuple[int, float]]:
    yield len(words), 0.0
    for j in range(_FEWEST, len(words) - 1):
        if inside[j] or not words[j - 1].endswith((",", ";")) or "." in words[j - 1]:
            continue  # "i.e., ..." goes on
        word, following = _core(words[j]), _core(words[j + 1])
        second = word in _COORDINATING and following in _PRONOUNS
        if words[j - 1].endswith(";") or word in _SUBORDINATING or second:
            yield j, _BEFORE_SECOND
        elif word in _RELATIVE:
            yield j, _BEFORE_RELATIVE
        elif _is_participle(word) and not _is_participle(_core(words[j - 1])):
            yield j, _BEFORE_PARTICIPLE


def _is_participle(word: str) -> bool:
    return len(word) > 5 and word.endswith("ing") and word != "including"


def _says(words: Sequence[str]) -> bool:
    """Whether words that are cut off before the end surely have a verb: "we ...", "... is ..."."""
    cores = [_core(word) for word in words]
    own = cores[: next((i for i, word in enumerate(words) if word.endswith(",")), len(cores))]
    begins = cores[0] in _PRONOUNS - {"our", "this", "these"}
    return begins or any(word in _AUXILIARIES or _SAYING.fullmatch(word) for word in own[1:])


def _main(words: Sequence[str], inside: Sequence[bool]) -> int:
    """The word at which the main clause seems to begin, 0 if no opening phrase is before it."""
    main = 0
    while _core(words[main]) in _FRONTING:
        following = _after_front(words, inside, main)
        if following == main:
            break
        main = following
    return main


def _after_front(words: Sequence[str], inside: Sequence[bool], start: int) -> int:
    """The first word after the comma that ends an opening phrase; ``start`` if there is none."""
    for i in range(start + 1, len(words) - _FEWEST + 1):
        if not words[i - 1].endswith(",") or inside[i]:
            continue
        # "In contrast, dynamic ..."
        if i - start <= _LEADS_IN or _core(words[i]) in _PRONOUNS:
            return i
    return start


def _inside(words: Sequence[str]) -> list[bool]:
    """Whether a bracket or a quotation is open, before each word and after the last."""
    found, depth, quoted = [False], 0, False
    for word in words:
        depth = max(0, depth + len(re.findall(r"[(\[{]", word)) - len(re.findall(r"[)\]}]", word)))
        quoted ^= word.count('"') % 2 == 1
        found.append(depth > 0 or quoted)
    return found


def _core(word: str) -> str:
    return _CORE.sub("", word).lower()
