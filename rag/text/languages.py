"""The language of some words.

A script of its own tells a language. Among languages in Latin letters py3langid decides, against
the share of words that are English, or names: rare terms of an English text look like any
language. Figures: docs/decisions/0020.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

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
LETTERS = re.compile(r"[^\W\d_]+")
_FEWEST_LETTERS = 2  # of a script; a single Greek letter is a symbol
_LEAST_SHARE = 0.25  # of the letters outside names; an English question may quote a foreign word
# The detector's evidence for another language, per letter, must exceed this. Fitted on half of the
# questions of tests/query/foreign_questions.txt and of data/reader.
_EVIDENCE = 0.28
_MORE_IF_ALL_ENGLISH = 0.57  # times the share of words that are English or the library's
_SURELY_ENGLISH = 0.9  # that share, from which the detector is not asked


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its ISO 639-1 code and its English name."""

    code: str
    name: str


def language_in(words: Sequence[str], is_native: Callable[[str], bool]) -> Language | None:
    """The language of these words; None for English and for what is in no language.

    ``is_native``: whether a word says that the text is English, or nothing.
    """
    text = " ".join(words)
    script = script_of(text)
    if script:
        return _likeliest(text, _SCRIPTS[script])
    if not words or (len(words) == 1 and words[0].isascii()):
        return None  # a single word may be a name, or nothing
    share = sum(map(is_native, words)) / len(words)
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
    words = set(text.lower().split()) | {word.lower() for word in LETTERS.findall(text)}
    return next(
        (Language(code, name) for code, name in known.items() if name.lower() in words), None
    )


def script_of(text: str) -> str | None:
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
