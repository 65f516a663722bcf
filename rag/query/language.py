"""The language of a question, and what of a question in another language can be matched.

A script of its own tells a language. Among languages in Latin letters py3langid decides, against
the share of words that are everyday English or stand in the library: names and rare terms of an
English question look like any language. Figures: docs/decisions/0020.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rag.index.library import Library
from rag.index.vocabulary import key_of
from rag.text.coined_names import holds_coined_name, is_coined_name
from rag.text.english import is_everyday
from rag.text.person_names import PARTICLES
from rag.text.words import fold

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LATIN = {
    "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "es": "Spanish",
    "fi": "Finnish", "fr": "French", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "sv": "Swedish", "tr": "Turkish", "vi": "Vietnamese",
}  # fmt: skip
# By the first word of a letter's Unicode name; where several languages share a script, the detector
# chooses among them.
_SCRIPTS = {
    "CJK": {"zh": "Chinese"},
    "HIRAGANA": {"ja": "Japanese"},
    "KATAKANA": {"ja": "Japanese"},
    "HANGUL": {"ko": "Korean"},
    "CYRILLIC": {"ru": "Russian", "uk": "Ukrainian", "bg": "Bulgarian", "sr": "Serbian"},
    "ARABIC": {"ar": "Arabic", "fa": "Persian", "ur": "Urdu"},
    "DEVANAGARI": {"hi": "Hindi", "mr": "Marathi", "ne": "Nepali"},
    "BENGALI": {"bn": "Bengali"},
    "TAMIL": {"ta": "Tamil"},
    "GREEK": {"el": "Greek"},
    "HEBREW": {"he": "Hebrew"},
    "THAI": {"th": "Thai"},
}
_FEWEST_LETTERS = 2  # of a script; a single Greek letter is a symbol
_LEAST_SHARE = 0.25  # of the letters outside names; an English question may quote a foreign word
# The detector's evidence for another language, per letter, must exceed this. Fitted on half of the
# questions of tests/query/foreign_questions.txt and of data/reader.
_EVIDENCE = 0.28
_MORE_IF_ALL_ENGLISH = 0.57  # times the share of words that are English or the library's
_SURELY_ENGLISH = 0.9  # that share, from which the detector is not asked
_LETTERS = re.compile(r"[^\W\d_]+")
# What may be a name, also where letters of another script follow without a space; then 's.
_PIECE = re.compile(r"([0-9A-Za-zÀ-ɏ]+(?:[-.,][0-9A-Za-zÀ-ɏ]+)*)(?:['’]s\b)?")
_LONG = 4  # letters; shorter words of other languages are often English words, too
_HOLDERS = 20


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its ISO 639-1 code and its English name."""

    code: str
    name: str


def language_of(question: str, library: Library) -> Language | None:
    """The language of the question; None for English and for what is in no language."""
    words = _LETTERS.findall(_without_names(question))
    text = " ".join(word for word in words if not _is_author(word, library))
    script = _script_of(text)
    if script:
        return _likeliest(text, _SCRIPTS[script])
    words = text.split()
    if not words or (len(words) == 1 and words[0].isascii()):
        return None  # a single word may be a name, or nothing
    share = sum(_is_native(word, library) for word in words) / len(words)
    if share >= _SURELY_ENGLISH:
        return None
    ranks = dict(_detector().rank(text))
    best = max(_LATIN, key=lambda code: ranks[code])
    evidence = (ranks[best] - ranks["en"]) / len(text)
    if evidence < _EVIDENCE + _MORE_IF_ALL_ENGLISH * share:
        return None
    return Language(best, _LATIN[best])


def language_named(text: str) -> Language | None:
    """The language that a text names in English ("in German please"); None if it names none."""
    known = dict(_LATIN) | {code: name for of in _SCRIPTS.values() for code, name in of.items()}
    words = set(text.lower().split()) | {word.lower() for word in _LETTERS.findall(text)}
    return next(
        (Language(code, name) for code, name in known.items() if name.lower() in words), None
    )


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


def _script_of(text: str) -> str | None:
    """The script other than Latin in which the text is written; None if there is none."""
    scripts = Counter(
        unicodedata.name(c, "").partition(" ")[0] for c in text if c.isalpha() and not c.isascii()
    )
    for kana in ("HIRAGANA", "KATAKANA"):  # a Japanese question has Chinese letters, too
        if scripts[kana]:
            return kana
    script = max(_SCRIPTS, key=lambda name: scripts[name])
    fewest = max(_FEWEST_LETTERS, _LEAST_SHARE * sum(c.isalpha() for c in text))
    return script if scripts[script] >= fewest else None


def _likeliest(text: str, languages: dict[str, str]) -> Language:
    code = next(iter(languages))
    if len(languages) > 1:
        ranks = dict(_detector().rank(text))
        code = max(languages, key=lambda one: ranks[one])
    return Language(code, languages[code])


@cache
def _detector() -> LanguageIdentifier:
    """The detector, for the languages of this module; loading it takes 0.7 s."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_model_file(MODEL_FILE)
    others = [code for languages in _SCRIPTS.values() for code in languages]
    detector.set_languages(["en", *_LATIN, *dict.fromkeys(others)])
    return detector


def _without_names(question: str) -> str:
    def kept(piece: re.Match[str]) -> str:
        return " " if holds_coined_name(piece[1]) else piece[0]

    return _PIECE.sub(kept, question)


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
