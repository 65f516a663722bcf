"""Turns marked-up text into plain text: HTML, JATS, MathML and the like, in strings or XML trees.

Superscripts, subscripts and formulas keep their meaning, the headings of parts of an abstract
get a colon, and all other tags go. A formula that is there in several forms is kept once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from rag.corpus.formats import mathml
from rag.corpus.formats.tex_formulas import as_formula
from rag.text.raising import lowered, raised

# Elements by what becomes of them. The dialects are HTML, JATS, those of Elsevier and Springer,
# and EndNote's styles.
_RAISED = frozenset("sup superscript".split())
_LOWERED = frozenset("sub inf subscript".split())
_FORMULAS = frozenset(
    "alternatives inline-formula disp-formula inlineequation equation formula".split()
)
_TEX = frozenset("tex-math equationsource".split())
_DROPPED = frozenset("style script".split())  # with what is in them
_BREAKS = frozenset(
    "p br hr div ul ol li dl dt dd sec list list-item para simplepara blockquote center abstract "
    "table thead tbody tr td th abstract-sec simple-para".split()
)
_HEADINGS = frozenset("title h1 h2 h3 h4 h5 h6 section-title".split())
_SILENT = frozenset(
    "i b u em strong span small big font tt code pre a italic bold sc scp underline overline "
    "monospace roman sans-serif styled-content label xref ext-link named-content nobr emphasis "
    "inline-graphic graphic inlinemediaobject fn uri".split()
)
_NAMES = frozenset().union(
    *(_RAISED, _LOWERED, _FORMULAS, _TEX, _DROPPED, _BREAKS, _HEADINGS, _SILENT, mathml.NAMES)
) - {"none", "script", "fn", "uri", "equation", "formula", "overline", "table", "roman"}
_PREFIXES = frozenset("jats mml m math ce sb xhtml html h oasis".split())  # any name follows
# "<b and c>" is not a tag: an attribute has "=".
_TAG = re.compile(
    r"<(/?)([a-z][\w.-]*)(?::([a-z][\w.-]*))?"
    r"((?:\s+[\w:.-]+\s*=\s*(?:\\?\"[^\"<>]*\"|\\?'[^'<>]*'|[^\s\"'<>]+))*)\s*(/?)>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\\?\"([^\"<>]*?)\\?\"|\\?'([^'<>]*?)\\?'|(\S+))")
_COMMENT = re.compile(r"<!--(?:(?!-->).){0,2000}-->|<!\[CDATA\[|\]\]>|<\?[\w-]+[^<>]*\?>", re.DOTALL)
_DEEPEST = 100  # open elements that have a meaning; text in deeper ones is kept as it is

# An ordinal is no power: 1st, 19e, 2o.
_ORDINAL = frozenset("st nd rd th er re ère e ème nde o a ª º ᵉ".split())
_MARKS = {"tm": "™", "sm": "℠"}


@dataclass(slots=True)
class _Open:
    """An element whose end has not come, with its children's texts so far."""

    name: str
    attributes: Mapping[str, str]
    parts: list[mathml.Part] = field(default_factory=list)
