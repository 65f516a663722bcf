"""Reader of Word documents, with the citations that Zotero, Mendeley and EndNote leave in them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.checking.manuscripts.citing import link_role, linked_in, with_marks
from rag.checking.manuscripts.draft import Block, Builder, Draft, Reference, Unit
from rag.checking.manuscripts.readers.word_fields import Cited, is_bibliography, works_of
from rag.checking.manuscripts.readers.word_numbers import Numbers
from rag.checking.manuscripts.references import apart, by_key, is_heading
from rag.errors import FileError, FormatError
from rag.text.names.identifiers import key_of_link
from rag.types.manuscripts import PassageKind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What shows text, by what it shows if that is always the same.
_TEXTS = {"t": "", "tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
_CONTAINERS = {"fldSimple": "simple_field", "hyperlink": "hyperlink", "sdt": "control"}
_LEFT_OUT = frozenset(("del", "moveFrom", "pPr", "rPr", "tbl", "drawing", "pict"))
_NOTES = ("footnotes", "endnotes")
_LARGEST_PART = 64 << 20  # bytes of XML, unpacked
_REMEDY = "Save it as .docx in Word once more."


def read_word(path: Path) -> Draft:
    """The draft of a .docx. Raises FileError and FormatError if it cannot be read."""
    document = _open(path)
    draft = Draft("Word")
    reader = _Reader(path.name, document)
    blocks = list(reader.blocks())
    draft.references = dict(reader.references)
    prose, entries = apart(block for block in blocks if block.kind != "footnote")
    draft.references = {**by_key(entries), **draft.references}
    notes = [block for block in blocks if block.kind == "footnote"]
    draft.references = {**linked_in((*prose, *notes)), **draft.references}
    draft.blocks = [with_marks(block, draft.references) for block in (*prose, *notes)]
    return draft


def _open(path: Path) -> Any:
    """The document, which has no part that is larger than any manuscript's."""
    try:
        with zipfile.ZipFile(path) as packed:
            largest = max((item.file_size for item in _xml(packed)), default=0)
    except (zipfile.BadZipFile, OSError, ValueError) as exc:
        raise FormatError(path.name, 1, "it is no Word document.", _REMEDY) from exc
    if largest > _LARGEST_PART:
        raise FileError(f"{path.name} unpacks to more than {_LARGEST_PART >> 20} MiB of text.")
    import docx

    try:
        return docx.Document(str(path))
    except Exception as exc:  # the library raises many kinds for a broken package
        raise FormatError(path.name, 1, "it is no whole Word document.", _REMEDY) from exc


