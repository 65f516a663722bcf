"""Manuscripts in Word: fields of Zotero, Mendeley and EndNote, footnotes, broken files."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from manuscripts import cited_in, sentences_in

from rag.checking.manuscripts.draft import Draft
from rag.checking.manuscripts.reading import read_manuscript
from rag.errors import PaperchatError

WORK = {
    "title": "Scaling MLPs: A Tale of Inductive Bias", "DOI": "10.1000/mlps",
    "author": [{"family": "Bachmann", "given": "Gregor"}, {"family": "Roe", "given": "B"}],
    "issued": {"date-parts": [["2023", 5]]},
}  # fmt: skip
CSL = {"citationItems": [{"id": 1, "itemData": WORK}], "properties": {"noteIndex": 0}}
ENDNOTE = (
    "<EndNote><Cite><record><contributors><authors><author>Bachmann, Gregor</author></authors>"
    "</contributors><titles><title><style>Scaling MLPs: A Tale of Inductive Bias</style></title>"
    "</titles><dates><year>2023</year></dates></record></Cite></EndNote>"
)


def field(paragraph: Paragraph, code: str, shown: str, data: str = "") -> None:
    """Add a field as Word writes it: its code in several runs, then what it shows."""

    def char(kind: str) -> Any:
        made = OxmlElement("w:fldChar")
        made.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(made)
        return made

    begin = char("begin")
    if data:
        stored = OxmlElement("w:fldData")
        stored.text = data
        begin.append(stored)
    for part in (code[:30], code[30:]):
        text = OxmlElement("w:instrText")
        text.text = part
        paragraph.add_run()._r.append(text)
    char("separate")
    paragraph.add_run(shown)
    char("end")


def read(folder: Path, document: Any) -> Draft:
    path = folder / "text.docx"
    document.save(str(path))
    return read_manuscript(path)


@pytest.mark.parametrize(
    ("code", "data", "key"),
    [
        (f" ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(CSL)}", "", "10.1000/mlps"),
        (f"ADDIN CSL_CITATION {json.dumps(CSL)}", "", "10.1000/mlps"),
        (f" ADDIN EN.CITE {ENDNOTE}", "", "Bachmann, 2023"),
        (" ADDIN EN.CITE ", base64.b64encode(ENDNOTE.encode()).decode(), "Bachmann, 2023"),
    ],
    ids=["Zotero", "Mendeley", "EndNote", "EndNote's data"],
)
def test_fields_of_reference_managers(tmp_path: Path, code: str, data: str, key: str) -> None:
    document = docx.Document()
    document.add_heading("Introduction", 1)
    paragraph = document.add_paragraph("MLPs improve with scale ")
    field(paragraph, code, "(Bachmann & Roe, 2023)", data)
    paragraph.add_run(", as was found.")
    draft = read(tmp_path, document)
    assert cited_in(draft) == [([key], "MLPs improve with scale, as was found.")]
    record = draft.references[key].record
    assert record is not None and record.title == WORK["title"] and record.year == 2023
    assert [block.kind for block in draft.blocks] == ["heading", "paragraph"]
    said, sentence = sentences_in(draft)[0]
    assert said == "MLPs improve with scale (Bachmann & Roe, 2023), as was found."
    place = draft.blocks[sentence.block].place(sentence.start)
    assert (place.unit, place.number) == ("paragraph", 2)


def test_a_control_of_mendeley(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("MLPs improve with scale ")
    tag = f"MENDELEY_CITATION_v3_{base64.b64encode(json.dumps(CSL).encode()).decode()}"
    control = OxmlElement("w:sdt")
    about, content = OxmlElement("w:sdtPr"), OxmlElement("w:sdtContent")
    mark = OxmlElement("w:tag")
    mark.set(qn("w:val"), tag)
    about.append(mark)
    shown = paragraph.add_run("[1]")._r
    content.append(shown)
    control.append(about)
    control.append(content)
    paragraph._p.append(control)
    assert cited_in(read(tmp_path, document)) == [(["10.1000/mlps"], "MLPs improve with scale")]


def test_a_bibliography_that_a_program_wrote_is_no_prose(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("MLPs improve with scale.")
    paragraph = document.add_paragraph()
    field(paragraph, " ADDIN ZOTERO_BIBL {} CSL_BIBLIOGRAPHY", "Bachmann, G. (2023). Scaling.")
    assert [said for said, _ in sentences_in(read(tmp_path, document))] == [
        "MLPs improve with scale."
    ]


def test_numbers_with_a_list(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("MLPs improve with scale [1]. Others do not (Roe et al., 2019).")
    document.add_heading("References", 1)
    document.add_paragraph("[1] Bachmann, G. Scaling MLPs: A Tale of Inductive Bias. 2023.")
    document.add_paragraph("[2] Roe, B., & Poe, C. (2019). Another title of theirs. X.")
    draft = read(tmp_path, document)
    assert [keys for keys, _ in cited_in(draft)] == [["1"], ["roe 2019"]]
    assert draft.references["roe 2019"].text.startswith("Roe, B.")


def test_what_was_deleted_is_not_read(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("MLPs improve with scale.")
    gone, run = OxmlElement("w:del"), OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = " This was deleted."
    run.append(text)
    gone.append(run)
    paragraph._p.append(gone)
    document.add_table(1, 1).cell(0, 0).text = "In a table."
    assert [s for s, _ in sentences_in(read(tmp_path, document))] == ["MLPs improve with scale."]


FOOTNOTES = """<?xml version="1.0"?><w:footnotes
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>Such nets have many layers of units (Roe et al., 2019).</w:t>
</w:r></w:p></w:footnote></w:footnotes>"""
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def test_footnotes(tmp_path: Path) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    document = docx.Document()
    document.add_paragraph("MLPs improve with scale.")
    part = Part(PackURI("/word/footnotes.xml"), TYPE, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, KIND)
    draft = read(tmp_path, document)
    [note] = [block for block in draft.blocks if block.kind == "footnote"]
    assert (note.place(0).unit, note.place(0).number) == ("footnote", 2)
    assert [keys for keys, _ in cited_in(draft)] == [["Roe et al., 2019"]]


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"no zip", b"\xd0\xcf\x11\xe0 old .doc"])
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "text.docx").write_bytes(content)
    with pytest.raises(PaperchatError, match="no Word document") as told:
        read_manuscript(tmp_path / "text.docx")
    assert "\n" not in str(told.value)


def test_a_zip_without_a_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "text.docx", "w") as made:
        made.writestr("word/other.xml", "<x/>")
    with pytest.raises(PaperchatError, match="no whole Word document"):
        read_manuscript(tmp_path / "text.docx")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "text.docx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b" " * (65 << 20))
    with pytest.raises(PaperchatError, match="unpacks to more than"):
        read_manuscript(tmp_path / "text.docx")


def test_a_list_of_references_that_word_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("A step of ours.", style="List Number 2")
    document.add_paragraph("Nets win often [2]. Trees lose [1, p. 4].")
    document.add_paragraph("A point.", style="List Bullet")
    document.add_heading("References", 1)
    document.add_paragraph("Roe, B. Trees and losses. 2019.", style="List Number")
    document.add_paragraph("Smith, A. Nets and features. 2020.", style="List Number")
    draft = read(tmp_path, document)
    assert cited_in(draft) == [(["2"], "Nets win often."), (["1"], "Trees lose.")]
    assert draft.references["2"].text == "Smith, A. Nets and features. 2020."
    assert not draft.blocks[0].text.startswith("[")


def test_two_works_with_one_name_and_year(tmp_path: Path) -> None:
    document = docx.Document()
    for title in ("Nets and features", "Trees and losses"):
        work = {**WORK, "DOI": "", "title": title}
        code = (
            f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps({'citationItems': [{'itemData': work}]})}"
        )
        field(document.add_paragraph("Nets win games "), code, "(Bachmann et al., 2023)")
    draft = read(tmp_path, document)
    keys = [key for block in draft.blocks for mark in block.marks for key in mark.keys]
    records = [draft.references[key].record for key in keys]
    assert [record.title for record in records if record] == [
        "Nets and features",
        "Trees and losses",
    ]
    assert draft.references[keys[1]].name == "Bachmann et al., 2023"
