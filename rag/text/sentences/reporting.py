"""Which sentences of an abstract report something, and so may be evidence. Pure.

Two kinds do not: those that give their reader orders (`rag.text.sentences.imperatives`), and those
in another language beside English ones. Of an abstract in two languages the English half is
evidence, and of one without English every sentence. Figures: docs/decisions/0007.
"""

from __future__ import annotations

from functools import lru_cache

from rag.text.english import is_english, is_everyday
from rag.text.languages import LETTERS, language_in
from rag.text.sentences.imperatives import addresses_reader
from rag.text.sentences.sentences import split_sentences

_LONG = 4  # letters; shorter words of other languages are often English words, too
_FEWEST_WORDS = 4  # in which a language in Latin letters is told
_LEAST_ENGLISH = 0.25  # of an abstract's characters, from which on it is in English
_KEPT = 1 << 16  # sentences; what they are is asked with every question


def reports(sentence: str, abstract: str) -> bool:
    """Whether the sentence of this abstract may be evidence."""
    foreign = _is_foreign(sentence) and _has_english(abstract)
    return not foreign and not addresses_reader(sentence)


@lru_cache(_KEPT)
def _is_foreign(sentence: str) -> bool:
    # Capitals within a word mean a name.
    words = [word for word in LETTERS.findall(sentence) if word[1:].islower() or not word.isascii()]
    if len(words) < _FEWEST_WORDS and sentence.isascii():
        return False
    return language_in(words, _is_native) is not None


@lru_cache(_KEPT)
def _has_english(abstract: str) -> bool:
    sentences = [span.text for span in split_sentences(abstract)]
    english = sum(len(text) for text in sentences if not _is_foreign(text))
    return english >= _LEAST_ENGLISH * len(abstract)


def _is_native(word: str) -> bool:
    return is_everyday(word) or (len(word) >= _LONG and is_english(word))
