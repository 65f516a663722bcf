"""The names that programs and people give to columns, in many languages and with marks."""

from __future__ import annotations

import pytest
from test_tables_in import records, table

from rag.corpus.formats.fields.column_names import FIELDS, meaning_beside, meaning_of
from rag.corpus.formats.fields.normalise import year_of
from rag.corpus.formats.fields.values import year_in
from rag.types import Rejected

PROGRAMS = {
    "Covidence": "Title,Authors,Abstract,Published Year,Published Month,Journal,DOI,Covidence #",
    "RefWorks": (
        "Reference Type,Authors; Primary,Title Primary,Periodical Full,Pub Year,Abstract,DOI"
    ),
    "Rayyan": "key,title,authors,journal,issn,volume,pages,year,day,abstract,doi,keywords,notes",
    "Zotero": (
        "Key,Item Type,Publication Year,Author,Title,Publication Title,DOI,Abstract Note,Date Added"
    ),
    "Scopus": (
        "Authors,Author full names,Title,Year,Source title,DOI,Abstract,Publication Stage,Source"
    ),
    "Web of Science": (
        "Publication Type,Authors,Article Title,Source Title,Abstract,Publication Year,DOI"
    ),
    "Dimensions": (
        "Publication ID,DOI,Title,Abstract,Source title,PubYear,Authors,Authors Affiliations"
    ),
    "Lens": "Lens ID,Title,Date Published,Publication Year,Source Title,Author/s,Abstract,DOI",
    "IEEE": (
        "Document Title,Authors,Publication Title,Publication Year,Abstract,DOI,Document Identifier"
    ),
    "EBSCO": (
        "Article Title,Author,Journal Title,Publication Date,DOI,Doctype,Subjects,Abstract,PLink"
    ),
    "ProQuest": (
        "Title,Abstract,StoreId,Authors,pubdate,pubtitle,digitalObjectIdentifier,documentURL"
    ),
    "Embase": "TITLE,AUTHOR NAMES,SOURCE TITLE,PUBLICATION YEAR,ABSTRACT,DOI,MEDLINE PMID",
    "Cochrane": (
        "CENTRAL ID,Author(s),Title,Source,Year,Abstract,PubMed ID,DOI,Cochrane Review Group Code"
    ),
    "LILACS": (
        "ID,Title,Authors,Source,Journal,Language,Publication year,Descriptor(s),Abstract,DOI"
    ),
    "CORD-19": (
        "cord_uid,sha,source_x,title,doi,pubmed_id,abstract,publish_time,authors,journal,url"
    ),
    "SciSpace": (
        "Paper Title,Paper Link,Publication Year,Publication Title,Author Names,DOI,Abstract"
    ),
    "Consensus": (
        "Title,Takeaway,Authors,Year,Citations,Abstract,Study Type,Journal,DOI,Consensus Link"
    ),
    "Publish or Perish": "Cites,Authors,Title,Year,Source,Publisher,ArticleURL,Type,DOI,Abstract",
    "Semantic Scholar": "paperId,title,abstract,year,journal.name,authors.name,externalIds.DOI",
    "OpenAlex": (
        "id,title,publication_year,ids.doi,primary_location.source.display_name,"
        "authorships.author.id,authorships.author.display_name,authorships.institutions.display_name,"
        "abstract"
    ),
    "DSpace": (
        "id,dc.contributor.author[],dc.contributor.advisor,dc.date.accessioned,dc.date.issued,"
        "dc.description.abstract[en_US],dc.identifier.doi,dc.relation.ispartof,dc.title[en_US],"
        "dc.publisher"
    ),
    "Solr": "docid,title_s,abstract_s,authFullName_s,journalTitle_s,producedDateY_i,doiId_s",
    "Web of Science tags": "PT,AU,TI,SO,AB,PY,DI,PM,UT",
}
VALUES = {
    "title": "Owls",
    "abstract": "They see.",
    "authors": "Strix, A.; Noctua, B.",
    "venue": "Fauna",
    "year": "2019",
    "doi": "10.1000/owl",
}


def row_of(names: list[str]) -> str:
    """A value for the best column of each field, and another text for all other columns."""
    best: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(names):
        field, rank = meaning_beside(name, names)
        if field in VALUES:
            best[field] = min((rank, place), best.get(field, (rank, place)))
    at = {place: VALUES[field] for field, (_, place) in best.items()}
    return "\t".join(at.get(place, "-") for place in range(len(names)))