def _xml(packed: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (item for item in packed.infolist() if item.filename.endswith((".xml", ".rels")))


@dataclass(slots=True)
class _Field:
    """A field of Word, whose code comes before what it shows."""

    code: str = ""
    data: str = ""
    shown: bool = False  # whether its code is whole
    start: int = 0  # where what it shows begins in the text


@dataclass
class _Reader:
    """Reads the paragraphs of a document, then its footnotes."""

    name: str
    document: Any
    references: dict[str, Reference] = field(default_factory=dict)
    _fields: list[_Field] = field(default_factory=list)
    _builder: Builder = field(default_factory=lambda: Builder(""))
    _number: int = 0
    _listed: bool = False  # whether the paragraph is of a bibliography that a program wrote

    def blocks(self) -> Iterator[Block]:
        """All blocks; paragraphs of tables, and bibliographies that a program wrote, are none."""
        part = self.document.part
        paragraphs = self.document.element.body.iterchildren(f"{_W}p", f"{_W}sdt")
        number = 0
        numbers, listing = Numbers(self.document), False
        for element in paragraphs:
            inside = [element] if element.tag == f"{_W}p" else list(element.iter(f"{_W}p"))
            for paragraph in inside:
                number += 1
                kind: PassageKind = "heading" if self._is_heading(paragraph) else "paragraph"
                counted = numbers.of(paragraph)
                shown = f"[{counted}] " if listing and counted is not None else ""
                if block := self._block(paragraph, part, kind, "paragraph", number, shown):
                    listing = is_heading(block.text) if kind == "heading" else listing
                    yield block
        for note in self._notes(part):
            number = int(note.get(f"{_W}id") or 0)
            for paragraph in note.iter(f"{_W}p"):
                if block := self._block(paragraph, part, "footnote", "footnote", number):
                    yield block

    def _notes(self, part: Any) -> Iterator[Any]:
        from docx.oxml import parse_xml

        for relation in part.rels.values():
            if relation.reltype.rpartition("/")[2] in _NOTES and not relation.is_external:
                root = parse_xml(relation.target_part.blob)
                yield from (note for note in root if note.get(f"{_W}type") is None)

    def _is_heading(self, paragraph: Any) -> bool:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is None:
            return False
        key = style.get(f"{_W}val") or ""
        named = next((s.name for s in self.document.styles if s.style_id == key), key) or key
        return named.lower().startswith(("heading", "title", "überschrift", "titre"))

    def _block(
        self,
        paragraph: Any,
        part: Any,
        kind: PassageKind,
        unit: Unit,
        number: int,
        shown: str = "",
    ) -> Block | None:
        """A paragraph, with the number that Word shows before it."""
        self._builder, self._number = Builder(self.name, unit), number
        self._listed = any(is_bibliography(one.code) for one in self._fields)
        for found in self._fields:
            found.start = 0
        self._show(shown)
        self._walk(paragraph, part)
        block = self._builder.block(kind)
        return None if self._listed else block

    def _walk(self, element: Any, part: Any) -> None:
        for child in element:
            name = child.tag.removeprefix(_W) if isinstance(child.tag, str) else ""
            if name in _TEXTS:
                self._show(_TEXTS[name] or child.text or "")
            elif name in _CONTAINERS:
                getattr(self, f"_{_CONTAINERS[name]}")(child, part)
            elif name == "instrText" and self._fields:
                self._fields[-1].code += child.text or ""
            elif name == "fldChar":
                self._field_char(child)
            elif name not in _LEFT_OUT:
                self._walk(child, part)

    def _simple_field(self, element: Any, part: Any) -> None:
        code = element.get(f"{_W}instr") or ""
        self._fields.append(_Field(code, shown=True, start=len(self._builder.text)))
        self._walk(element, part)
        self._end_field()

    def _show(self, text: str) -> None:
        if all(one.shown for one in self._fields):
            self._builder.add(text, self._number)

    def _field_char(self, element: Any) -> None:
        kind = element.get(f"{_W}fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
            data = element.find(f"{_W}fldData")
            if data is not None:
                self._fields[-1].data = data.text or ""
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = True
            self._listed = self._listed or is_bibliography(self._fields[-1].code)
            self._fields[-1].start = len(self._builder.text)
        elif kind == "end" and self._fields:
            self._end_field()

    def _end_field(self) -> None:
        ended = self._fields.pop()
        if not any(one.code.strip().startswith("ADDIN EN.CITE") for one in self._fields):
            self._cite(works_of(ended.code, ended.data), ended.start)

    def _control(self, element: Any, part: Any) -> None:
        """A content control, in which newer versions of Mendeley put citations."""
        tag = element.find(f"{_W}sdtPr/{_W}tag")
        start = len(self._builder.text)
        content = element.find(f"{_W}sdtContent")
        if content is not None:
            self._walk(content, part)
        self._cite(works_of((tag.get(f"{_W}val") or "") if tag is not None else "", ""), start)

    def _hyperlink(self, element: Any, part: Any) -> None:
        start = len(self._builder.text)
        self._walk(element, part)
        relation = part.rels.get(element.get(_RELATED))
        address = relation.target_ref if relation is not None and relation.is_external else ""
        if key := key_of_link(address):
            self.references.setdefault(key, Reference(key, text=key))
            shown = self._builder.text[start:]
            self._builder.mark((key,), start, link_role(shown))

    def _cite(self, works: list[Cited], start: int) -> None:
        self._builder.mark(tuple(map(self._key, works)), start, "aside")

    def _key(self, work: Cited) -> str:
        """The key under which the work is kept; one name and year may be two works'."""
        key, name, record = work.key, "", work.record
        held = self.references.get(key)
        if held and held.record and record and held.record.title != record.title:
            key, name = f"{key}: {record.title}", key
        self.references.setdefault(key, Reference(key, record, work.text, name))
        return key
