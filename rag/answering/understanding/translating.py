"""Translates a question into English and an answer into the reader's language, by a language model.

Numbers and names must come through unchanged: a translation is checked for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import TypeVar

from rag.models.endpoints.chat import ChatModel, Message
from rag.models.endpoints.structured import Reply, stream
from rag.text.characters.escaping import visible
from rag.text.languages import Language
from rag.text.names.coined_names import coined_names

_TO_ENGLISH = (
    "You translate questions into English, word for word. You never answer them. Keep names, "
    'acronyms and numbers exactly as written. Reply in JSON: {"english": "the question"}.\n'
    'Example: "Was ist FooNet?" gives {"english": "What is FooNet?"}.'
)
_INTO = (
    "Translate each numbered text from English into {0}. Keep names, acronyms and numbers exactly "
    'as written. Reply in JSON: {{"translations": ["...", ...]}}, one string of {0} for each text.'
)
_TOKENS_PER_CHARACTER = 1.5  # in scripts for which a model's vocabulary has few words
_TOKENS_BESIDE = 60  # the JSON around them
_LONGEST = 3  # times the question; a longer reply is no translation but an answer or a remark
_ASKING, _ENDING = ("?", "？", "؟", ";"), (".", "。", "।")
_ENOUGH = 200  # characters that any translation may have
# Latin or other letters between which there need not be a space: CBNetV2的.
_RUN = re.compile(r"[0-9A-Za-zÀ-ɏ.-]+")


class EnglishReply(Reply):
    """A question in English."""

    english: str


class TranslationsReply(Reply):
    """The texts in another language, in order."""

    translations: tuple[str, ...]


def to_english(chat: ChatModel, question: str, language: Language) -> str | None:
    """The question in English; None if the model's reply is no translation of it.

    A name or number that the model left out is appended in brackets, so that it is searched for.
    Raises EndpointError as `ChatModel.stream` does.
    """
    text = visible(question)
    messages = [_system(_TO_ENGLISH), _user(f'Translate from {language.name}: "{text}"')]
    reply = _whole(chat, messages, EnglishReply, len(text))
    english = " ".join(reply.english.split()) if reply else ""
    if not _is_translation(english, question):
        return None
    lost = [name for name in _fixed(question) if name.casefold() not in english.casefold()]
    return f"{english} ({', '.join(lost)})" if lost else english


def into(chat: ChatModel, texts: Sequence[str], language: Language) -> list[str] | None:
    """The English texts in another language, in one request; None if the reply is not one for each.

    A text whose translation lacks one of its numbers stays in English. Raises EndpointError as
    `ChatModel.stream` does.
    """
    if not texts:
        return []
    numbered = "\n".join(f"[{n}] {visible(text)}" for n, text in enumerate(texts, 1))
    messages = [_system(_INTO.format(language.name)), _user(numbered)]
    reply = _whole(chat, messages, TranslationsReply, len(numbered))
    if reply is None or len(reply.translations) != len(texts):
        return None
    clean = [re.sub(r"^\[\d+\]\s*", "", text).strip() for text in reply.translations]
    return [
        new if new and _digits(old) <= _digits(new) else old
        for old, new in zip(texts, clean, strict=True)
    ]


R = TypeVar("R", bound=Reply)


def _whole(
    chat: ChatModel, messages: Sequence[Message], reply_type: type[R], characters: int
) -> R | None:
    """The last state of the reply to a request about so many characters."""
    longest = int(characters * _TOKENS_PER_CHARACTER) + _TOKENS_BESIDE
    with closing(stream(chat, messages, reply_type, longest)) as replies:
        return next(reversed(list(replies)), None)


def _is_translation(reply: str, question: str) -> bool:
    """Whether the reply may be the question in English.

    It must be in Latin letters, not too long, not as it was, and no statement: small models
    sometimes answer, with a full stop or a number of their own.
    """
    letters = [c for c in reply if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    most = max(_ENOUGH, _LONGEST * len(question))
    if 2 * latin <= len(letters) or len(reply) > most or reply == question.strip():
        return False
    asks = reply.endswith("?") or not question.rstrip().endswith(_ASKING)
    states = reply.endswith(".") and not question.rstrip().endswith(_ENDING)
    return asks and not states and _digits(reply) <= _digits(question)


def _fixed(question: str) -> list[str]:
    """The coined names and the numbers of at least two digits, which no language changes."""
    runs = [run.strip(".-") for run in _RUN.findall(question)]
    names = [name for run in runs for name in coined_names(run)]
    return list(dict.fromkeys(names + [run for run in runs if len(run) > 1 and run[0].isdecimal()]))


def _digits(text: str) -> Counter[str]:
    return Counter(c for c in text if c.isdecimal())


def _system(content: str) -> Message:
    return {"role": "system", "content": content}


def _user(content: str) -> Message:
    return {"role": "user", "content": content}
