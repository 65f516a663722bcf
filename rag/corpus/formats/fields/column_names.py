"""What a name of a column means, by the table of names in ``columns.toml``.

Case, accents, punctuation and the order of words do not matter. A name may have marks around it
("title_en", "Abstract (English)", "1. Year"), be given in two languages ("Title/题名"), or be a
path into an object ("bibjson.title", "dc:title").
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from rag.text.words import fold

_TABLE: Final = tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))
_SETTINGS = ("beside", "marks", "parts")
FIELDS: Final = tuple(name for name in _TABLE if name not in _SETTINGS)
_LONGEST = 80  # characters; a longer text is no name of a column
_FEWEST = 3  # letters of a name that is known without its accents: "år" is a year, "ar" is not

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=\d)")
_NO_WORD = re.compile(r"[\W_]+")
_STEP = re.compile(r"[.:]+(?=[\w@#$])|__")
_BETWEEN = re.compile(r"[-–/|()（）［］\[\]\n]+")
# Below these names in an object stands the text itself.
_LEAVES = frozenset(
    "name displayname value text label term content fullname raw literal p keyword string"
    " li seq bag".split()
)
# Fields whose parts are of no other field: "authors.id" is no id of the paper.
_OF_ITS_OWN = frozenset(("title", "authors", "year", "tags"))
_OF_VENUES = frozenset(("venue", "year", "authors"))  # a journal's DOI or link is its own
_NESTED, _MARKED = 1000, 100  # added to the rank, so that a plain name comes first


@lru_cache(1 << 12)  # every row has the same names
def plain(name: str) -> str:
    """The name in lower case, without spaces and punctuation."""
    if name.isalnum() and name.isascii():
        return name.casefold()
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _bare(name: str) -> str:
    """A plain name without accents."""
    return unicodedata.normalize("NFKC", fold(name))


def _words(name: str) -> list[str]:
    spaced = _HUMP.sub(" ", unicodedata.normalize("NFKC", name))
    return [_bare(word.casefold()) for word in _NO_WORD.split(spaced) if word]


def _entries(text: str) -> Iterator[str]:
    return (entry.strip() for entry in text.split(";"))


def _keys(entry: str) -> Iterator[str]:
    """The forms in which a name of the table may be written."""
    name = plain(entry)
    yield name
    yield plain(entry.translate(_UMLAUTS))
    if len(bare := _bare(name)) >= _FEWEST:
        yield bare


def is_known(name: str) -> bool:
    """Whether the table has this very name."""
    # Titles are asked for, too, each once: they have no place in the cache.
    return len(name) <= _LONGEST and plain.__wrapped__(name) in _NAMES.all


Meaning = tuple[str, int]  # the field, and its rank: 0 is the best name of the field
_NONE: Final[Meaning] = ("", 0)


class _Names:
    """The names of the table: all of them, and those that may have marks around them."""

    def __init__(self) -> None:
        self.all: dict[str, Meaning] = {}
        self.markable: dict[str, Meaning] = {}
        self.by_words: dict[tuple[str, ...], Meaning] = {}
        for field in FIELDS:
            rank = 0
            for kind, text in _TABLE[field].items():
                for entry in _entries(text):
                    self._add(entry, (field, rank), is_exact=kind == "exact")
                    rank += 1

    def _add(self, entry: str, meaning: Meaning, *, is_exact: bool) -> None:
        for key in _keys(entry):
            self.all.setdefault(key, meaning)
            if not is_exact:
                self.markable.setdefault(key, meaning)
        if not is_exact and len(words := _words(entry)) > 1:
            self.by_words.setdefault(tuple(sorted(words)), meaning)


def _marks() -> dict[str, int]:
    """What each mark around a name adds to its rank."""
    costs = {"words": 1, "solr": 1, "print": 2, "english": 3, "others": 4}
    return {
        key: cost * _MARKED
        for kind, cost in reversed(costs.items())
        for entry in _entries(_TABLE["marks"][kind])
        for word in entry.split()
        for key in _keys(word)
    }


_NAMES: Final = _Names()
_MARKS: Final = _marks()
# Marks of scripts without blanks between words: "英文抄録".
_JOINED_MARKS: Final = tuple(mark for mark in _MARKS if mark[0] >= "\u3000")
_PARTS: Final = frozenset(plain(entry) for entry in _entries(_TABLE["parts"]["names"]))
_BESIDE: Final[dict[str, dict[str, str]]] = _TABLE["beside"]


def meaning_beside(name: str, others: Collection[str]) -> Meaning:
    """The field that a column ``name`` is among columns with these names, and its rank.

    The field is "" for a name that is not known.
    """
    path, step = _apart(name)
    if elsewhere := _BESIDE.get(step):
        beside = {other for outer, other in map(_apart, others) if outer == path}
        for other, field in elsewhere.items():
            if other in beside:
                return field, _MARKED
    return meaning_of(name)


def may_mean_field(name: str) -> bool:
    """Whether a column ``name`` can be a field, perhaps only beside another one."""
    return _apart(name)[1] in _BESIDE or meaning_of(name)[0] != ""


def _apart(path: str) -> tuple[str, str]:
    """A path without its last step, and that step as `plain` has it."""
    outer, _, step = path.rpartition(".") if len(path) <= _LONGEST else ("", "", "")
    return outer, plain(step)


def meaning_of(name: str) -> Meaning:
    """The field that a column ``name`` is, or "", and the rank of the name among the field's."""
    return _meaning(name) if len(name) <= _LONGEST else _NONE


