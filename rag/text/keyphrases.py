"""Key phrases: one to three words at the end of a noun phrase, which a text is about. Pure.

Proposed columns, terms of a summary, cluster labels and topics of a corpus are key phrases. No
parser is needed: a run of content words before punctuation or a function word ends with the head of
its noun phrase. Some phrases are wrong, but only shared ones count, and papers seldom share these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.text.lexicons import function_words, lexicon
from rag.text.words import singular
from rag.types import Paper

_LONGEST = 3  # words
_TOPIC = 2  # words
_FEWEST_TITLES = 2
_LOOKED_AT = 600  # papers of a large corpus; a sample has the same topics
_TOKEN = re.compile(r"[^\W\d_]\w*(?:-\w+)*|\d[\w.%-]*|[^\w\s]")
_ACRONYM = re.compile(r"((?:[\w-]+\s+){1,6})\((\w*[A-Z]\w*[A-Z]\w*?)s?\)")
# Words before which a noun phrase may end.
_ENDS = function_words() | {"even", "whole"}
# Words before a verb: "to perceive motion".
_BEFORE_VERB = lexicon("modals") | {"to", "we", "they"}
_ACADEMIC = lexicon("academic_words")
_HEADS = lexicon("phrase_heads")
_WEAK = lexicon("weak_words")
# Endings of adjectives, adverbs and participles, which are no names of columns by themselves.
_NO_NOUN = re.compile(
    r".*(?:[^v]al|ive|ful|ous|ic|able|ible|ary|less|ent|ant|ly|ed|ish|ward|like|based|driven|aware"
    r"|specific|agnostic|wise)"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: ``key`` is the same for all spellings, ``text`` is the spelling in the text."""

    key: str
    text: str


def phrases_of(text: str, *, broad: bool = False) -> Iterator[Phrase]:
    """Every phrase of ``text`` in order, with repetitions and shorter ones inside longer ones.

    Phrases of weak words only, such as "neural networks", are included only if ``broad``: they
    describe a corpus, but do not distinguish its papers.
    """
    for run in _runs(text):
        for size in range(1, min(_LONGEST, len(run)) + 1):
            words = run[-size:]
            if _may_be_name(words, broad=broad):
                yield Phrase(key_of(words), " ".join(words))


def topics_of(papers: Sequence[Paper], most: int = 3) -> tuple[str, ...]:
    """What a corpus is mostly about: up to ``most`` phrases of two words.

    They occur in several titles; those of the most papers come first. No two have a word in common,
    and each has its most frequent spelling, in small letters.
    """
    papers_with: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for paper in papers[:: max(1, len(papers) // _LOOKED_AT)]:
        in_title, in_abstract = (
            [p for p in phrases_of(text, broad=True) if len(p.text.split()) == _TOPIC]
            for text in (paper.title, paper.abstract)
        )
        titled.update({phrase.key for phrase in in_title})
        papers_with.update({phrase.key for phrase in (*in_title, *in_abstract)})
        for phrase in (*in_title, *in_abstract):
            forms.setdefault(phrase.key, Counter())[phrase.text.lower()] += 1
    topics: list[str] = []
    used_words: set[str] = set()
    for key, _ in sorted(papers_with.items(), key=lambda item: (-item[1], item[0])):
        if titled[key] >= _FEWEST_TITLES and used_words.isdisjoint(key.split()):
            topics.append(forms[key].most_common(1)[0][0])
            used_words.update(key.split())
    return tuple(topics[:most])


def as_keys(text: str) -> str:
    """All words of ``text`` as `key_of` writes them, between " ", to find f" {key} " in."""
    words = (match.group() for match in _TOKEN.finditer(text))
    return f" {' '.join(key_of([word]) for word in words)} "


def key_of(words: Iterable[str]) -> str:
    """The words in small letters, singular, without hyphens: "multimodal model"."""
    return " ".join(singular(word.lower().replace("-", "")) for word in words)


def acronyms(text: str) -> dict[str, str]:
    """The keys of the acronyms in ``text``, each with the key of the words that it abbreviates."""
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        short, words = match.group(2), re.findall(r"\w+", match.group(1))
        # All letters of "fMRI" are initials; of "ViT" only the capitals are.
        for letters in (short, "".join(filter(str.isupper, short))):
            meant = words[-len(letters) :]
            if "".join(word[0] for word in meant).lower() == letters.lower():
                found.setdefault(key_of([short]), key_of(meant))
    return found


def spelling(forms: Mapping[str, int], words: Container[str]) -> str:
    """How to write a phrase as the name of a column: singular, in small letters if texts do so.

    ``forms`` counts the spellings of the phrase; ``words`` are all words of all texts.
    """
    usual = max(forms, key=lambda form: (forms[form], form)).split()
    small = [
        word.lower()
        if word[1:].replace("-", "").isalpha()
        and word.istitle()
        and (word.lower() in words or f"{word.lower()}s" in words)
        else word
        for word in usual
    ]
    last = singular(small[-1])
    return " ".join([*small[:-1], last if last in words or last.islower() else small[-1]])


def _runs(text: str) -> Iterator[list[str]]:
    """Runs of words that belong to one noun phrase, up to its head."""
    run: list[str] = []
    before = ""
    for match in _TOKEN.finditer(f"{text} ."):
        word = match.group()
        lower = singular(word.lower())
        ends = word.lower() in _ENDS or not word[0].isalnum()
        if not ends and run and (lower in _HEADS or lower not in _ACADEMIC):
            run.append(word)
        elif not ends and word[0].isalpha() and lower not in _ACADEMIC:
            run = [] if before in _BEFORE_VERB else [word]
        else:
            if ends and run:
                yield run
            run = []
        before = lower


def _may_be_name(words: Sequence[str], *, broad: bool) -> bool:
    """Whether at least one word has a specific meaning, and the last one is a noun."""
    lower = [singular(word.lower()) for word in words]
    if lower[0] in _ACADEMIC or len(set(lower)) < len(lower):
        return False
    empty = _HEADS | _ACADEMIC if broad and len(words) > 1 else _WEAK | _HEADS | _ACADEMIC
    if empty.issuperset(lower):
        return False
    if len(words) == 1:
        named = any(letter.isupper() for letter in words[0][1:])
        return named or not (len(lower[0]) < 3 or _NO_NOUN.fullmatch(lower[0]))
    return not (_NO_NOUN.fullmatch(lower[-1]) or lower[0].endswith("ly"))
