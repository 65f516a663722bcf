"""Turns marked-up text into plain text: HTML, JATS, MathML and the like, in strings or XML trees.

Superscripts, subscripts and formulas keep their meaning, the heading of a part of an abstract gets
a colon, and all other tags go. A formula that is there in several forms is kept once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from rag.corpus.formats.markup import mathml
from rag.corpus.formats.markup.tex_formulas import as_formula
from rag.text.characters.raising import LOWERED, lowered, raised

# What becomes of an element: HTML, JATS, the dialects of Elsevier and Springer, EndNote's styles.
_ROLES = {
    name: role
    for role, names in {
        "raised": "sup superscript",
        "lowered": "sub inf subscript",
        "formula": "alternatives inline-formula disp-formula inlineequation",
        "tex": "tex-math equationsource",
        "styled": "span style",  # an attribute may say that it is raised
        "heading": "title h1 h2 h3 h4 h5 h6 section-title",
        "break": "p br hr div ul ol li dl dt dd sec list list-item para simplepara simple-para "
        "blockquote center abstract abstract-sec tr td th hsp",
        "silent": "i b u em strong small big font tt code pre a italic bold sc scp underline "
        "monospace label xref ext-link named-content styled-content nobr emphasis graphic "
        "inline-graphic",
        "math": " ".join(mathml.NAMES),
    }.items()
    for name in names.split()
}
_PREFIXES = frozenset("jats mml m ce sb xhtml html".split())  # any name may follow
_ONLY_IN_MATH = frozenset("none semantics".split())
_FACES = {"super": "raised", "sub": "lowered"}
_FACE = re.compile(r"(?:^|[\s:;])(super|sub)(?:script)?(?:$|[\s;])")
# "<b and c>" is not a tag: an attribute has "=".
_TAG = re.compile(
    r"<(/?)(?:([a-z]+):)?([a-z][a-z0-9-]*)"
    r"((?:\s+[\w:.-]+\s*=\s*(?:\\?\"[^\"<>]*\"|\\?'[^'<>]*'|[^\s\"'<>]+))*)\s*(/?)>",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\w<[a-z]>\w", re.IGNORECASE)  # a tag in a word, or a formula
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*\\?[\"']?([^\"'<>\\]*)")
_COMMENT = re.compile(r"<!--(?:(?!-->).){0,2000}-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_TAIL = 8
_DEEPEST = 100  # open elements; the tags of deeper ones go, and their text stays

# Catalogues break lines around tags: a blank before a script may mean nothing. Characters that no
# text has enclose a script until what is around it is known.
_FROM, _TO = "\ufdd8", "\ufdd9"
_AFTER_BASE = re.compile(r"[\w)\]}′°]\Z")
_AFTER_WORD = re.compile(r"[^\W\d_]{3}\Z")
_AFTER_ATOM = re.compile(r"[A-Z)\]][a-z]?\Z")
# Chemical elements that are no English words.
_ELEMENT = re.compile(
    r"(?:[BCFHKNOPSUVWY]|Al|Ag|Au|Ba|Br|Ca|Cd|Ce|Cl|Co|Cr|Cs|Cu|Fe|Ga|Gd|Ge|Hg|La|Li|Mg|Mn|Mo|Na|Ni"
    r"|Pb|Pd|Pt|Rb|Ru|Se|Si|Sn|Sr|Tc|Te|Ti|Xe|Zn|Zr)(?![a-z])"
)


@dataclass(slots=True)
class _Opened:
    """An element whose end has not come yet, with what it holds so far."""

    name: str = ""
    role: str = "silent"
    attributes: Mapping[str, str] = field(default_factory=dict)
    parts: list[mathml.Part] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.parts)

    @property
    def tail(self) -> str:
        """The last characters of the text, at least eight if there are so many."""
        tail = ""
        for _, text in reversed(self.parts):
            if len(tail) >= _TAIL:
                break
            tail = text + tail
        return tail


class _Text:
    """Gathers the text between tags; tags without an end, and ends without a tag, do no harm."""

    def __init__(self) -> None:
        self._opened = [_Opened()]

    def knows(self, prefix: str | None, name: str) -> bool:
        """Whether this is a tag, and not a word in angle brackets."""
        if prefix:
            return prefix.lower() in _PREFIXES
        inside = self._opened[-1].role == "math"
        return inside or (name in _ROLES and name not in _ONLY_IN_MATH)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        role = _ROLES.get(name, "silent")
        if role in ("heading", "break"):
            self.text(" ")
        elif role != "silent" and len(self._opened) < _DEEPEST:
            if role == "styled" or attributes.get("Format") == "MATHML":
                role = _styled(attributes)
            self._opened.append(_Opened(name, role, attributes))

    def text(self, text: str) -> None:
        inner = self._opened[-1]
        layout = inner.role == "math" and inner.name not in mathml.TOKENS and text.isspace()
        if text and not layout:
            inner.parts.append(("", text))

    def end(self, name: str) -> None:
        role = _ROLES.get(name, "silent")
        if role in ("heading", "break"):
            said = self._opened[-1].tail.rstrip()[-1:] if role == "heading" else "."
            self.text(" " if said in ".:;?!" else ": ")
        elif any(opened.name == name for opened in self._opened[1:]):
            while self._opened[-1].name != name:
                self._close(closed=False)
            self._close(closed=True)

    def close(self) -> str:
        """All the text."""
        while len(self._opened) > 1:
            self._close(closed=False)
        first, *rest = self._opened[0].text.split(_FROM)
        text = [first]
        for script, end, after in (piece.partition(_TO) for piece in rest):
            text += _joined(text, script, after) if script and end else (script, after)
        return "".join(text)

    def _close(self, *, closed: bool) -> None:
        inner, outer = self._opened.pop(), self._opened[-1]
        outer.parts += _parts(inner, outer.tail, closed=closed)


def _styled(attributes: Mapping[str, str]) -> str:
    """The role of an element that is raised or lowered by a style, as EndNote writes it."""
    face = _FACE.search(f"{attributes.get('face', '')} {attributes.get('style', '')}")
    return _FACES[face[1]] if face else "silent"


def _parts(element: _Opened, before: str, *, closed: bool) -> list[mathml.Part]:
    """What an element becomes inside the one around it, where ``before`` came before it."""
    parts = [(name, text) for name, text in element.parts if text]
    if element.role == "math":
        text = mathml.written(element.name, element.attributes, element.parts)
        name = parts[0][0] if len(parts) == 1 and element.name in mathml.ROWS else element.name
        return [(name, text)]
    if element.role == "tex":
        return [("tex", as_formula(element.text))]
    if element.role == "formula":
        for kind in ("tex", "math"):
            if chosen := [part for part in parts if part[0] == kind]:
                return chosen
        return parts[:1] if element.name == "alternatives" else parts
    if element.role in ("raised", "lowered"):
        return [("", _script(element, before, closed=closed))]
    return parts


def _script(element: _Opened, before: str, *, closed: bool) -> str:
    whole = element.text.replace(_FROM, "").replace(_TO, "")
    text, rest = whole.strip(), ""
    if not closed:  # its end was lost, and is nearest after the first word
        text, blank, rest = whole.partition(" ")
        rest = blank + rest
    script = raised(text, before) if element.role == "raised" else lowered(text)
    after = rest or whole[len(whole.rstrip()) :]
    return (f"{_FROM}{script}{_TO}" if script and script != text else script) + after


def _joined(text: list[str], script: str, after: str) -> tuple[str, str]:
    """A script and the text after it, beside its base, whatever blanks were around its tags.

    ``text`` are the parts before it, of which the last may lose the blanks at its end.
    """
    bare = text[-1].rstrip()
    before = "".join((*text[-2:-1], bare))[-3:] if bare else ""
    if bare == text[-1] or not _AFTER_BASE.search(before):
        return script, after
    low, next_ = script[0] in f"{LOWERED}_", after.lstrip()
    element = _ELEMENT.match(next_)
    if not low and script.isdigit() and element and (next_ == after or _AFTER_WORD.search(before)):
        return script, next_  # ¹⁴C
    text[-1] = bare
    if low and next_ != after and element and _AFTER_ATOM.search(before):
        return script, next_  # H₂O
    return script, after


def without_markup(text: str) -> str:
    """``text`` without tags; "a < b" and other angle brackets stay."""
    gathered, at = _Text(), 0
    ends: dict[str, int] = {}
    if "<!" in text or "]]>" in text:
        text = _COMMENT.sub(" ", text)
    for tag in _TAG.finditer(text):
        name = tag[3].lower()
        if not gathered.knows(tag[2], name):
            continue
        if len(name) == 1 and _LETTER.match(text, tag.start() - 1 if tag.start() else 0):
            if name not in ends:
                ends[name] = text.lower().rfind(f"</{name}>")
            if ends[name] < at and _ROLES[name] == "silent":
                continue  # "x<b>y" compares
        gathered.text(text[at : tag.start()])
        at = tag.end()
        if tag[1]:
            gathered.end(name)
        else:
            gathered.start(name, dict(_ATTRIBUTE.findall(tag[4])) if tag[4] else {})
            if tag[5]:
                gathered.end(name)
    gathered.text(text[at:])
    return gathered.close()


def text_of(element: Element) -> str:
    """The text of an XML element and all that is in it but JATS's footnotes and their marks."""
    if not len(element):
        return element.text or ""
    gathered = _Text()
    _gather(element, gathered)
    return gathered.close()


def _gather(element: Element, gathered: _Text) -> None:
    gathered.text(element.text or "")
    for child in element:
        name = str(child.tag).rpartition("}")[2].lower()
        if name != "fn" and child.get("ref-type") != "fn":
            gathered.start(name, child.attrib)
            _gather(child, gathered)
            gathered.end(name)
        gathered.text(child.tail or "")
