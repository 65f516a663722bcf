"""Reader of LaTeX: the document, the files beside it that it includes, and its bibliography."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.checking.manuscripts.citing import with_roles
from rag.checking.manuscripts.draft import Block, Builder, Draft, MarkRole, Reference
from rag.checking.manuscripts.parts import says_nothing
from rag.checking.manuscripts.readers import latex_macros as known
from rag.checking.manuscripts.readers.latex_nodes import (
    arguments,
    characters,
    formula,
    plain,
)
from rag.checking.manuscripts.readers.texts import text_of
from rag.corpus.formats.markup.latex import from_latex
from rag.errors import FormatError, InputError
from rag.text.names.identifiers import key_of_link
from rag.types.manuscripts import PassageKind

_MOST_FILES = 200
_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def)\*?\s*\{?\\([A-Za-z]+)\}?\s*"
    r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
)
_KEY = re.compile(r"[^\s{}\\]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_LONGEST_DEFINED = 200  # characters of what a macro of one's own stands for


@dataclass
class _Source:
    """One file: its name as the report calls it, and its text."""

    name: str
    text: str

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def line(self, offset: int) -> int:
        """The number of the line, from 1."""
        return bisect_right(self._breaks, offset - 1) + 1


def read_latex(path: Path) -> Draft:
    """The draft of a LaTeX file. Raises as `text_of`, and FormatError if it cannot be parsed."""
    draft = Draft("LaTeX")
    reader = _Reader(path.parent.resolve(), draft)
    reader.read(path)
    reader.end()
    _read_bbl(path, draft)
    links = [key for block in draft.blocks for mark in block.marks for key in mark.keys]
    for key in links:
        if key.startswith(("10.", "arXiv:", "PMID:")):
            draft.references.setdefault(key, Reference(key, text=key))
    return draft


def _read_bbl(path: Path, draft: Draft) -> None:
    """Take BibTeX's output in place of a .bib that is not there."""
    bbl = path.with_suffix(".bbl")
    missing = any(not file.is_file() for file in draft.bibliographies)
    if missing and bbl.is_file():
        own = Draft("LaTeX")
        _Reader(path.parent.resolve(), own).read(bbl)
        draft.references = {**own.references, **draft.references}
        if own.references:
            draft.bibliographies = [file for file in draft.bibliographies if file.is_file()]


