"""Text that others wrote, made plain for where it goes: a page, a terminal, Markdown, a prompt.

Titles and abstracts are data and may hold anything: bytes that move a terminal's cursor, characters
that no one sees, Markdown that becomes a link, marks that look like the structure of a prompt.
Quotes are kept as they stand; what is made of them goes through here.
"""

from __future__ import annotations

import re

# Controls, marks without width, marks that turn the direction of what follows, and tags: letters
# that only a machine reads. The joiners of Indic and Persian script stay.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# What Markdown could take for more than the character itself. Inside a word "_" is only itself;
# "://", "www." and "@" are what GitHub makes links of unasked.
_ACTIVE = re.compile(
    r"[`*~\[\]]|\\(?=[!-/:-@\[-`{-~])|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
    r"|:(?=//)|(?<=\bwww)\.|@(?=\w)",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"^(?:#(?=#{0,5}(?:\s|$))|[-+>=]|\d{1,9}(?P<stop>[.)])(?=\s|$))")


def visible(text: str) -> str:
    """The text as one sees it, on one line."""
    return " ".join(_HIDDEN.sub("", text).split())


def as_markdown(text: str) -> str:
    """Markdown that renders as the text as one sees it, and as nothing else."""
    escaped = _ACTIVE.sub(lambda match: f"\\{match.group()}", visible(text))
    start = _LINE_START.match(escaped)
    if start is None:
        return escaped
    at = start.start("stop") if start["stop"] else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def from_markdown(markdown: str) -> str:
    """The text that `as_markdown` was given, as one sees it."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def as_material(text: str) -> str:
    """The text as a prompt may hold it: one line, without what could pass for the prompt's own.

    Brackets are for the numbers of sentences, and "<" before a letter begins the marks that models
    read as the end of a message. Double quotes become single ones: small models copy them as they
    stand, which ends their JSON string there.
    """
    text = visible(text).replace("``", "'").replace("''", "'").replace('"', "'")
    return re.sub(r"<(?=[^\s\d<=])", "< ", text.replace("[", "(").replace("]", ")"))
