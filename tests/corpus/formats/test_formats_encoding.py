"""Encodings: common ones are distinguished, others are refused."""

from __future__ import annotations

import pytest

from rag.corpus.formats.source import Source
from rag.errors import FileError, FormatError

GERMAN = "Müller und Jörg prüfen das Modell für größere Daten"
CZECH = "Dvořák: žluťoučký kůň příliš úpěl ďábelské ódy"
CHINESE = "我们提出了一种新的方法来解决这个问题"
BIBTEX = "@article{wang, title = {基于深度学习的图像识别研究}, author = {王, 伟}}"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain ASCII", "utf-8"),
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "latin-1"),
        ("“Quoted” – naïve", "cp1252"),
        ("El año y la niñez: ¿qué más?", "latin-1"),
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (BIBTEX, "gbk"),
        (BIBTEX + "\n" + "An English abstract of some length follows. " * 200, "gbk"),
        ("我們提出了一種新的方法來解決這個問題", "big5"),
        ("この論文では新しい手法を提案する。", "shift_jis"),
        ("이 논문에서는 새로운 방법을 제안한다. 실험 결과", "cp949"),
        ("Мы предлагаем новый метод решения этой задачи", "cp1251"),
        (CZECH, "iso8859_2"),
        (CZECH, "cp1250"),
        ("Zażółć gęślą jaźń, który łączy się w całość", "cp1250"),
    ],
)
def test_text_is_what_it_was(text: str, encoding: str) -> None:
    assert Source.of_bytes("a.txt", text.encode(encoding)).head == text


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("Jørgensen, Søren and Hélène Lefèvre", "cp1252"),
        ("Müller, Jörg", "cp1252"),
        ("Sèvres, Hugues", "cp1252"),
        ("Muñoz, Íñigo and João Simões", "latin-1"),
        ("Guðmundur Sigurðsson and Þórður Davíð", "latin-1"),
        ("Nicolò Forlì, at 20°C ± 5 µm", "latin-1"),
        ("Dvořák, Jiří and Šimůnek, Zdeněk", "cp1250"),
        ("Dvořák, Jiří and Šimůnek, Zdeněk", "iso8859_2"),
        ("Łukasz Kamiński and Grażyna Wiśniewska", "cp1250"),
        ("Erdős, László", "cp1250"),
        ("Yağmur Işık and Şahin, Ayşe", "cp1254"),
        ("Νικολάου and Δημητρίου", "cp1253"),
        ("Иванов, Алексей and Щербаков, Юлия", "cp1251"),
        ("Иванов, Алексей and Щербаков, Юлия", "koi8_r"),
        ("陈璐 and 刘洋", "gbk"),
        ("陳大文 and 林志玲", "big5"),
        ("김철수 and 이영희", "cp949"),
    ],
)
def test_a_few_names_are_what_they_were(names: str, encoding: str) -> None:
    text = f"@article{{a, title={{Deep learning}}, author={{{names}}}, year=2020}}\n"
    assert Source.of_bytes("a.bib", text.encode(encoding)).head == text


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("Müller, Jürgen", "mac_roman"),
        ("Müller, Jörg", "cp437"),
        ("Hélène Lefèvre", "mac_roman"),
        ("Aydın", "cp1254"),
        ("Õunap, Tõnu", "cp1252"),
        ("山田太郎", "euc_jp"),
    ],
)
def test_names_that_could_be_others_are_refused(names: str, encoding: str) -> None:
    with pytest.raises(FormatError, match="no text in any known encoding"):
        _ = Source.of_bytes("a.bib", f"author={{{names}}}".encode(encoding)).encoding


def test_characters_far_inside_a_file_count() -> None:
    text = "An English line. " * 100_000 + GERMAN
    assert Source.of_bytes("a.txt", text.encode("latin-1")).encoding == "cp1252"
    with Source.of_bytes("a.txt", text.encode()).text() as stream:
        assert stream.read() == text


def test_a_character_cut_by_the_size_of_a_block_is_no_stray_byte() -> None:
    for shift in range(4):
        text = "x" * (256 * 1024 - shift) + "你好 é"
        assert Source.of_bytes("a.txt", text.encode()).encoding == "utf-8"


def test_stray_bytes_in_utf8_are_read_as_browsers_do() -> None:
    data = GERMAN.encode() * 5 + b" caf\xe9 \x93so\x94"
    assert Source.of_bytes("a.txt", data).head == GERMAN * 5 + " café “so”"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0" * 50, bytes(range(1, 256)) * 20, b"\xff\x00\xd8"],
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="no text"):
        _ = Source.of_bytes("a.bib", data).encoding


def test_a_file_that_is_not_there() -> None:
    def opener() -> None:
        raise FileNotFoundError(2, "No such file")

    with pytest.raises(FileError, match=r"a\.bib cannot be read: No such file"):
        Source("a.bib", opener).open()  # type: ignore[arg-type]


def test_lines_are_bounded_and_counted() -> None:
    source = Source.of_bytes("a.txt", b"one\r\n" + b"x" * 100 + b"\rthree\n" + b"y" * 21)
    assert list(source.lines(20)) == [(1, "one"), (2, None), (3, "three"), (4, None)]
    assert list(source.lines(21)) == [(1, "one"), (2, None), (3, "three"), (4, "y" * 21)]
