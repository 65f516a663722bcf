"""Texts with a label before each value, as products export them: one record from each."""

from __future__ import annotations

import pytest
from reading import read

from rag.corpus.formats.detect import detect
from rag.corpus.formats.source import Source
from rag.corpus.record import Record

LONG = "We counted the lanterns of a town, and found fewer of them than there were before. "
REFWORKS = """RT Journal Article
SR Electronic(1)
A1 Strand, Ida
A1 Moe, Per
T1 Lanterns on winter roads
JF Road Letters
YR 2016
vo 3
K1 light; snow
AB Lanterns cut accidents
by a third.
DO 10.5555/lamp.1
LK https://example.org/lamp
ER

RT Journal Article
T1 Gravel on bridges
A1 Moe, Per
YR 2017
AB Gravel held.
ER
"""
CNKI = """RT Journal Article
SR 1
A1 陈明;刘洋
T1 冬季道路的灯笼
JF 道路学报
YR 2016
AB 灯笼减少事故。
"""
NOTE_EXPRESS = """{Reference Type}: Journal Article
{Title}: 冬季道路的灯笼
{Author}: 陈明
{Author}: 刘洋
{Journal}: 道路学报
{Year}: 2016
{Abstract}: 灯笼减少事故。

{Reference Type}: Journal Article
{Title}: 桥上的沙砾
{Author}: 刘洋;
{Year}: 2017
{Abstract}: 沙砾有效。
"""
E_STUDY = """DataType: 1
Title-题名: 冬季道路的灯笼
Author-作者: 陈明;刘洋;
Source-刊名: 道路学报
Year-年: 2016
Summary-摘要: 灯笼减少事故。
Period-期: 07

DataType: 1
Title-题名: 桥上的沙砾
Author-作者: 刘洋
Year-年: 2017
Summary-摘要: 沙砾有效。
"""
OVID = """<1>
Unique Identifier
  2900001
Title
  Lanterns on winter
  roads.
Source
  Road Letters. 12(3):45-52, 2016 Mar.
Abstract
  BACKGROUND: Roads are dark.

  RESULTS: Lanterns cut accidents.
Authors
  Strand IB. Moe P.

<2>
Unique Identifier
  2900002
Title
  Gravel on bridges.
Authors
  Moe P.
Abstract
  Gravel held.
Year of Publication
  2017
"""
OVID_TAGS = """<1>
UI  - 2900001
TI  - Lanterns on winter roads
AU  - Strand IB
AU  - Moe P
SO  - Road Letters. 12(3):45-52, 2016 Mar.
AB  - Lanterns cut
      accidents.

<2>
UI  - 2900002
TI  - Gravel on bridges
AU  - Moe P
AB  - Gravel held.
YR  - 2017
"""
PROQUEST = """____________________________________________________________

Document 1 of 2

Lanterns on winter roads

Author: Strand, Ida; Moe, Per

Abstract: Lanterns cut accidents.

Title: Lanterns on winter roads

Publication title: Road Letters

Publication year: 2016

____________________________________________________________

Document 2 of 2

Gravel on bridges

Author: Moe, Per

Abstract: Gravel held.

Title: Gravel on bridges

Publication year: 2017
"""
EBSCO = """Title: Lanterns on winter roads.
Authors: Strand, Ida; Moe, Per
Source: Road Letters. Mar2016, Vol. 12 Issue 3, p45-52.
Abstract: Lanterns cut accidents. Methods: we counted.
Results: a third fewer.
Accession Number: 1234

Title: Gravel on bridges.
Authors: Moe, Per
Abstract: Gravel held.
Publication Year: 2017
Accession Number: 1235
"""
EMBASE = """RECORD 1
TITLE
Lanterns on winter roads
AUTHOR NAMES
Strand I.
Moe P.
SOURCE
Road Letters (2016) 14:3 (22-30). Date of Publication: 1 May 2016
ABSTRACT
Lanterns cut accidents.

RECORD 2
TITLE
Gravel on bridges
AUTHOR NAMES
Moe P.
PUBLICATION YEAR
2017
ABSTRACT
Gravel held.
"""
COCHRANE = """Record #1 of 2
ID: CN-1
AU: Strand I
AU: Moe P
TI: Lanterns on winter roads
SO: Road Letters
YR: 2016
PM: PUBMED 31000001
AB: Lanterns cut accidents.

Record #2 of 2
ID: CN-2
AU: Moe P
TI: Gravel on bridges
YR: 2017
AB: Gravel held.
"""
WEB_OF_SCIENCE = """Record 1 of 2
Title: Lanterns on winter roads
Author(s): Strand, I; Moe, P
Source: ROAD LETTERS  Volume: 3  Issue: 4  Published: 2016
Abstract: Lanterns cut accidents.

Record 2 of 2
Title: Gravel on bridges
Author(s): Moe, P
Source: ROAD LETTERS  Volume: 4  Published: 2017
Abstract: Gravel held.
"""
ARXIV = """------------------------------------------------------------------------------
\\\\
arXiv:2401.00001
Date: Fri, 1 Jan 2016 00:00:00 GMT   (12kb,D)

Title: Lanterns on winter
  roads
Authors: Ida Strand and Per Moe
Categories: cs.CL cs.LG
Journal-ref: Road Letters 3 (2016) 1-9
License: http://creativecommons.org/licenses/by/4.0/
\\\\
  Lanterns cut accidents: on
many roads.
\\\\ ( https://arxiv.org/abs/2401.00001 ,  12kb)
------------------------------------------------------------------------------
\\\\
arXiv:2401.00002
Date: Sun, 1 Jan 2017 00:00:00 GMT   (13kb)

Title: Gravel on bridges
Authors: Per Moe
\\\\
  Gravel held.
\\\\ ( https://arxiv.org/abs/2401.00002 ,  13kb)
"""
FILES = {
    "arxiv.txt": ARXIV,
    "refworks.txt": REFWORKS, "cnki.txt": CNKI, "noteexpress.txt": NOTE_EXPRESS,
    "estudy.txt": E_STUDY, "ovid.txt": OVID, "ovidtags.txt": OVID_TAGS, "proquest.txt": PROQUEST,
    "ebsco.txt": EBSCO, "embase.txt": EMBASE, "cochrane.txt": COCHRANE, "wos.txt": WEB_OF_SCIENCE,
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_records_of_a_product(name: str) -> None:
    found = [item for item in read(name, FILES[name]) if isinstance(item, Record)]
    assert len(found) == len(read(name, FILES[name])) == (1 if name == "cnki.txt" else 2)
    first = found[0]
    assert first.title.rstrip(".") in ("Lanterns on winter roads", "冬季道路的灯笼")
    assert len(first.authors) == 2
    assert {name.split()[-1] for name in first.authors} in (
        {"Strand", "Moe"}, {"陈明", "刘洋"}, {"I.", "P."}, {"I", "P"}, {"IB", "P"},
    )  # fmt: skip
    assert first.venue.title() in ("Road Letters", "道路学报")
    assert first.year == 2016
    assert "cut accidents" in first.abstract or first.abstract == "灯笼减少事故。"
    for second in found[1:]:
        assert second.title.rstrip(".") in ("Gravel on bridges", "桥上的沙砾")
        assert second.abstract in ("Gravel held.", "沙砾有效。")
        assert (second.year, len(second.authors)) == (2017, 1)


def test_more_fields() -> None:
    first = read("a.txt", REFWORKS)[0]
    assert isinstance(first, Record)
    assert (first.identifiers.doi, first.urls) == ("10.5555/lamp.1", ("https://example.org/lamp",))
    assert first.tags == ("light", "snow")
    assert first.abstract == "Lanterns cut accidents by a third."
    assert ("vo", "3") in first.extra
    mailed = read("a.txt", ARXIV)[0]
    assert isinstance(mailed, Record) and mailed.identifiers.arxiv == "2401.00001"
    assert mailed.abstract == "Lanterns cut accidents: on many roads."
    assert mailed.urls == ("https://arxiv.org/abs/2401.00001",)
    cochrane = read("a.txt", COCHRANE)[0]
    assert isinstance(cochrane, Record) and cochrane.identifiers.pmid == "31000001"
    ebsco = read("a.txt", EBSCO)[0]
    assert isinstance(ebsco, Record)
    assert ebsco.abstract.endswith("Methods: we counted. Results: a third fewer.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Owls at night\n\nAbstract\nOwls hunt. They see.\nYear: 2019.\n", "listing page"),
        ("Title: Owls\nAbstract: Owls hunt in the dark, and bats too.\n", "listing page"),
        (f"Owls\nAuthors: Doe\nSource: us\nSummary: {LONG}\n{LONG}", "plain text"),
        ("title,abstract,year,authors\nOwls,They hunt.,2001,Doe\n", "table"),
    ],
)
def test_a_single_paper_and_a_table_stay_what_they_are(text: str, kind: str) -> None:
    assert detect(Source.of_bytes("a.txt", text.encode())).name == kind
