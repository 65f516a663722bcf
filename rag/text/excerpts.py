"""Cuts a few words out of a sentence, verbatim, so that they can be read by themselves. Pure.

Every place where the excerpt may begin or end has a cost, which is higher if it reads badly. The
pair of places with the lowest total cost is chosen. Function words and commas show where clauses
and phrases begin, so no parser is needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.lexicons import lexicon

MOST_WORDS = 20
_FEWEST = 6  # words; fewer say too little
_PER_WORD = 0.04  # bonus for each word, so that the longer of two good excerpts is chosen
_WITHOUT_PLACE = 4.0  # the excerpt does not include the wanted place
_OPENER = 4  # words at most in an opening phrase before a comma
_ANYWHERE = 9.0  # neither a clause nor a phrase begins or ends here
_NEVER = 30.0  # in brackets or quotes, between a number and its unit, in a name

_WORD = re.compile(r"\S+")
_CORE = re.compile(r"^\W+|\W+$")
_SUBJECTS = lexicon("clause_subjects")
# If a sentence begins with one of these, its main clause comes after a comma.
_FRONTING = lexicon("adverbs", "clause_openers", "prepositions", "subordinators")
_SAYING = re.compile(
    r"(?:show|demonstrat|reveal|find|found|suggest|indicat|argu|observ|confirm|prov[ei]|hypothesi"
    r"|conclud|believ|hope|verif|highlight|propos)\w*"
)
_JOINING = lexicon("subordinators") | {"and", "but", "or", "so"}
_OPENING = lexicon("subordinators") | {"which", "due"}
_AUXILIARIES = lexicon("auxiliaries", "modals")
_RELATIVE = frozenset(("which", "that", "who", "whose"))
_PREPOSITIONS = lexicon("cut_prepositions")
_WAITING = lexicon("waiting_words")
_LOOSE = lexicon("articles", "auxiliaries", "modals", "prepositions", "loose_ends")


def excerpt(sentence: str, place: int, most: int = MOST_WORDS) -> str:
    """At most ``most`` consecutive words of ``sentence`` that can be read by themselves.

    They include the word at offset ``place`` if possible. A short enough sentence is returned
    whole.
    """
    spans = [match.span() for match in _WORD.finditer(sentence)]
    if len(spans) <= most:
        return sentence.strip()
    words = [sentence[start:end] for start, end in spans]
    inside = _inside(words)
    main = _main(words, inside)
    at = next((i for i, (_, end) in enumerate(spans) if end > place), len(words) - 1)
    if _SAYING.fullmatch(_core(words[at])) and _core(words[min(at + 1, len(words) - 1)]) == "that":
        at = min(at + 2, len(words) - 1)  # the object matters, not the verb "shows"
    starts = [_start(words, inside, main, i) for i in range(len(words))]
    ends = [_end(words, inside, j) for j in range(len(words) + 1)]

    def cost(cut: tuple[int, int]) -> float:
        first, last = cut
        short = 2.0 if last - first < _FEWEST else 0.0
        misses = 0.0 if first <= at < last else _WITHOUT_PLACE
        alone = 3.0 if first < main and last <= main else 0.0  # it has no main clause
        return starts[first] + ends[last] + short + misses + alone - _PER_WORD * (last - first)

    cuts = [(i, j) for i in range(len(words)) for j in range(i + 1, min(len(words), i + most) + 1)]
    first, last = min(cuts, key=cost)
    cut = sentence[spans[first][0] : spans[last - 1][1]]
    return cut if last == len(words) else cut.rstrip(" ,;:-")


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


def _closes(word: str) -> bool:
    return word.endswith((",", ";", ":")) or word in ("--", "---", "-", "–", "—")


def _main(words: Sequence[str], inside: Sequence[bool]) -> int:
    """The index of the word at which the main clause seems to begin."""
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
        # A few words are an opening phrase, no matter what follows: "In contrast, dynamic ...".
        opens = i - start <= _OPENER or _core(words[i]) in _SUBJECTS | {"a", "an"}
        if opens and _closes(words[i - 1]) and not inside[i]:
            return i
    return start


def _start(words: Sequence[str], inside: Sequence[bool], main: int, i: int) -> float:
    """The cost of an excerpt that begins with word ``i``."""
    if i in (0, main):
        return 1.0 if i < main else 0.0
    word, before = _core(words[i]), _core(words[i - 1])
    if inside[i]:
        return _NEVER
    if before == "that" and _SAYING.fullmatch(_core(words[i - 2])):
        return 0.5
    if _closes(words[i - 1]):
        return _after_comma(words[i - 1], words[i])
    clause = i >= 2 and _closes(words[i - 2])
    if before in _JOINING and word in _SUBJECTS:
        return 1.0 if clause or before not in ("and", "or") else 5.0
    if before == "which" or (clause and before in _JOINING | _RELATIVE):
        return 4.8 if word in _AUXILIARIES else 4.0
    if word in ("the", "a", "an") and _SAYING.fullmatch(before):
        return 2.0
    return 5.0 if word in _PREPOSITIONS else _ANYWHERE


def _after_comma(mark: str, word: str) -> float:
    core = _core(word)
    if core in _JOINING | _RELATIVE:
        return _ANYWHERE  # better to begin after that word
    if mark.endswith((";", ":")) or mark in ("--", "---", "-", "–", "—"):
        return 1.0
    if core in ("we", "it", "they", "our", "this", "these"):
        return 0.8
    if core in ("a", "an") or core in _SUBJECTS:
        return 1.6
    return 4.5 if core.endswith("ing") else 3.4


def _end(words: Sequence[str], inside: Sequence[bool], j: int) -> float:
    """The cost of an excerpt that ends before word ``j``."""
    if j == len(words):
        return 0.0
    if j == 0 or inside[j] or _core(words[j - 1]) in _LOOSE or not _core(words[j - 1]):
        return _NEVER
    last, following = words[j - 1], words[j]
    if _closes(last):
        return _at_comma(words, j)
    if following.startswith("("):
        # An abbreviation must not be separated from what it abbreviates.
        belongs = re.match(r"\((?:\w*[A-Z]\w*[A-Z]\w*\)|\S*\d)", following)
        return 3.0 if belongs else 0.8
    if last[-1].isdigit() or (last[:1].isupper() and following[:1].isupper()):
        return _NEVER
    return _before(words, j)


def _before(words: Sequence[str], j: int) -> float:
    """The cost of an end before word ``j`` if no punctuation is between."""
    last, word = words[j - 1], _core(words[j])
    if word in _OPENING:
        return 1.0
    if word == "that":
        return _ANYWHERE if _SAYING.fullmatch(_core(last)) else 2.0
    if word in _PREPOSITIONS:
        # Half of a pair, or a verb without its object.
        half = j >= 2 and _core(words[j - 2]) in ("and", "or")
        return 4.5 if half or _core(last).endswith(("ed", "ing")) else 2.2
    if word in ("and", "or", "but"):
        paired = {"between", "both", "either"} & {_core(w) for w in words[max(0, j - 6) : j]}
        return _ANYWHERE if paired else 3.6
    if word == "to" and _core(last) in _WAITING:
        return _ANYWHERE
    return 4.0 if word in ("to", "into", "as") else _ANYWHERE


def _at_comma(words: Sequence[str], j: int) -> float:
    """The cost of an end after a comma: high if the comma separates the items of a list."""
    if not words[j - 1].endswith(","):
        return 0.5 if words[j - 1].endswith(";") else 2.4
    word = _core(words[j])
    opened = next((i for i in range(j - 1, 0, -1) if _core(words[i]) == "that"), j - 1)
    if j - opened <= _FEWEST + 2 and opened < j - 1 and _core(words[opened + 1]) in _FRONTING:
        return _ANYWHERE  # "... that, beyond the cortex," is incomplete
    if word in _JOINING | _RELATIVE | _SUBJECTS or word.endswith("ing"):
        return 0.5
    near = words[j : j + 4]
    listed = any(w.endswith(",") for w in near[:-1]) or {"and", "or"} & set(near)
    return 3.0 if listed else 1.0