@dataclass
class _Reader:
    """Walks through the nodes of a document and collects its blocks."""

    folder: Path
    draft: Draft
    _seen: set[Path] = field(default_factory=set)
    _defined: dict[str, str] = field(default_factory=dict)
    _source: _Source = field(default_factory=lambda: _Source("", ""))
    _builder: Builder = field(default_factory=lambda: Builder(""))
    _notes: list[Block] = field(default_factory=list)
    _item: str = ""  # the key of the entry of thebibliography that is being read

    def read(self, path: Path) -> None:
        """Read one file, in place of the macro that includes it."""
        from pylatexenc.latexwalker import LatexWalker, LatexWalkerError

        self._seen.add(path.resolve())
        before, text = self._source, known.cited_one_by_one(text_of(path))
        self._source = _Source(_name_in(path, self.folder), text)
        for name, body in _DEFINED.findall(text):
            if len(body) <= _LONGEST_DEFINED and "#" not in body:
                self._defined[name] = body
        begin = _DOCUMENT.search(text)
        try:
            walker = LatexWalker(text, latex_context=known.context_for(text), tolerant_parsing=True)
            nodes, _, _ = walker.get_latex_nodes(pos=begin.start() if begin else 0)
            if begin is None and _is_preamble(text):
                nodes = []
            self._restart()
            self._walk(nodes)
        except (LatexWalkerError, RecursionError) as exc:
            raise FormatError(path.name, 1, "it cannot be read as LaTeX.") from exc
        self.end()
        self._source = before
        self._restart()

    def end(self, kind: PassageKind = "paragraph") -> None:
        """End the block that is being read; the footnotes within it come behind it."""
        block = self._builder.block(kind)
        if block and self._item:
            self.draft.references.setdefault(self._item, Reference(self._item, text=block.text))
        elif block:
            self.draft.blocks.append(with_roles(block))
        self.draft.blocks += map(with_roles, self._notes)
        self._notes = []

    def _restart(self) -> None:
        self._builder = Builder(self._source.name)

    def _add(self, text: str, at: int, *, literal: bool = False) -> None:
        self._builder.add(text, self._source.line(at), literal=literal)

    def _walk(self, nodes: Iterable[Any]) -> None:
        for node in nodes:
            if node is not None:
                getattr(self, f"_{type(node).__name__}", self._nothing)(node)

    def _nothing(self, node: Any) -> None:
        """Comments are left out."""

    def _LatexCharsNode(self, node: Any) -> None:
        at = node.pos
        for number, part in enumerate(_BLANK_LINE.split(node.chars)):
            if number:
                self.end()
                at = node.pos + node.chars.index(part, at - node.pos)
            self._add(part, at)
            at += len(part)

    def _LatexGroupNode(self, node: Any) -> None:
        self._walk(node.nodelist)

    def _LatexMathNode(self, node: Any) -> None:
        if node.displaytype == "inline":
            self._add(formula(node.latex_verbatim()), node.pos, literal=True)
        else:
            self._add(" ", node.pos)

    def _LatexSpecialsNode(self, node: Any) -> None:
        if "\n" in node.specials_chars:
            self.end()
        else:
            self._add(from_latex(node.specials_chars), node.pos)

    def _LatexEnvironmentNode(self, node: Any) -> None:
        name = node.environmentname.rstrip("*")
        if name in known.LEFT_OUT:
            self._add(" ", node.pos)
            return
        self.end()
        self._walk(node.nodelist)
        self.end()
        if name == "thebibliography":
            self._item = ""

    def _LatexMacroNode(self, node: Any) -> None:
        name, args = node.macroname, arguments(node)
        if known.cites(name):
            self._cite(node, args)
        elif name in known.FOOTNOTES:
            self._footnote(args)
        elif name in known.SECTIONS:
            self.end()
            self._walk(args[-1:])
            self.end("heading")
        elif name in ("input", "include", "subfile"):
            self._include(plain(args[-1]) if args else "")
        elif name in ("bibliography", "addbibresource"):
            self._bibliography(plain(args[-1]) if args else "", name)
        elif name == "bibitem":
            self.end()
            self._item = plain(args[-1]) if args else ""
        elif name in ("item", "par", "bigskip", "newpage", "maketitle"):
            self.end()
        else:
            self._other(node, name, args)

    def _other(self, node: Any, name: str, args: list[Any]) -> None:
        if name in known.SILENT:
            return
        if name in known.REFERS:
            self._add(plain(args[-1]) if args else "", node.pos, literal=True)
        elif name in ("href", "url"):
            self._link(node, args)
        elif name in self._defined:
            body = self._defined[name]
            spaced = "\\xspace" in body and node.macro_post_space
            self._add(from_latex(body.replace("\\xspace", "")) + " " * bool(spaced), node.pos)
        elif text := characters(node):
            self._add(text, node.pos)
        else:
            self._walk(args[-1:])

    def _cite(self, node: Any, args: list[Any]) -> None:
        named = (key.strip() for key in plain(args[-1]).split(",")) if args else ()
        keys = tuple(key for key in named if _KEY.fullmatch(key))
        if not keys:
            return
        noun = known.cites_as_noun(node.macroname)
        shown = f"[{', '.join(keys)}]"
        self._builder.cite(keys, shown, self._source.line(node.pos), "noun" if noun else "aside")

    def _footnote(self, args: list[Any]) -> None:
        """Read a footnote apart; one that only cites is a citation of the sentence before it."""
        outer, self._builder = self._builder, Builder(self._source.name)
        self._walk(args[-1:])
        block, self._builder = self._builder.block("footnote"), outer
        if block is None:
            return
        keys = tuple(dict.fromkeys(key for mark in block.marks for key in mark.keys))
        if keys and says_nothing(block):
            self._builder.cite(keys, f"[{', '.join(keys)}]", block.starts[0][1])
        else:
            self._notes.append(block)

    def _link(self, node: Any, args: list[Any]) -> None:
        address = plain(args[0]) if args else ""
        start = len(self._builder.text)
        if node.macroname == "href":
            self._walk(args[1:])
        else:
            self._add(address, node.pos)
        key = key_of_link(address)
        role: MarkRole = "words" if node.macroname == "href" else "aside"
        self._builder.mark((key,) if key else (), start, role)

    def _include(self, name: str) -> None:
        path = self._beside(name, ".tex")
        if path is None or path in self._seen:
            return
        if len(self._seen) >= _MOST_FILES:
            raise InputError(f"The manuscript includes more than {_MOST_FILES} files.")
        self.end()
        self.read(path)

    def _bibliography(self, names: str, macro: str) -> None:
        ending = ".bib" if macro == "bibliography" else ""
        for name in names.split(","):
            if name.strip() and (path := self._beside(name.strip(), ending, must=False)):
                self.draft.bibliographies.append(path)

    def _beside(self, name: str, ending: str, *, must: bool = True) -> Path | None:
        """A file beside the manuscript, or in a folder there; others are noted and not read."""
        whole = name if not ending or name.endswith(ending) else f"{name}{ending}"
        path = (self.folder / whole).resolve()
        if not path.is_relative_to(self.folder):
            self.draft.notes.append(f"{name} is not beside the manuscript, and was not read.")
            return None
        if must and not path.is_file():
            self.draft.notes.append(f"{name} is included, and there is no such file.")
            return None
        return path


def _is_preamble(text: str) -> bool:
    """Whether a file only sets things up, such as macros."""
    return "\\documentclass" in text or "\\ProvidesPackage" in text


def _name_in(path: Path, folder: Path) -> str:
    resolved = path.resolve()
    inside = resolved.is_relative_to(folder)
    return str(resolved.relative_to(folder)) if inside else path.name
