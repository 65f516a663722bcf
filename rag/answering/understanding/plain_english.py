"""Puts a question into plain English that the corpus understands: translated, spelt rightly.

What was changed is told to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.understanding.translating import to_english
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.query.language import language_of, matchable
from rag.query.spelling import mend
from rag.text.languages import Language, script_of

_MOST = 0.5  # share of the abstracts


@dataclass(frozen=True, slots=True)
class PlainEnglish:
    """A question in English; ``notes`` say how it was taken.

    ``language`` is the one it was asked in, None for English. ``text`` is empty if nothing of a
    question in another language could be matched.
    """

    text: str
    language: Language | None = None
    notes: tuple[str, ...] = ()


def is_in_most_abstracts(question: str, library: Library) -> bool:
    """Whether most abstracts are written in the question's script, other than Latin."""
    return library.scripts.get(script_of(question) or "", 0) > _MOST


def in_plain_english(question: str, library: Library, chat: ChatModel | None) -> PlainEnglish:
    """The question in English, without typing errors.

    A question in the script of most abstracts stays as it is. Others a language model translates;
    without one, the question stays as it is if any abstract is in its script, and else only its
    names and numbers are searched for. Raises EndpointError as `ChatModel.stream` does.
    """
    language = language_of(question, library)
    if language is None:
        mended = mend(question, library)
        taken = [f"“{written}” taken as “{meant}”" for written, meant in mended.changes]
        return PlainEnglish(mended.text, notes=tuple(taken))
    if is_in_most_abstracts(question, library):
        return PlainEnglish(question, language)
    english = to_english(chat, question, language) if chat else None
    if english:
        note = f"Asked in {language.name}, taken as: “{english}”"
        return PlainEnglish(english, language, (note,))
    if script_of(question) in library.scripts:
        return PlainEnglish(question, language)
    matched = matchable(question, library)
    if not matched:
        return PlainEnglish("", language)
    note = (
        f"Asked in {language.name}. No language model is here to translate it, so it was searched "
        f"for {', '.join(matched)} alone."
    )
    return PlainEnglish(" ".join(matched), language, (note,))
