"""Entity matching: the papers that a question names, by title or by a coined name. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.index.words.keys import title_key
from rag.text.english import is_everyday
from rag.text.lexicons import function_words, lexicon
from rag.text.names.coined_names import holds_coined_name, is_coined_name, name_matches
from rag.text.names.titles import head_of, normalise_title
from rag.types import Paper

_TITLE_WORDS = 3  # from so many words on, the part before a colon is a title by itself
_SHORTEST_NAME = 2
_MOST_OWNERS = 4
_LONGEST_TITLE = 60  # words
_WORD = re.compile(r"\w+")
_SAY_NOTHING = function_words() | lexicon("asking_words", "paper_words")


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper that a question names, and where: ``question[start:end]``.

    ``by_title`` is False for a name that only the abstract has (GPSA, PEAP): such a name identifies
    the paper, and is also the subject of the question.
    """

    paper_id: str
    start: int
    end: int
    by_title: bool


def find_mentions(
    question: str,
    papers: Iterable[Paper],
    papers_with: Callable[[str], Sequence[Paper]],
    small: Sequence[str] = (),
) -> list[Mention]:
    """The papers that the question names, in its order, by title or by a coined name.

    ``papers`` are those that may be named by title (`runs_of` says which titles can be),
    ``papers_with`` returns those that have a word; ``small`` are names that the question writes in
    small letters. A word of several papers names the one that has it in its
    title before the colon, if there is exactly one. Names that are everyday words (WHO, LESS) count
    only in capitals; where the whole question is, only if that says nothing else (WHAT IS LESS).
    """
    found: dict[str, Mention] = {}
    asked = set(_WORD.findall(question.lower()))
    for paper in papers:
        for words in _titles_of(paper.title, question):
            if not asked.issuperset(word.lower() for word in words):
                continue  # quicker to see than that the pattern does not match
            # Punctuation between the words may differ from the title's.
            title = r"\b" + r"\W+".join(map(re.escape, words)) + r"\b"
            match = re.search(title, question, re.IGNORECASE)
            if match and _may_name(question, match):
                found.setdefault(paper.paper_id, Mention(paper.paper_id, *match.span(), True))
    for match in _names_in(question, small):
        parts = normalise_title(match.group()).split()
        if len("".join(parts)) <= _SHORTEST_NAME or not _may_name(question, match):
            continue
        heads = {
            paper.paper_id: normalise_title(head_of(paper.title)).split()
            for paper in papers_with(match.group())
        }
        owners = list(heads)
        titled = [i for i in owners if all(part in heads[i] for part in parts)]
        if not titled and match.group().isupper():
            titled = [i for i in owners if _initials(heads[i]).startswith(parts[0])]
        # A word of many papers (fMRI, COCO) is a term of the field, not the name of a paper.
        sole = owners if len(owners) == 1 else titled if len(owners) <= _MOST_OWNERS else []
        if len(sole) == 1:
            found.setdefault(sole[0], Mention(sole[0], *match.span(), sole[0] in titled))
    return sorted(found.values(), key=lambda mention: mention.start)


def runs_of(question: str) -> Iterator[str]:
    """Each run of the question's words, as `rag.index.words.keys.title_key` writes a title."""
    words = title_key(question).split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_TITLE, len(words)) + 1):
            yield " ".join(words[start:end])


def _may_name(question: str, match: re.Match[str]) -> bool:
    """Whether a word of the question may name a paper, and is not meant as an everyday word."""
    if not is_everyday(match.group()):
        return True
    others = set(_WORD.findall(question[: match.start()].lower()))
    alone = not re.search(r"\w", question[match.end() :]) and others <= _SAY_NOTHING
    return is_coined_name(match.group()) and (alone or not question.isupper())


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)


def without_titles(question: str, mentions: Sequence[Mention]) -> str:
    """The question with "it" in place of the titles of the papers that it names."""
    rest = question
    for mention in sorted((m for m in mentions if m.by_title), key=lambda m: -m.start):
        after = re.sub(r"^['’]s\b", "s", rest[mention.end :])  # SINet's: its
        rest = f"{rest[: mention.start]}it{after}"
    return re.sub(r"\(\W*it\W*(?:it\W*)*\)", "", rest).strip()


def without_names(question: str, mentions: Sequence[Mention]) -> str:
    """As `without_titles`, also for names that only an abstract has."""
    return without_titles(question, [replace(mention, by_title=True) for mention in mentions])


def _names_in(question: str, small: Sequence[str]) -> list[re.Match[str]]:
    found = name_matches(question)
    for word in small:
        found += re.finditer(rf"\b{re.escape(word)}\b", question)
    return sorted(found, key=lambda match: match.start())


def _titles_of(title: str, question: str) -> list[list[str]]:
    """The words of the whole title, and of the part before its colon if that can be a name.

    Two plain words, or one that is none of everyday, are a name only if the question writes them as
    the title does: "Image Anything" is a name, "image anything" may be anything.
    """
    head = head_of(title)
    written = head in question and (" " in head or not is_everyday(head))
    alone = len(head.split()) >= _TITLE_WORDS or holds_coined_name(head) or written
    texts = [title, head] if ":" in title and alone else [title]
    return [words for text in texts if (words := _WORD.findall(text))]
