"""A reader's own questions: a few columns in, cases out.

A question has these fields; all but the first may be empty:

    question   what is asked
    papers     the papers that a right answer cites: their titles, or their ids
    says       words that a right answer has; of alternatives, one is enough
    declined   yes, if no paper answers it

In JSON, a line is an object, ``papers`` and ``says`` are lists, and alternatives a list in it. In
CSV, the first line names the columns, several papers or words are separated by ``;`` and
alternatives by ``|``. A question without any of them is asked all the same, and scored for what
needs no right answer. A line of `eval.cases`, which has a kind, is taken as it is.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from eval.cases import Case, complaints
from rag.types import Paper

FIELDS = ("question", "papers", "says", "declined")
MOST = 2000  # questions of one collection
LONGEST = 4000  # characters of a question
_YES = ("yes", "true", "1")
_NO = ("no", "false", "0", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of a file; lines are counted from 1."""

    line: int
    what: str


class _Wrong(Exception):
    """A line is wrong, and this is why."""


def read_own(
    name: str, text: str, papers: Mapping[str, Paper]
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """The questions of a file called ``name``, and what is wrong in it; every line is looked at.

    ``papers`` are those of the collection, by id.
    """
    by_title = {_plain(paper.title): paper_id for paper_id, paper in papers.items()}
    lines = _json_lines(text) if _is_json(name, text) else _csv_lines(text)
    made: dict[str, Case] = {}
    wrong: list[Problem] = []
    for number, read in lines:
        try:
            case = _case(read(), papers, by_title)
            if case.id in made:
                raise _Wrong("this question is in the file already")
            made[case.id] = case
        except _Wrong as exc:
            wrong.append(Problem(number, str(exc)))
    if not made and not wrong:
        wrong.append(Problem(1, "there is no question in the file"))
    if len(made) > MOST:
        wrong.append(Problem(MOST + 1, f"a collection has at most {MOST:,} questions"))
    return tuple(made.values()), tuple(wrong)


def own_case(
    question: str,
    papers: Sequence[str] = (),
    says: Sequence[Sequence[str]] = (),
    *,
    declined: bool = False,
) -> Case:
    """A question with the ids of its papers as a case; the same question has the same id."""
    asked = " ".join(question.split())
    expects = bool(papers or says or declined)
    return Case(
        id=f"own-{hashlib.sha256(asked.casefold().encode()).hexdigest()[:12]}",
        kind="own" if expects else "feedback",
        split="dev",
        question=asked,
        history=(),
        answerable=expects and not declined,
        must_cite=tuple(dict.fromkeys(papers)),
        may_cite=(),
        evidence=(),
        facts=tuple(tuple(one) for one in says),
        terms=(),
        note="" if expects else "own question, nothing expected",
    )


def template(form: str, papers: Sequence[Paper]) -> str:
    """A file of three example lines, "csv" or "jsonl", with titles of these papers."""
    titles = [paper.title for paper in papers[:2]] or ["The title of a paper"]
    rows: list[tuple[str, list[str], list[list[str]], str]] = [
        ("What does this paper propose?", titles[:1], [], ""),
        ("Which papers train a network?", titles, [["training", "trained"], ["network"]], ""),
        ("Who won the 2018 football world cup?", [], [], "yes"),
    ]
    if form == "jsonl":
        lines = [{k: v for k, v in zip(FIELDS, row, strict=True) if v} for row in rows]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(FIELDS)
    for question, cited, says, declined in rows:
        words = "; ".join(" | ".join(one) for one in says)
        table.writerow([question, "; ".join(cited), words, declined])
    return out.getvalue()


def _is_json(name: str, text: str) -> bool:
    return name.lower().endswith((".jsonl", ".json", ".ndjson")) or text.lstrip().startswith("{")


def _json_lines(text: str) -> Iterator[tuple[int, Callable[[], Mapping[str, Any]]]]:
    def read(line: str) -> Mapping[str, Any]:
        try:
            found = json.loads(line)
        except ValueError as exc:
            raise _Wrong(f"this is not JSON: {exc}") from exc
        if not isinstance(found, dict):
            raise _Wrong('a line is an object: {"question": "…", "papers": ["…"]}')
        return found

    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if line.strip():
            yield number, lambda line=line: read(line)  # type: ignore[misc]


def _csv_lines(text: str) -> Iterator[tuple[int, Callable[[], Mapping[str, Any]]]]:
    sample = text.lstrip("\ufeff")
    first = sample.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(sample), delimiter=max(",;\t", key=first.count))
    names = [str(name or "").strip().lower() for name in rows.fieldnames or ()]
    if "question" not in names:
        yield 1, _raising(f"the first line names the columns: {', '.join(FIELDS)}")
        return
    rows.fieldnames = names
    before = 2
    for row in rows:
        yield before, lambda row=row: _split(row)  # type: ignore[misc]
        before = rows.line_num + 1


