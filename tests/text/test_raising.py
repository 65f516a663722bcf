"""Superscripts and subscripts in writing, as they are typed, and as the index of words has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.characters.raising import lowered, raised, typed
from rag.text.characters.searchable import searchable
from rag.text.characters.tex import tex_to_text


@pytest.mark.parametrize(
    ("text", "before", "written"),
    [
        ("6", "10", "⁶"),
        ("−6", "10", "⁻⁶"),
        ("2+", "Ca", "²⁺"),
        ("n+1", "x", "ⁿ⁺¹"),
        ("max", "T", "^(max)"),
        ("4.5", "10", "^(4.5)"),
        ("2,3,5", "shown", "²,³,⁵"),
        ("-/-", "Trp53", "⁻/⁻"),
        ("th", "4", "th"),
        ("th", "the", "^(th)"),
        ("e", "XIX", "e"),
        ("o", "4", "°"),
        ("TM", "Pill", "™"),
        ("†", "x", "†"),
        ("[3]", "x", "[3]"),
        ("(a)(b c)", "x", "^((a)(b c))"),
        ("", "x", ""),
    ],
)
def test_superscripts(text: str, before: str, written: str) -> None:
    assert raised(text, before) == written


def test_subscripts() -> None:
    texts = ("2", "2.5", "1 - x", "max", "D", "*")
    assert [lowered(text) for text in texts] == ["₂", "₂.₅", "₁₋ₓ", "_(max)", "_(D)", "_(*)"]


@pytest.mark.parametrize(
    ("typed_", "ways"),
    [
        ("10^6", ["10⁶", "10^6", "10^(6)", "10^{6}", "10$^6$", "10$^{6}$"]),
        ("10^-6", ["10⁻⁶", "10^-6", "10^(-6)", "10^{-6}", "10$^{-6}$"]),
        ("m2", ["m²", "m2", "m^2", "m^(2)", "m^{2}", "m$^2$"]),
        ("NO2", ["NO₂", "NO2", "NO_2", "NO_(2)", "NO_{2}", "NO$_2$", r"\mathrm{NO}_2"]),
        ("Vmax", ["V_(max)", "Vmax", "V_{max}", r"V$_{\rm max}$", r"V$_{\mathrm{max}}$"]),
        ("PM2.5", ["PM₂.₅", "PM2.5", "PM_(2.5)"]),
        ("Ca2+", ["Ca²⁺", "Ca2+", "Ca^{2+}", "Ca$^{2+}$"]),
        ("15N", ["¹⁵N", "15N", "$^{15}$N"]),
    ],
)
def test_all_ways_to_write_a_script_are_typed_alike(typed_: str, ways: list[str]) -> None:
    assert {way: typed(way) for way in ways} == dict.fromkeys(ways, typed_)


@given(
    st.text(st.characters(categories=["L", "Nd", "P", "Zs"], exclude_characters="^_"), max_size=40)
)
def test_text_without_scripts_is_typed_as_it_is(text: str) -> None:
    plain = "".join(character for character in text if typed(character) == character)
    assert typed(plain) == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A rise of CO₂ to 10⁶ m²", "A rise of CO2 to 10^6 m2"),
        ("雨量的多少", "雨量"),
        ("茶园土壤有机质", "茶园 园土 土壤 壤有 有机 机质"),
        ("水はデータを", "水 デー ータ"),
        ("강수량은 100mm", "강수 수량 량은 100mm"),
        ("naïve Ελληνικά", "naïve Ελληνικά"),
    ],
)
def test_words_of_the_index(text: str, words: str) -> None:
    assert searchable(text).split() == words.split()


def test_macros_that_pylatexenc_lacks() -> None:
    assert [tex_to_text(tex) for tex in (r"\farcs", r"\micron", r"\Msun")] == ["″", "µm", "M☉"]