@pytest.mark.parametrize("header", PROGRAMS.values(), ids=PROGRAMS)
def test_the_columns_of_an_export_are_known(header: str) -> None:
    names = [name.replace(";", ",") for name in header.split(",")]
    text = "\t".join(names) + "\n" + row_of(names) + "\n"
    (record,) = records(table(text))
    assert (record.title, record.abstract, record.year) == (
        "Owls",
        "They see." if "AB" in names or "bstract" in header or "ABSTRACT" in header else "",
        2019,
    )
    assert (record.authors, record.venue) == (("A. Strix", "B. Noctua"), "Fauna")
    assert record.identifiers.doi == "10.1000/owl"


LANGUAGES = [
    "Titolo;Riassunto;Autori;Anno di pubblicazione;Rivista;Parole chiave",
    "Título;Resumo;Autores;Ano;Periódico;Palavras-chave",
    "Título;Resumen;Autores;Año de publicación;Revista;Palabras clave",
    "Titel;Samenvatting;Auteurs;Publicatiejaar;Tijdschrift;Trefwoorden",
    "Titre;Résumé;Auteur(s);Année;Revue;Mots-clés",
    "TITRE;RESUME;AUTEURS;ANNEE;REVUE;MOTS CLES",
    "Titel;Kurzfassung;Autor/in;Erscheinungsjahr;Zeitschrift/Zeitung;Schlagwoerter",
    "Tytuł;Streszczenie;Autorzy;Rok wydania;Czasopismo;Słowa kluczowe",
    "Название;Аннотация;Авторы;Год публикации;Журнал;Ключевые слова",
    "Назва;Анотація;Автори;Рік;Журнал;Ключові слова",
    "タイトル;抄録;著者名;発行年;雑誌名;キーワード",
    "論文名;要旨;著者;出版年月日;掲載誌;索引語",
    "제목;초록;저자;발행연도;학술지명;주제어",
    "논문제목;국문초록;저자명;연도;학술지;키워드",
    "题名;摘要;作者;发表时间;来源;关键词",
    "Title-题名;Summary-摘要;Author-作者;Year-年;Source-文献来源;Keyword-关键词",
    "標題;中文摘要;作者;出版年;期刊名稱;關鍵詞",
    "Titel;Sammanfattning;Författare;Utgivningsår;Tidskrift;Nyckelord",
    "Titel;Resumé;Forfattere;Udgivelsesår;Tidsskrift;Emneord",
    "Tittel;Sammendrag;Forfattere;År;Tidsskrift;Nøkkelord",
    "Otsikko;Tiivistelmä;Tekijät;Julkaisuvuosi;Lehti;Avainsanat",
    "Název;Abstrakt;Autoři;Rok vydání;Časopis;Klíčová slova",
    "Názov;Súhrn;Autori;Rok vydania;Časopis;Kľúčové slová",
    "Cím;Összefoglaló;Szerző(k);Megjelenés éve;Folyóirat;Kulcsszavak",
    "Titlu;Rezumat;Autori;Anul publicării;Revista;Cuvinte cheie",
    "Başlık;Özet;Yazarlar;Yayın Yılı;Dergi Adı;Anahtar Kelimeler",
    "BAŞLIK;ÖZET;YAZAR;YIL;DERGİ;ANAHTAR KELİMELER",
    "Τίτλος;Περίληψη;Συγγραφείς;Έτος;Περιοδικό;Λέξεις-κλειδιά",
    "العنوان;الملخص;المؤلفون;سنة النشر;المجلة;الكلمات المفتاحية",
    "عنوان;چکیده;نویسندگان;سال انتشار;مجله;کلیدواژه‌ها",
    "כותרת;תקציר;מחברים;שנת פרסום;כתב עת;מילות מפתח",
    "Judul;Abstrak;Penulis;Tahun Terbit;Nama Jurnal;Kata Kunci",
    "Tiêu đề;Tóm tắt;Tác giả;Năm xuất bản;Tạp chí;Từ khóa",
    "Naslov;Sažetak;Autori;Godina;Časopis;Ključne riječi",
]


