"""Citation keys: the one that the paper came with, or one like those of Better BibTeX. Pure.

A key depends on its paper alone, so that a note which cites it stays right. Only papers that would
share a key need each other to tell theirs apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from rag.text.lexicons import function_words
from rag.text.names.titles import unmarked
from rag.text.words import fold
from rag.types import Paper
from ui.exports.references.facts import zotero_of
from ui.exports.references.names import name_of

_TITLE_WORDS = 3
# Fields in which a source may have given a key: Better BibTeX, CSL-JSON, Zotero, BibTeX.
_KEY_FIELDS = ("citation key", "citation-key", "citationkey", "citekey", "key")
# Zotero keeps a key that somebody chose in its field "Extra", a line among others.
_CHOSEN = re.compile(r"\bcitation[ -]key:\s*(\S+)", re.IGNORECASE)
# What BibTeX, pandoc and Obsidian all take for a key.
_KEY = re.compile(r"[A-Za-z0-9][\w:.+/-]{0,99}", re.ASCII)


def citekey(paper: Paper) -> str:
    """The paper's key; other papers may have the same (`citekeys`)."""
    return _given(paper) or _made(paper)


def citekeys(papers: Sequence[Paper]) -> Mapping[str, str]:
    """A key of its own for each paper, by paper id.

    Of papers with one key the first by id keeps it; each other gets a suffix from its id.
    """
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for paper in sorted(papers, key=lambda paper: paper.paper_id):
        key = citekey(paper)
        if key.lower() in taken:  # file systems and BibTeX hold "A" and "a" for one
            key += f"-{hashlib.sha256(paper.paper_id.encode()).hexdigest()[:6]}"
        taken.add(key.lower())
        keys[paper.paper_id] = key
    return keys


def _given(paper: Paper) -> str:
    """The key that the paper's source has, if other programs can use it; else empty."""
    fields = {name.lower(): value for name, value in paper.extra}
    if zotero_of(paper):
        fields.pop("key", None)  # of Zotero's item, which nobody cites by
    found = [fields[name] for name in _KEY_FIELDS if name in fields]
    found += _CHOSEN.findall(" ".join(fields.values()))
    return next((key for key in found if _KEY.fullmatch(key)), "")


def _made(paper: Paper) -> str:
    """ "vaswaniAttentionAllYou2017": the first author, words of the title, the year."""
    family = _ascii(name_of(paper.authors[0]).family) if paper.authors else ""
    words = [*filter(None, map(_ascii, re.findall(r"\w+", unmarked(paper.title))))]
    said = [word for word in words if word.lower() not in function_words()]
    title = "".join(word[0].upper() + word[1:] for word in (said or words)[:_TITLE_WORDS])
    year = str(paper.year) if paper.year is not None else ""
    key = f"{family.lower()}{title}" or re.sub(r"\W+", "-", paper.paper_id).strip("-")
    return f"{key}{year}" if _KEY.fullmatch(key) else f"paper{year}"


def _ascii(text: str) -> str:
    """Its letters and digits without accents."""
    bare = "".join(fold(sign).upper() if sign.isupper() else fold(sign) for sign in text)
    return re.sub(r"[^A-Za-z0-9]+", "", bare)
