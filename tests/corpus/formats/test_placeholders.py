"""Texts that say that there is nothing are nothing, in every format; texts that look so stay."""

from __future__ import annotations

import json
import re

import pytest

from rag.corpus.formats.detect import read_source
from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.types import Rejected

NO_ABSTRACT = """NA | n/a | None | null | NaN | - | 0 | [] | #N/A | \\N | n.a.
[No abstract available]
No abstract available. | Abstract not available | No abstract | Not available | Abstract unavailable
This article has no abstract. | There is no abstract for this article | No abstract was provided.
No abstract available. © 2019 Heron Press Ltd. | (no abstract) | Abstract missing
无摘要 | 暂无摘要 | 本文无摘要 | 抄録なし | 要旨はありません | 초록 없음 | Kein Abstract verfügbar
Es liegt kein Abstract vor.
Sin resumen | No hay resumen disponible | Résumé non disponible | Pas de résumé disponible.
Il n'y a pas de résumé | Resumo não disponível | Nessun abstract disponibile | Brak streszczenia
Geen samenvatting beschikbaar | Sammanfattning saknas | Нет аннотации | Аннотация отсутствует
Özet bulunmamaktadır | Δεν υπάρχει περίληψη | Không có tóm tắt | لا يوجد ملخص
An abstract is not available for this content so a preview has been provided.
© 2019 Heron Press Ltd. All rights reserved.
Copyright 2019 The Authors. Published by Heron B.V. | Copyright by Heron Ltd.
© 2019 The Authors. Published by Heron B.V. on behalf of Owls Ltd. All rights reserved.
© 2019 The Authors. This is an open access article under a license (https://example.org/by/4.0/).
Pendiente de leer | Abstract pending.
Not available © 2019 Heron"""

ABSTRACTS = """None of the owls hunted. | No abstract thinking was needed. | Nests held. | Text.
Not all owls hunt in the dark. | No abstract available methods were used.
摘要 我们提出一种方法 | 無人機
Copyright exceptions for mining differ. | No copyright exceptions exist for mining in Owlland.
© 2020 The Authors. This is an open access article. We show that owls hoot at bats.
© 2020 The Authors. Published by Heron Ltd. We show that owls hoot. | Missing © marks are common.
7² | © 2015 Heron Ltd. Nests held. | Missing data are common in surveys of owls."""

NO_PEOPLE = """NA | None | - | [No author name available] | [Anonymous] | Anonymous
Anon. | Unknown | No authors listed | et al. | Unknown Author | Author, Unknown | Not available
佚名 | Autor desconocido | Sans auteur | and others | None, None"""

PEOPLE = """Na Li | A. Null | Do Na | Nan Na | Sin | Jae-Hwa No | M. Titel
A. Mangler | Not A | U. Unknown | A. N. Other | El Niño Group"""


def listed(text: str) -> list[str]:
    return re.split(r" \| |\n", text)


def made(title: str = "Owls at night", abstract: str = "", **fields: object) -> Record:
    found = make_record(title=title, abstract=abstract, source="s", place="p", **fields)  # type: ignore[arg-type]
    assert isinstance(found, Record)
    return found


@pytest.mark.parametrize("text", listed(NO_ABSTRACT))
def test_no_abstract(text: str) -> None:
    assert made(abstract=text).abstract == ""


@pytest.mark.parametrize("text", listed(ABSTRACTS))
def test_an_abstract_that_begins_like_none_stays(text: str) -> None:
    assert made(abstract=text).abstract == text


def test_people_and_no_people() -> None:
    assert made(authors=listed(NO_PEOPLE)).authors == ()
    assert made(authors=listed(PEOPLE)).authors == tuple(listed(PEOPLE))


@pytest.mark.parametrize("title", ["None", "nan", "[No title available]", "Title not available"])
def test_no_title_is_refused(title: str) -> None:
    found = make_record(title=title, abstract="Owls hunt.", source="s", place="row 3")
    assert found == Rejected("s", f"row 3: {title}", "its title says that there is none")


@pytest.mark.parametrize(
    ("title", "remark"),
    [
        ("Null models of nests", ""),
        ("Untitled", "seems to say that there is none"),
        ("1984", "is a number"),
        ("Abstract Note", "is the name of a field"),
        ("Owls " * 90, "has more than 400 characters"),
    ],
)
def test_a_title_that_is_hardly_one_is_kept_and_told(title: str, remark: str) -> None:
    found = made(title)
    assert found.title == title.strip()
    assert remark in found.remark and bool(remark) == bool(found.remark)


def test_other_fields() -> None:
    found = made(
        venue="null", year="n.d.", doi="NA", urls=["NA"], tags=["owl", "N/A"],
        extra=[("volume", "None"), ("pages", "n/a-n/a"), ("sign", "*"), ("language", "no")],
    )  # fmt: skip
    assert (found.venue, found.year, found.identifiers.doi, found.urls) == ("", None, None, ())
    assert found.tags == ("owl",)
    assert found.extra == (("sign", "*"), ("language", "no"))
    assert made(venue="[No source information available]").venue == ""


FILES = {
    "a.ris": "TY  - JOUR\nTI  - Owls\nAU  - Anonymous\nAB  - No abstract\nPY  - NA\nER  - ",
    "a.bib": "@article{o, title={Owls}, author={Anonymous}, abstract={No abstract}, year={NA}}",
    "a.nbib": "PMID- 12\nTI  - Owls\nFAU - Anonymous\nAB  - No abstract\nDP  - NA",
    "a.enw": "%0 Journal Article\n%T Owls\n%A Anonymous\n%X No abstract\n%D NA",
    "a.ciw": "FN x\nVR 1.0\nPT J\nTI Owls\nAU Anonymous\nAB No abstract\nPY NA\nER",
    "a.csv": "Title,Authors,Abstract,Year\nOwls,Anonymous,No abstract,NA\n",
    "a.json": json.dumps([{"title": "Owls", "authors": ["Anonymous"], "abstract": "No abstract"}]),
    "a.xml": "<PubmedArticleSet><PubmedArticle><PMID>12</PMID><Article><ArticleTitle>Owls"
    "</ArticleTitle><Abstract><AbstractText>No abstract</AbstractText></Abstract><AuthorList>"
    "<Author><LastName>Anonymous</LastName></Author></AuthorList></Article></PubmedArticle>"
    "</PubmedArticleSet>",
}


@pytest.mark.parametrize("name", FILES)
def test_in_every_format(name: str) -> None:
    (found,) = read_source(Source.of_bytes(name, FILES[name].encode()))
    assert isinstance(found, Record)
    assert (found.title, found.abstract, found.authors, found.year) == ("Owls", "", (), None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.nbib", "PMID- 12\nTI  - [Not Available].\nTT  - Eulen\n"),
        (
            "a.xml",
            "<PubmedArticleSet><PubmedArticle><PMID>12</PMID><Article>"
            "<ArticleTitle>[Not Available]."
            "</ArticleTitle><VernacularTitle>Eulen</VernacularTitle></Article></PubmedArticle>"
            "</PubmedArticleSet>",
        ),
    ],
)
def test_the_title_in_the_original_language_steps_in(name: str, text: str) -> None:
    (found,) = read_source(Source.of_bytes(name, text.encode()))
    assert isinstance(found, Record) and found.title == "Eulen"