@pytest.mark.parametrize("header", LANGUAGES)
def test_columns_have_their_names_in_many_languages(header: str) -> None:
    text = f"{header}\nOwls;They see.;Ada Strix;2019;Fauna;night\n"
    (record,) = records(table(text))
    assert (record.title, record.abstract, record.year) == ("Owls", "They see.", 2019)
    assert (record.authors, record.venue, record.tags) == (("Ada Strix",), "Fauna", ("night",))
    assert record.extra == ()


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("title_en", "title"),
        ("Title (English)", "title"),
        ("English abstract", "abstract"),
        ("抄録(英文)", "abstract"),
        ("英文標題", "title"),
        ("Résumé (fr)", "abstract"),
        ("Abstract in English", "abstract"),
        ("Resumo em inglês", "abstract"),
        ("Название на английском", "title"),
        ("3. Title", "title"),
        ("Date (YYYY-MM-DD)", "year"),
        ("Author2", "authors"),
        ("Authors, Primary", "authors"),
        ("Year (online)", "year"),
        ("Titel/Title", "title"),
        ("bibjson.title", "title"),
        ("bibjson.journal.title", "venue"),
        ("prism:publicationName", "venue"),
        ("authorships.0.author.display_name", "authors"),
        ("ids.pmid", "pmid"),
        ("externalIds.ArXiv", "arxiv"),
        ("references.title", ""),
        ("journal.doi", ""),
        ("authorships.author.orcid", ""),
        ("Author ID", ""),
        ("Author Address", ""),
        ("Article number", ""),
        ("Document Type", ""),
        ("Date added", ""),
        ("Abstract language", ""),
        ("Volume 2", ""),
        ("Title of the thing that it was", ""),
    ],
)
def test_marks_and_paths_around_a_name(name: str, field: str) -> None:
    assert meaning_of(name)[0] == field


def test_of_two_languages_the_name_without_a_mark_comes_first_then_english() -> None:
    text = "title_fr\ttitle_en\tabstract_de\tabstract\nHiboux\tOwls\tSie sehen.\tThey see.\n"
    (record,) = records(table(text))
    assert (record.title, record.abstract) == ("Owls", "They see.")


def test_no_name_is_of_two_fields() -> None:
    """A name given twice would be found only in the first field: the table would be wrong."""
    import tomllib
    from pathlib import Path

    from rag.corpus.formats.fields import column_names

    data = tomllib.loads(Path(column_names.__file__).with_name("columns.toml").read_text("utf-8"))
    for field in FIELDS:
        for text in data[field].values():
            wrong = [name for name in text.split(";") if column_names._known(name)[0] != field]
            assert wrong == [], field


def test_a_table_without_a_known_title_tells_its_columns_and_how_to_name_one() -> None:
    (refused,) = table("Headline,Abstract,Year\nOwls,They see.,2019\n")
    assert isinstance(refused, Rejected)
    assert "Headline, Abstract, Year" in refused.reason and "--column title=" in refused.reason
    (record,) = records(table("Headline,Abstract\nOwls,They see.\n", {"Headline": "title"}))
    assert record.title == "Owls"


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2019", 2019),
        ("12/03/2019", 2019),
        ("2019-03-12T10:00:00Z", 2019),
        ("Mar 2019", 2019),
        ("Mar2019", 2019),
        ("20190312", 2019),
        ("201903", 2019),
        ("2019年3月", 2019),
        ("２０１９", 2019),
        ("2019///", 2019),
        ("10.1000/j.2019.01.002", None),
        ("https://a.org/2019/03", None),
        ("https://doi.org/10.1000/2019.1 (2021)", 2021),
        ("120193", None),
        ("in press", None),
        (None, None),
    ],
)
def test_the_year_in_a_date(written: str | None, year: int | None) -> None:
    assert year_of(written) == year


@pytest.mark.parametrize(
    "value",
    [
        1552348800,
        1552348800000,
        {"date-parts": [[2019, 3]]},
        {"year": {"value": "2019"}},
        [{"date": "in press"}, {"date": "2019-03"}],
        2019.0,
    ],
)
def test_the_year_in_a_programs_value(value: object) -> None:
    assert year_in(value) == "2019"


def test_the_next_column_gives_the_year_where_the_first_has_none() -> None:
    (record,) = records(table("title,year,publication date\nOwls,in press,2019-03-12\n"))
    assert record.year == 2019


def test_the_year_of_a_preprint_is_not_that_of_its_version_in_a_journal() -> None:
    text = "title,server,published,date\nOwls,bioRxiv,10.1000/2021.7,2019-03-12\n"
    (record,) = records(table(text))
    assert (record.year, record.venue) == (2019, "bioRxiv")
