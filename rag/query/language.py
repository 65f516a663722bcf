"""The language of a question, and what of a question in another language can be matched.

Words that stand in the library count as English (`rag.text.languages`). Figures:
docs/decisions/0020.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.index.library import Library
from rag.index.words.keys import key_of
from rag.text.characters.greek import is_greek_name, is_greek_symbol
from rag.text.english import is_english, is_everyday
from rag.text.languages import LETTERS, Language, language_in
from rag.text.names.coined_names import holds_coined_name, is_coined_name
from rag.text.names.person_names import PARTICLES
from rag.text.words import fold

# What may be a name, also where letters of another script follow without a space; then 's.
_PIECE = re.compile(r"([0-9A-Za-zÀ-ɏ]+(?:[-.,][0-9A-Za-zÀ-ɏ]+)*)(?:['’]s\b)?")
_LONG = 4  # letters; shorter words of other languages are often English words, too
_FEW = 3  # words
_HOLDERS = 20


def language_of(question: str, library: Library) -> Language | None:
    """The language of the question; None for English and for what is in no language."""
    words = LETTERS.findall(_without_names(question, library))
    own = [w for w in words if not (_is_author(w, library) or is_greek_symbol(w))]
    if len(own) <= _FEW and _is_english_but_names(own):
        return None  # "Zika virus" is too short to tell more
    return language_in(own, lambda word: _is_native(word, library))


def matchable(question: str, library: Library) -> list[str]:
    """The names, acronyms and numbers of the question that stand in the library, as it writes them.

    They are the same in every language, so that they find their paper without a translation.
    """
    found = []
    for match in _PIECE.finditer(question):
        piece = match[1]
        if any(c.isdecimal() for c in piece) and not is_coined_name(piece):
            written = _number(piece, library)
        else:
            written = _name(piece, library)
        if written:
            found.append(written)
    return list(dict.fromkeys(found))


def _without_names(question: str, library: Library) -> str:
    """The question without coined names, also those of several parts in small letters: "s-kan"."""

    def kept(piece: re.Match[str]) -> str:
        known = library.vocabulary.get(key_of(piece[1]))
        named = known is not None and holds_coined_name(known.written)
        named = named and not piece[1].isalpha()  # other words are known as the library's
        return " " if named or holds_coined_name(piece[1]) else piece[0]

    return _PIECE.sub(kept, question)


def _is_english_but_names(words: Sequence[str]) -> bool:
    """Whether the words in small letters are all English, and there are such words."""
    small = [word for word in words if word.islower()]
    return bool(small) and all(
        is_greek_name(word) or (len(word) >= _LONG and is_english(word)) for word in small
    )


def _is_native(word: str, library: Library) -> bool:
    """Whether the word is everyday English or stands in the library."""
    return is_everyday(word) or (len(word) >= _LONG and _stands(word, library))


def _is_author(word: str, library: Library) -> bool:
    """Whether the word is a name of an author of the library, which tells no language."""
    folded = fold(word)
    known = folded in library.authors or folded in library.given_names
    return (known or folded in PARTICLES) and not is_everyday(word)


def _stands(text: str, library: Library) -> bool:
    terms = library.lexical.terms(text)
    return bool(terms) and all(map(library.lexical.frequency, terms))


def _name(piece: str, library: Library) -> str | None:
    """The name or acronym as the library writes it; None if it is none or does not stand there."""
    if not _stands(piece, library):
        return None
    word = library.vocabulary.get(key_of(piece))
    if is_coined_name(piece):
        return word.written if word and word.named else piece
    proper = word and (word.named or (piece[0].isupper() and word.written[0].isupper()))
    return word.written if word and proper and not is_everyday(piece) else None


def _number(piece: str, library: Library) -> str | None:
    """The number as a paper has it, of at least two digits; a decimal comma may be a point."""
    if sum(c.isdecimal() for c in piece) < 2:
        return None
    for form in dict.fromkeys((piece, piece.replace(",", "."))):
        whole = re.compile(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)")
        for paper_id, _ in library.lexical.search(form, _HOLDERS):
            paper = library.by_id[paper_id]
            if whole.search(f"{paper.title} {paper.abstract}"):
                return form
    return None
