"""docs/exports.md: its commands run, and what they write is read by the programs it is for."""

from __future__ import annotations

import json
import re
import shlex
import zipfile
from pathlib import Path

import docx
from commands import Command
from markdown_it import MarkdownIt
from reading import titles

from rag.settings import CHECKOUT
from ui.exports.files import ANSWER_FORMATS, FORMATS

PAGE = (CHECKOUT / "docs" / "exports.md").read_text("utf-8")


def test_every_command_of_the_page_runs(indexed: Command, tmp_path: Path) -> None:
    (block,) = [t.content for t in MarkdownIt().parse(PAGE) if t.type == "fence"]
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert len(commands) == 8
    printed = ""
    for name, *arguments in commands:
        assert name == "paperchat"
        run = indexed(*arguments)
        assert run.status == 0, run.err
        printed += run.out
    assert printed.count("@misc{") == 3  # the one command without --out
    note = (tmp_path / "mamba.md").read_text("utf-8")
    assert note.startswith('---\ntitle: "Which papers use Mamba?"\n')
    assert "[@MultiScaleVMamba]" in note
    with zipfile.ZipFile(tmp_path / "mamba.zip") as archive:
        assert "papers/@MultiScaleVMamba.md" in archive.namelist()
    assert len(docx.Document(str(tmp_path / "mamba.docx")).paragraphs) > 8
    assert len(docx.Document(str(tmp_path / "table.docx")).tables[0].rows) == 4
    assert len(json.loads((tmp_path / "library.json").read_text("utf-8"))) == 82
    (title,) = titles("a.ris", (tmp_path / "vmamba.ris").read_text("utf-8"))
    assert title.startswith("Multi-Scale VMamba")


def test_the_table_has_every_format() -> None:
    rows = re.findall(r"^\| (`.+?) \|.*\| (.*) \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    named = {form: row[1:] for row in rows for form in re.findall(r"`([\w-]+)`", row[0])}
    named.pop("--format", None)
    assert {form for form, row in named.items() if row[0]} == set(ANSWER_FORMATS)
    assert {form for form, row in named.items() if row[1]} == set(FORMATS)


def test_bad_input_is_told_in_a_line(indexed: Command, tmp_path: Path) -> None:
    asked = ("ask", "What is SINet?")
    refused = indexed(*asked, "--format", "pdf")
    assert (
        refused.status == 2 and "no format 'pdf'. Formats are md, obsidian, docx" in refused.error
    )
    assert "cannot be written" in indexed(*asked, "--out", tmp_path / "none" / "a.md").err
    assert "No paper has the id or title 'zzz'" in indexed("export", "zzz").error
    assert indexed(*asked, "--json", "--format", "docx").status == 2
    (tmp_path / "batch").write_text("{}\n", "utf-8")
    assert indexed("ask", "--batch", "batch", "--json", "--out", "a.json").status == 2
    assert "give ids of papers, or --all" in indexed("export").error
    assert indexed("export", "--all", "--format", "docx").status == 2
    assert indexed("compare", "--about", "owls", "--format", "pdf").status == 2


def test_a_file_without_a_place_goes_to_standard_output(indexed: Command) -> None:
    run = indexed("ask", "What is SINet?", "--format", "json")
    assert run.json == indexed("ask", "What is SINet?", "--json").json | {
        "timings": run.json["timings"]
    }
    assert indexed("export", "SINet", "--format", "ris").out.startswith("TY  - UNPB\n")
