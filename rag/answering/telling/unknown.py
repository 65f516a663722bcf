"""Answers a message that has no sense here: keyboard mash, or a word that stands nowhere."""

from __future__ import annotations

import re

from rag.answering.telling.talk import invitation
from rag.answering.telling.told import Collection, Told
from rag.answering.telling.writing import number_of
from rag.index.library import Library
from rag.query.identified import identifiers_in
from rag.query.query import QueryText
from rag.text.characters.escaping import as_markdown, visible

_QUESTIONS = 2
_MOST_NAMED = 3  # unknown words
_MOST_SHOWN = 40  # characters of a message
_WORD = re.compile(r"[^\W_][\w’'-]*")


def unknown(message: QueryText, collection: Collection) -> Told:
    """One line that says what was not understood, and questions that would be."""
    library = message.library
    identifiers = [found.written for found in identifiers_in(library, message.text)]
    missing = words_nowhere(library, message.text)[:_MOST_NAMED]
    if identifiers:
        line = f"No paper here has the identifier “{as_markdown(_cut(identifiers[0]))}”."
    elif missing:
        quoted = [f"“{as_markdown(_cut(words))}”" for words in missing]
        either = f"{', '.join(quoted[:-1])} or {quoted[-1]}" if quoted[1:] else quoted[0]
        extent = f"any of the {number_of(len(library.papers), 'abstract')}"
        line = f"I cannot find {either} in {extent} here."
    else:
        line = f"I cannot read “{as_markdown(_cut(message.text))}” as a question to these papers."
    questions = invitation(collection, _QUESTIONS)
    return Told("\n\n".join(filter(None, (line, questions))), reason="not_in_corpus")


def unreadable(language: str) -> Told:
    """What is said to a question in another language of which nothing could be matched."""
    return Told(
        f"This is {language}, and no language model is here to translate it. It holds no name, "
        "acronym or number that could be matched with these papers. Ask in the language of their "
        "abstracts, or with the name of a method or paper.",
        reason="not_in_corpus",
    )


def words_nowhere(library: Library, text: str) -> list[str]:
    """The words of the text that stand in no paper; neighbours are one entry. Each once."""
    runs: list[str] = []
    end = -1
    for match in _WORD.finditer(text):
        terms = library.lexical.terms(match.group())
        if terms and not any(library.lexical.frequency(term) for term in terms):
            beside = end >= 0 and not text[end : match.start()].strip()
            runs[-1:] = [f"{runs[-1]} {match.group()}"] if beside else [*runs[-1:], match.group()]
            end = match.end()
        else:
            end = -1
    return list(dict.fromkeys(runs))


def _cut(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN].rstrip()} ..."
