"""Reading a question: its kind, the papers it names, and what it leaves to the history. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.corpus.papers import normalise_title
from rag.errors import QuestionError
from rag.types import Kind, Paper, Turn

_LIST = re.compile(
    r"\b(?:which|what|list|name|show|find|give|are there|any)\b(?:\s+\w+){0,4}?\s+"
    r"(?:papers|works|studies|abstracts|articles|publications|methods|models|approaches|surveys)\b"
    r"|\bhow many (?:papers|works|studies|abstracts|articles)\b|\bwho else\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs\.?|contrast\w*|in common|distinguish\w*"
    r"|similarit\w+|unlike|better than|as opposed to)\b",
    re.IGNORECASE,
)
# A paper's name as authors coin it: a capital after the first letter, or letters with digits.
_NAME = re.compile(r"\b(?=\w*[A-Za-z])(?:\w+[A-Z]\w*|[A-Za-z]+\d\w*|[A-Z]{2,}\w*)(?:-\w+)*\b")
# Words that lean on what was said before. "That" leans only where it starts or ends the matter
# ("what about that?"), not where it joins clauses ("a method that ...").
_LEANING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|both|former|latter|"
    r"the (?:paper|authors?|method|model|approach|work|study|others?|same|second|first))\b"
    r"|^(?:and|but|so|then|also|what about|how about|why)\b|\bthat\b(?=\W*$)|^that\b"
    r"|\b(?:is|are|was|do|does|did|can|could|would|about|after|before) that\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|fast|large|big|accurate|well|long|often|far)\b|\bwhat (?:is the )?"
    r"(?:percent\w*|share|number|amount|score|accuracy|size|speed|rate|reduction|improvement)\b",
    re.IGNORECASE,
)
_SHORT_TITLE_WORDS = 3
_SHORT_QUESTION_WORDS = 8
_SHORTEST_NAME = 2
_MOST_OWNERS = 4


def check_question(question: str, longest: int) -> str:
    """The question without white space around it. Raises QuestionError: empty, or too long."""
    text = " ".join(question.split())
    if not text:
        raise QuestionError(
            "The question is empty.", 'Ask one, as in: paperchat ask "What is SINet?"'
        )
    if len(question) > longest:
        raise QuestionError(
            f"The question has {len(question):,} characters; the most is {longest:,}.",
            "Ask it in fewer words.",
        )
    return text


def kind_of(question: str) -> Kind:
    """Whether a question asks for all papers of a sort, for a comparison, or for an answer."""
    if _COMPARE.search(question):
        return "compare"
    return "list" if _LIST.search(question) else "answer"


@dataclass(frozen=True, slots=True)
class Mention:
    """A paper that a question names, and where: ``question[start:end]``.

    ``by_title`` is False for a name from inside the abstract (GPSA, PEAP): it finds the paper, and
    it is also what is asked about.
    """

    paper_id: str
    start: int
    end: int
    by_title: bool


def find_mentions(
    question: str, papers: Sequence[Paper], holders: Callable[[str], Sequence[str]]
) -> list[Mention]:
    """The papers that the question names, in its order, by title or by a coined name.

    ``holders`` gives the ids of the papers that hold a word. A word held by several papers names
    the only one that has it in its title, else none.
    """
    found: dict[str, Mention] = {}
    for paper in papers:
        for title in _ways_to_say(paper.title, question):
            match = re.search(title, question, re.IGNORECASE)
            if match:
                found.setdefault(paper.paper_id, Mention(paper.paper_id, *match.span(), True))
    titles = {paper.paper_id: normalise_title(paper.title).split() for paper in papers}
    for match in _NAME.finditer(question):
        parts = normalise_title(match.group()).split()
        if len("".join(parts)) <= _SHORTEST_NAME:
            continue
        owners = list(holders(match.group()))
        titled = [i for i in owners if all(part in titles[i] for part in parts)]
        # A word that many papers hold (fMRI, COCO) names the field, not one of them.
        sole = owners if len(owners) == 1 else titled if len(owners) <= _MOST_OWNERS else []
        if len(sole) == 1:
            found.setdefault(sole[0], Mention(sole[0], *match.span(), sole[0] in titled))
    return sorted(found.values(), key=lambda mention: mention.start)


def coined_names(question: str) -> list[str]:
    """The words of a question that look like a name its author coined: GPSA, CBNetV2, SINet."""
    return [match.group() for match in _NAME.finditer(question)]


def without_mentions(question: str, mentions: Sequence[Mention]) -> str:
    """What is asked of the named papers: the question with "it" in place of their titles."""
    rest = question
    for mention in sorted((m for m in mentions if m.by_title), key=lambda m: -m.start):
        rest = f"{rest[: mention.start]}it{rest[mention.end :]}"
    return re.sub(r"\(\W*it\W*(?:it\W*)*\)", "", rest).strip()


def asks_quantity(question: str) -> bool:
    """Whether the answer should hold a number."""
    return bool(_QUANTITY.search(question))


def topic_of(question: str) -> str:
    """What a list question asks for, without "which papers" and the like."""
    topic = _LIST.sub(" ", question)
    topic = re.sub(r"^\W*(?:are|is|do|does|can|that|which|use|uses|using|about|on)\b", "", topic)
    topic = " ".join(topic.split()).strip(" ?.!,:")
    return topic or question


def leans_on_history(question: str) -> bool:
    """Whether the question points at something that was said before it."""
    return bool(_LEANING.search(question)) or len(question.split()) < _SHORT_TITLE_WORDS


def may_lean_on_history(question: str) -> bool:
    """Whether the question is so short and general that it may well go on about the same thing."""
    short = len(question.split()) <= _SHORT_QUESTION_WORDS
    return short and kind_of(question) == "answer" and not _NAME.search(question)


def join_with_history(question: str, history: Sequence[Turn], names: Sequence[str]) -> str:
    """A standalone question by rule alone, for when there is no language model to write one.

    ``names`` are the titles of the papers the conversation is about, in the order of their use; the
    question is asked of them, or else together with the last question.
    """
    if names:
        return f"{question} ({'; '.join(names)})"
    asked = [turn.content for turn in history if turn.role == "user"]
    return f"{question} ({asked[-1]})" if asked else question


def _ways_to_say(title: str, question: str) -> list[str]:
    """Patterns for the whole title, and for the part before its colon where that can stand alone.

    Two plain words stand alone only where the question writes them as the title does: "Image
    Anything" is a name, "image anything" may be anything.
    """
    head, colon, _ = title.partition(":")
    written = " " in head and head in question
    alone = len(head.split()) >= _SHORT_TITLE_WORDS or _NAME.search(head) or written
    said = [title, head] if colon and alone else [title]
    # Punctuation between the words may differ from the title's.
    words = [re.findall(r"\w+", text) for text in said]
    return [r"\b" + r"\W+".join(map(re.escape, parts)) + r"\b" for parts in words if parts]
