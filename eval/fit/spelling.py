"""Measures the mending of typing errors on reader data. Nothing is fitted by itself.

    python -m eval.fit.spelling [--papers N]

``N`` papers of the reader data are indexed by their words. Of the words of their questions some are
mistyped by chance, as people do: a share is mended. Then the questions of all papers are read as
they are: every word that is changed is shown, for most of them stand in no paper of the N.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import cast

from eval.reader.data import ANSWERABLE, ReaderPaper, load_papers
from rag.index.library import Library
from rag.index.words.lexical import LexicalIndex
from rag.index.words.vocabulary import Vocabulary
from rag.query.spelling import mend
from rag.text.english import is_english
from rag.types import Paper

_ERRORS = 1_500
_TWICE = 0.15  # the share of words of eight letters or more with two errors
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiou"
_KINDS = ("swapped", "missing", "doubled", "added", "beside", "vowel")
_SHARES = (0.30, 0.25, 0.10, 0.10, 0.13, 0.12)
_ASKED = (*ANSWERABLE, "near")


class Words:
    """The parts of a library that spelling needs: papers, their words, and the lexical index."""

    def __init__(self, papers: Sequence[Paper], folder: Path) -> None:
        self.papers = tuple(papers)
        self.by_id = {paper.paper_id: paper for paper in papers}
        self.lexical = LexicalIndex(folder, create=True)
        self.lexical.replace([], papers)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """As `Library.vocabulary`."""
        return Vocabulary(self.lexical, self.by_id)


def mistyped(word: str, rng: random.Random) -> str:
    """The word with one error, or sometimes two."""
    twice = len(word) >= 8 and rng.random() < _TWICE
    return _with_error(_with_error(word, rng), rng) if twice else _with_error(word, rng)


def _with_error(word: str, rng: random.Random) -> str:
    (kind,) = rng.choices(_KINDS, _SHARES)
    at = rng.randrange(len(word) - 1) if kind == "swapped" else rng.randrange(1, len(word))
    head, letter, tail = word[:at], word[at], word[at + 1 :]
    if kind == "swapped":
        return head + tail[0] + letter + tail[1:]
    if kind == "missing":
        return head + tail
    if kind == "doubled":
        return head + letter + letter + tail
    if kind == "vowel":
        places = [i for i, c in enumerate(word) if c.lower() in _VOWELS] or [at]
        at = rng.choice(places)
        return word[:at] + rng.choice(_VOWELS) + word[at + 1 :]
    near = rng.choice(_keys_beside(letter.lower()) or [letter])
    return head + near + (letter if kind == "added" else "") + tail


def _keys_beside(key: str) -> list[str]:
    places = {c: (x, y) for y, row in enumerate(_ROWS) for x, c in enumerate(row)}
    x, y = places.get(key, (99, 99))
    return [c for c, (u, v) in places.items() if c != key and abs(u - x) < 2 and abs(v - y) < 2]


def errors(
    known: Words, papers: Sequence[ReaderPaper], rng: random.Random
) -> Iterator[tuple[str, str]]:
    """Pairs (mistyped, meant) of words that stand in the papers; a real word is no error."""
    lexical = known.lexical
    while True:
        paper = rng.choice(papers)
        question = rng.choice(paper.of(*_ASKED)).text
        words = [w for w in re.findall(r"[^\W\d_]{4,}", question) if _stands(w, lexical)]
        if words:
            meant = rng.choice(words)
            written = mistyped(meant, rng)
            if not _stands(written, lexical) and not is_english(written):
                yield written, meant


def _stands(word: str, lexical: LexicalIndex) -> bool:
    return any(map(lexical.frequency, lexical.terms(word)))


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit.spelling")
    parser.add_argument("--papers", type=int, default=82, help="papers in the index")
    wanted = parser.parse_args().papers
    rng = random.Random(7)
    papers = [paper for paper in load_papers() if paper.of(*_ASKED)]
    rng.shuffle(papers)
    with tempfile.TemporaryDirectory() as folder:
        indexed = papers[:wanted]
        words = Words([p.as_paper(order) for order, p in enumerate(indexed)], Path(folder))
        _print_mended(words, islice(errors(words, indexed, rng), _ERRORS))
        _print_changed(words, [item.text for paper in papers for item in paper.of(*_ASKED)])


def _print_mended(words: Words, pairs: Iterable[tuple[str, str]]) -> None:
    outcomes: Counter[str] = Counter()
    for written, meant in pairs:
        taken = mend(f"the {written}", cast(Library, words)).text.removeprefix("the ")
        right = words.lexical.terms(taken) == words.lexical.terms(meant)
        outcome = "right" if right else "left" if taken == written else "wrong"
        outcomes[f"{outcome}, {'six letters or more' if len(meant) > 5 else 'shorter'}"] += 1
    for outcome, number in sorted(outcomes.items()):
        print(f"{outcome}: {number}")


def _print_changed(words: Words, questions: Sequence[str]) -> None:
    changes = Counter(mend(question, cast(Library, words)).changes for question in questions)
    same = changes.pop((), 0)
    print(f"{len(questions) - same} of {len(questions)} questions are changed:")
    for change, number in changes.most_common():
        print(number, ", ".join(f"{written}: {taken}" for written, taken in change))


if __name__ == "__main__":
    main()