def _raising(what: str) -> Callable[[], Mapping[str, Any]]:
    def read() -> Mapping[str, Any]:
        raise _Wrong(what)

    return read


def _split(row: Mapping[str | None, Any]) -> Mapping[str, Any]:
    """A row of a table as the object that a line of JSON is."""
    if None in row:
        raise _Wrong("it has more fields than there are columns; put quotes around a text")
    cells = {str(name): (value or "").strip() for name, value in row.items()}
    return {
        "question": cells["question"],
        "papers": cells.get("papers", ""),
        "says": [_parts(one, "|") for one in _parts(cells.get("says", ""), ";")],
        "declined": cells.get("declined", ""),
    }


def _parts(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def _case(line: Mapping[str, Any], papers: Mapping[str, Paper], titles: Mapping[str, str]) -> Case:
    if "kind" in line:
        case = _full(line)
    else:
        unknown = sorted({*line} - {*FIELDS})
        if unknown:
            raise _Wrong(f"there is no field “{unknown[0]}”; there are {', '.join(FIELDS)}")
        question = line.get("question")
        if not isinstance(question, str) or not question.strip():
            raise _Wrong("it has no question")
        if len(question) > LONGEST:
            raise _Wrong(f"a question has at most {LONGEST:,} characters")
        named = line.get("papers")
        if isinstance(named, str) and _plain(named) not in titles:  # a title may have a semicolon
            named = _parts(named, ";")
        cited = [_paper(name, papers, titles) for name in _texts(named, "papers")]
        declined = str(line.get("declined", "")).strip().lower()
        if declined not in (*_YES, *_NO):
            raise _Wrong("“declined” is yes or no")
        if declined in _YES and (cited or line.get("says")):
            raise _Wrong("what should be declined has no papers and says nothing")
        case = own_case(question, cited, _said(line), declined=declined in _YES)
    for complaint in complaints(case, papers):
        raise _Wrong(complaint)
    return case


def _full(line: Mapping[str, Any]) -> Case:
    try:
        return Case.model_validate(dict(line))
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise _Wrong(f"the field “{field}” is not right: {first['msg']}") from exc


def _texts(given: object, name: str) -> list[str]:
    found = [given] if isinstance(given, str) else given or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _Wrong(f"“{name}” is a list of texts")
    return found


def _said(line: Mapping[str, Any]) -> list[list[str]]:
    found = line.get("says") or []
    if not isinstance(found, list):
        raise _Wrong("“says” is a list of words")
    return [[one] if isinstance(one, str) else _texts(one, "says") for one in found]


def _paper(name: str, papers: Mapping[str, Paper], titles: Mapping[str, str]) -> str:
    if name in papers:
        return name
    found = titles.get(_plain(name))
    if found is None:
        raise _Wrong(f"no paper here has the title “{name[:120]}”")
    return found


def _plain(title: str) -> str:
    return " ".join(title.casefold().split()).rstrip(".")
