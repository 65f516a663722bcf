"""Two language models that answer from the question set's own table: a strong one and a liar.

Both read the prompt as any model does: they find the gold sentences among the numbered ones. The
strong one claims them in slightly other words, says what is missing, and searches for papers that
are not there. The liar changes numbers and names, cites other sentences than it takes the claim
from, and answers what cannot be answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from eval.cases import Case
from eval.endpoints.server import Body
from rag.answering.prompts import ASKING, READING
from rag.text.characters.escaping import as_material
from rag.text.names.titles import short_title
from rag.text.quantities.numbers import numbers_in
from rag.text.sentences.third_person import in_third_person
from rag.types import Intent, Paper

Lie: TypeAlias = Literal["number", "name", "source", "unanswerable"]
LIES: tuple[Lie, ...] = get_args(Lie)

_LINE = re.compile(r"^(?:\[(?P<number>\d+)\]|#) (?P<text>.*)$", re.MULTILINE)
_OPENING = re.compile(
    r"^(?:furthermore|moreover|however|in addition|additionally|finally|specifically|notably|thus"
    r"|therefore|hence|to this end|as a result|in this (?:paper|work|study))\s*,\s*",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(r"\(\d\)")  # "(1) ... (2) ..."
_INVENTED = "FrobNet-9"
_INTENTS: Mapping[str, Intent] = {"compare": "comparison", "far": "lookup", "near": "lookup"}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A sentence of a prompt, with its number and its paper's title."""

    number: int
    title: str
    text: str


@dataclass(slots=True)
class GoldModel:
    """Answers the ``case`` that is set; ``papers`` are those of the library, by id."""

    papers: Mapping[str, Paper]
    case: Case | None = None

    def __call__(self, body: Body) -> str:
        """The reply to a request."""
        case = self.case
        if case is None:
            raise ValueError("no case is set")
        asked = [m["content"] for m in body["messages"] if m["role"] == "user"]
        instructions = body["messages"][0]["content"]
        if instructions == ASKING:
            return json.dumps({"question": _alone(case, self.papers), "kind": _intent_of(case)})
        if instructions != READING:
            return _alone(case, self.papers)
        return json.dumps(self.read(case, _sentences(asked), first=len(asked) == 1))

    def read(self, case: Case, sentences: Sequence[Numbered], *, first: bool) -> dict[str, Any]:
        """The reply of the reading."""
        raise NotImplementedError


class Strong(GoldModel):
    """Claims what the table has, and nothing else."""

    def read(self, case: Case, sentences: Sequence[Numbered], *, first: bool) -> dict[str, Any]:
        """The gold claims; a search where a paper of the table is not there."""
        found = self.gold(case, sentences)
        there = {sentence.title for sentence in sentences}
        titles = [as_material(self.papers[i].title) for i in case.must_cite]
        absent = [title for title in titles if title not in there]
        missing = case.question if absent or not found else ""
        claims = [_claim(reworded(item), item.number) for item in found]
        search = (absent or [case.question])[:2] if missing and first else []
        part = {"asked": case.question, "claims": claims, "missing": missing}
        return {"parts": [part], "search": search}

    def gold(self, case: Case, sentences: Sequence[Numbered]) -> list[Numbered]:
        """The sentences of the prompt that the table has for this case, in its order."""
        found: dict[int, Numbered] = {}
        for span in case.evidence:
            if span.paper_id in case.must_cite:
                paper = self.papers[span.paper_id]
                gold = as_material(paper.abstract[span.start : span.end])
                title = as_material(paper.title)
                inside = (s for s in sentences if s.title == title and _overlap(s.text, gold))
                found |= {sentence.number: sentence for sentence in inside}
        return list(found.values())


@dataclass(slots=True)
class Liar(Strong):
    """Lies in every claim. ``told`` has each lie by its text, until it is emptied."""

    told: dict[str, Lie] = field(default_factory=dict)

    def read(self, case: Case, sentences: Sequence[Numbered], *, first: bool) -> dict[str, Any]:
        """Lies about what the table has, or about anything."""
        gold = self.gold(case, sentences)
        claims: list[dict[str, Any]] = []
        for item in gold or sentences[:2]:
            for lie, tell in _WAYS.items():
                said, number = tell(item, sentences)
                if said:
                    self.told[said] = lie if case.answerable else "unanswerable"
                    claims.append(_claim(said, number))
        return {"parts": [{"asked": case.question, "claims": claims, "missing": ""}], "search": []}


def reworded(sentence: Numbered) -> str:
    """The sentence as somebody else would say it: of the authors, without its connective."""
    text = _OPENING.sub("", in_third_person(sentence.text))
    authors = f"The authors of {short_title(sentence.title)}"
    text = re.sub(r"^the authors\b", authors, text, count=1, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:]


def _other_number(item: Numbered, sentences: Sequence[Numbered]) -> tuple[str, int]:
    said = reworded(item)
    numbers = [n.raw for n in numbers_in(_ENUMERATED.sub("", said)) if n.raw[0].isdigit()]
    if not numbers:
        return "", 0
    other = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), numbers[0])
    return said.replace(numbers[0], other), item.number


def _other_name(item: Numbered, sentences: Sequence[Numbered]) -> tuple[str, int]:
    head, _, rest = reworded(item).partition(" ")
    return f"{_INVENTED} shows that {head.lower()} {rest}", item.number


def _other_source(item: Numbered, sentences: Sequence[Numbered]) -> tuple[str, int]:
    others = [sentence.number for sentence in sentences if sentence.title != item.title]
    return (reworded(item), others[item.number % len(others)]) if others else ("", 0)


_WAYS: Mapping[Lie, Callable[[Numbered, Sequence[Numbered]], tuple[str, int]]] = {
    "number": _other_number,
    "name": _other_name,
    "source": _other_source,
}


def _claim(sentence: str, *sources: int) -> dict[str, Any]:
    return {"sources": list(sources), "sentence": sentence}


def _sentences(prompts: Iterable[str]) -> list[Numbered]:
    found, title = [], ""
    for match in _LINE.finditer("\n".join(prompts)):
        if match["number"]:
            found.append(Numbered(int(match["number"]), title, match["text"]))
        else:
            title = match["text"]
    return found


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _alone(case: Case, papers: Mapping[str, Paper]) -> str:
    """The question with the papers that a follow-up is about."""
    if not case.history:
        return case.question
    names = " and ".join(short_title(papers[paper_id].title) for paper_id in case.must_cite)
    return f"{case.question} ({names})" if names else case.question


def _intent_of(case: Case) -> Intent:
    known = _INTENTS.get(case.kind, case.kind)
    return known if known in get_args(Intent) else "lookup"  # type: ignore[return-value]