@lru_cache(maxsize=4096)
def _meaning(name: str) -> Meaning:
    found = _known(name)
    if not found[0] and (steps := [step for step in _STEP.split(name) if step])[1:]:
        found = _at_end_of(steps)
    if not found[0]:
        found = _in_two_languages(name)
    return found if found[0] else _marked(name)


def _known(name: str) -> Meaning:
    key = plain(name)
    found = _NAMES.all.get(key)
    if not found and len(bare := _bare(key)) >= _FEWEST:
        found = _NAMES.all.get(bare)
    return found or _NAMES.by_words.get(tuple(sorted(_words(name))), _NONE)


def _in_two_languages(name: str) -> Meaning:
    found = [_known(part) for part in _BETWEEN.split(name) if part.strip()]
    same = len({field for field, _ in found}) == 1
    return min(found, key=lambda meaning: meaning[1]) if same and len(found) > 1 else _NONE


def _marked(name: str) -> Meaning:
    """A known name within marks: "title_en", "Authors, Primary", "英文抄録"."""
    words = _words(name)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            around = [*words[:start], *words[end:]]
            if around and all(map(_is_mark, around)):
                found = _NAMES.markable.get("".join(words[start:end]))
                if found:
                    return found[0], found[1] + sum(_MARKS.get(word, _MARKED) for word in around)
    key = plain(name)
    for mark in _JOINED_MARKS:
        for rest in (key.removeprefix(mark), key.removesuffix(mark)):
            if rest != key and (found := _NAMES.markable.get(rest)):
                return found[0], found[1] + _MARKS[mark]
    return _NONE


def _is_mark(word: str) -> bool:
    return word in _MARKS or word.isdecimal()


def _at_end_of(steps: Sequence[str]) -> Meaning:
    """What a path into an object means: its last step, if all others can hold a paper's fields."""
    steps = [step for step in steps if not step.isdigit()]
    fields = [_step_of(step)[0] for step in steps]
    while len(steps) > 1 and (
        plain(steps[-1]) in _LEAVES or (fields[-1] == "title" and fields[-2] in ("venue", "title"))
    ):
        steps, fields = steps[:-1], fields[:-1]
    field, rank = _step_of(steps[-1]) if steps else _NONE
    if not field:
        return _NONE
    for step, outer in zip(steps[:-1], fields[:-1], strict=True):
        if not outer and plain(step) not in _PARTS:
            return _NONE
        if outer in _OF_ITS_OWN and outer != field:
            return _NONE
        if outer == "venue" and field not in _OF_VENUES:
            return _NONE
    return field, rank + _NESTED


def _step_of(step: str) -> Meaning:
    found = _known(step)
    return found if found[0] else _marked(step)
