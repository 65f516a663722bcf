"""Escapes foreign text for the place where it is shown: a page, a terminal, Markdown, a prompt.

Titles and abstracts may contain anything: bytes that move the cursor of a terminal, invisible
characters, Markdown that becomes a link, marks that look like the structure of a prompt. Quotes are
stored verbatim and escaped when they are shown.
"""

from __future__ import annotations

import re

# Control characters, characters without width, marks that change the direction of text, and tag
# characters, which only machines read. The joiners of Indic and Persian script are not among them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Characters with a meaning in Markdown. "_" has none inside a word; GitHub makes links of "://",
# "www." and "@" even without markup.
_ACTIVE = re.compile(
    r"[`*~\[\]]|\\(?=[!-/:-@\[-`{-~])|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
    r"|:(?=//)|(?<=\bwww)\.|@(?=\w)",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"^(?:#(?=#{0,5}(?:\s|$))|[-+>=]|\d{1,9}(?P<stop>[.)])(?=\s|$))")


def visible(text: str) -> str:
    """The text without invisible characters, on one line."""
    return " ".join(_HIDDEN.sub("", text).split())


def as_markdown(text: str) -> str:
    """Markdown that renders as the visible text only."""
    escaped = _ACTIVE.sub(lambda match: f"\\{match.group()}", visible(text))
    start = _LINE_START.match(escaped)
    if start is None:
        return escaped
    at = start.start("stop") if start["stop"] else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def from_markdown(markdown: str) -> str:
    """The visible text of `as_markdown`'s result."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def plain_text(markdown: str) -> str:
    """The visible text of an answer, without citation markers, bold and code marks."""
    return from_markdown(re.sub(r"(?<!\\)(?:\*\*|`| ?(?:\[\d+\])+)", "", markdown))


def as_material(text: str) -> str:
    """The text for use in a prompt: one line, without marks that structure the prompt.

    Square brackets enclose the numbers of sentences, and "<" before a letter begins the marks that
    models read as the end of a message. Double quotes become single ones, because small models copy
    them unescaped, which ends their JSON string.
    """
    text = visible(text).replace("``", "'").replace("''", "'").replace('"', "'")
    return re.sub(r"<(?=[^\s\d<=])", "< ", text.replace("[", "(").replace("]", ")"))
