"""Where a JSON file has its papers, and files that are damaged, hostile or large."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_json_in import document, lines, records, refusals, titles
from writing import kept

from rag.corpus.formats.fields.normalise import clean
from rag.corpus.formats.json import values as json_values
from rag.corpus.formats.json.files import is_json, is_json_lines, read_json, read_json_lines
from rag.corpus.formats.json.values import Broken, Element, read_elements
from rag.corpus.formats.source import LINE_LIMIT, Source
from rag.corpus.record import Record
from rag.errors import InputError
from rag.types import Rejected

PAPER = {"title": "Owls"}


OTHER = {"title": "Bats"}


@pytest.mark.parametrize(
    "value",
    [
        [PAPER, OTHER],
        {"data": [PAPER, OTHER]},
        {"config": {"title": "My library"}, "items": [PAPER, OTHER]},
        {"status": "ok", "message": {"items": [PAPER, OTHER], "facets": [{"title": "x"}]}},
        {"resultList": {"result": [PAPER, OTHER]}},
        {"reading": [PAPER], "later": [OTHER]},
        {"10.1/a": [PAPER], "10.1/b": [OTHER]},
        {"a": PAPER, "b": OTHER},
        {"10.1/a": {**PAPER, "year": 2019}, "10.1/b": {**OTHER, "year": 2020}},
        {"result": {"uids": ["1", "2"], "1": {**PAPER, "year": 1}, "2": {**OTHER, "year": 2}}},
        {"data": {"1": {"info": PAPER}, "2": {"info": OTHER}}},
        {"pages": [{"docs": [PAPER]}, {"docs": [OTHER]}]},
        {"data": [{"citingPaper": PAPER}, {"citedPaper": OTHER}]},
        {"hits": {"total": 2, "hits": [{"_source": PAPER}, {"_source": OTHER}]}},
        '{"title": "Owls"}\n{"title":\n"Bats"}',
        '[{"title": "Owls"}]\n[{"title": "Bats"}]\n',
        '\n[{"title": "Owls"},\n{"title": "Bats"},]',
    ],
)
def test_papers_are_found_wherever_a_document_has_them(value: Any) -> None:
    assert [record.title for record in records(document(value))] == ["Owls", "Bats"]


def test_one_object_is_one_paper_whatever_lists_it_has() -> None:
    value = {"references": [OTHER, OTHER], "title": "Owls", "items": [{"title": "a figure"}]}
    assert titles(document(value)) == ["Owls"]


def test_each_line_is_read_or_refused_by_itself() -> None:
    text = (
        '{"title": "Owls"}\n\n{"title": "Bats"\n[1]\n"text"\n'
        '{"title": "Half \\ud83d of a pair", "n": NaN}\n{"title": "A\tb"}\n{"abstract": "x"}\n'
        + f'{{"title": "{"x" * LINE_LIMIT}"}}\n'
        + '[{"title": "C"}, {"title": "D"}]\n{"title": "'
    )
    found = lines(text)
    assert titles(found) == ["Owls", "Half \ufffd of a pair", "A b", "C", "D"]
    assert [(place, reason[:30]) for place, reason in refusals(found)] == [
        ("line 3", "it is not JSON: expecting ',' "),
        ("line 4", "it is a number, not an object "),
        ("line 5", "it is a text, not an object wi"),
        ("line 8", "it has no title"),
        ("line 9", f"it has more than {LINE_LIMIT:,} chara"[:30]),
        ("line 11", "it is not JSON: unterminated s"),
    ]


def test_everything_before_a_break_is_read() -> None:
    found = document('[{"title": "Owls"},\n {"title": "Bats"},\n {"title" "x"}, {"title": "C"}]')
    assert titles(found) == ["Owls", "Bats"]
    (refused,) = refusals(found)
    assert refused[0] == "item 3, line 3" and "on line 3; what follows" in refused[1]


def test_objects_that_are_not_papers_are_reported_once() -> None:
    other = [{"name": "a", "size": 1}] * 300
    assert refusals(document(other)) == [
        (
            "item 1, line 1 to item 300, line 1",
            "300 records are no papers; of the first: none of its columns is known to be the "
            "title; they are: name, size; say which one is, as in --column title=NAME",
        )
    ]
    few = document([*other[:3], PAPER, *other[:30]])
    assert (titles(few), len(refusals(few))) == (["Owls"], 33)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('{"a": 1}\n{"b": 2}\n', "x", "lines"),
        ('{"a": 1}\n{"b": 2', "x.json", "lines"),
        ('{"a": 1}', "x.jsonl", "lines"),
        ('{"a": 1}', "x.json", "document"),
        ('{\n "a": {\n  "b": 1}\n}\n', "x.jsonl", "document"),
        ('[{"a": 1}]', "x", "document"),
        ("[]", "x.json", "document"),
        ("[1] A. Strix, Owls, 2019", "x.txt", "none"),
        ("{\\rtf1 text}", "x", "none"),
        ("@article{a, title={B}}", "x", "none"),
    ],
)
def test_json_is_recognised_by_its_start(text: str, name: str, expected: str) -> None:
    found = "lines" if is_json_lines(text, name) else "document" if is_json(text, name) else "none"
    assert found == expected


def test_a_document_is_read_in_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "_CHUNK", 64)
    monkeypatch.setattr(json_values, "VALUE_LIMIT", 4096)
    papers = [{"title": f"Owl {n}", "abstract": "x\n" * (n % 50)} for n in range(400)]
    for value in (papers, {"version": 1, "items": papers, "end": True}):
        text = io.StringIO(json.dumps(value, indent=1))
        reader = json_values._Reader(text)
        longest, seen = 0, []
        for element in reader.elements():
            longest = max(longest, len(reader._window))
            seen.append(element.value)
        assert seen == papers and longest < 1024
    (broken,) = read_elements(io.StringIO(json.dumps([{"title": "x" * 20_000}])))
    assert isinstance(broken, Broken) and "4,096" in broken.why


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 100_000, '[{"title": ' + "1" * 10_000 + "}]", "[1 2]", '{"a" 1}'],
)
def test_hostile_json_is_refused(text: str) -> None:
    assert not titles(document(text)) and refusals(document(text))
    assert not titles(lines(text)) and refusals(lines(text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "title abstract author authors date issued items data DOI tags url".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    text = json.dumps(value)
    for found in (document(text), lines(text), document([value, PAPER])):
        assert all(isinstance(item, Record | Rejected) for item in found)
    assert list(read_elements(io.StringIO(json.dumps([value])))) == [Element(1, json.loads(text))]


@given(st.text(max_size=80), st.text(max_size=80), st.booleans())
def test_any_text_survives_json(title: str, note: str, ascii_only: bool) -> None:
    value = {"title": f"T{title}t", "note": note}
    text = json.dumps(value, ensure_ascii=ascii_only)
    for found in (document(text), lines(text)):
        (record,) = records(found)
        assert record.title == clean(value["title"])
        assert dict(record.extra).get("note", "") == kept(note)


WHOLE = json.dumps([{"title": "Owls", "abstract": "é\n"}, {"title": "Bats"}], indent=1).encode()


@given(st.integers(0, len(WHOLE)), st.binary(max_size=9))
def test_json_cut_off_or_damaged_raises_nothing_unexpected(at: int, noise: bytes) -> None:
    for data in (WHOLE[:at], WHOLE[:at] + noise + WHOLE[at + len(noise) :], noise):
        for read in (read_json, read_json_lines):
            with contextlib.suppress(InputError):
                list(read(Source.of_bytes("t", data)))
    assert set(titles(document(WHOLE[:at].decode()))) <= {"Owls", "Bats"}


def test_the_journal_of_a_paper_in_an_unknown_part_is_no_paper() -> None:
    value = {"x": 1, "the_work": {**PAPER, "year": 2019}, "journal": {"title": "Fauna"}}
    (record,) = records(document(value))
    assert (record.title, record.year, record.venue) == ("Owls", 2019, "Fauna")
