"""Small questions to the nodes of pylatexenc's parser. Pure."""

from __future__ import annotations

import re
from typing import Any

from rag.text.characters.tex import tex_to_text


def arguments(node: Any) -> list[Any]:
    """The arguments that are there, without the star."""
    found = node.nodeargd.argnlist if node.nodeargd is not None else None
    return [arg for arg in found or [] if arg is not None and plain(arg) != "*"]


def plain(node: Any) -> str:
    """An argument as it is written, without its braces."""
    verbatim = str(node.latex_verbatim())
    inner = verbatim[1:-1] if verbatim[:1] in "{[" and verbatim[-1:] in "}]" else verbatim
    return " ".join(re.sub(r"(?<!\\)%.*", "", inner).split())


def characters(node: Any) -> str:
    """What a macro for a character or an accent prints; empty for any other."""
    if node.macroname.isspace():
        return " "
    args = arguments(node)
    if sum(len(plain(arg)) for arg in args) > 2:
        return ""  # a style: its argument is walked through
    try:
        text = tex_to_text(node.latex_verbatim().rstrip())
    except ValueError:
        return ""
    return "" if "\\" in text or "%s" in text else text  # "%s" is an argument that is not there


def formula(tex: str) -> str:
    """A formula as plain characters where it has some: 93% for $93\\%$."""
    try:
        return tex_to_text(tex) or tex
    except ValueError:
        return tex
