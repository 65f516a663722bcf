"""Reading a question: its kind, the papers it names, and what it leaves to the history. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.text.coined_names import holds_coined_name, name_matches
from rag.text.titles import head_of, normalise_title
from rag.types import Kind, Paper, Turn

_LIST = re.compile(
    r"\b(?:which|what|list|name|show|find|give|are there|any)\b(?:\s+\w+){0,4}?\s+"
    r"(?:papers|works|studies|abstracts|articles|publications|methods|models|approaches|surveys)\b"
    r"|\bhow many (?:papers|works|studies|abstracts|articles)\b|\bwho else\b"
    # Terse ones: "ADE20K papers?", "papers on ...", "surveys?", "simclr used where?"
    r"|^(?:\S+\s+){0,3}(?:papers|works|studies|surveys)\W*$"
    r"|^(?:papers|works|studies) (?:on|about|with)\b"
    r"|\bused where\b|^where (?:is|are|was|were)\b.*\bused\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs\.?|contrast\w*|in common|distinguish\w*"
    r"|similarit\w+|unlike|better than|as opposed to)\b",
    re.IGNORECASE,
)
# Words that lean on what was said before. "That" leans only where it starts or ends the matter
# ("what about that?"), not where it joins clauses ("a method that ...").
_REFERRING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|both|former|latter|"
    r"the (?:paper|authors?|method|model|approach|work|study|others?|same|second|first))\b"
    r"|^(?:and|but|so|then|also|what about|how about|why)\b|\bthat\b(?=\W*$)|^that\b"
    r"|\b(?:is|are|was|do|does|did|can|could|would|about|after|before) that\b"
    r"|\b(?:for|in|on|of|with|at|to|from) that (?:\S+\s+){0,2}"
    r"(?:task|model|method|setting|paper|benchmark|dataset|data|study|network)\b"
    r"|\bthe (?:\w+ )?ones\b|\bthe outcome\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:and|but|so|then|also|what about|how about|why)\b", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|fast|large|big|accurate|well|long|often|far)\b"
    r"|\bwhat (?:\w+ ){0,3}?(?:percent\w*|share|number|amount|scores?|accurac\w+|size|speed|rate"
    r"|reduction|improvement|m?iou|m?ap|fps|auc)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:code|github|url|link|website|page|repo\w*|download\w*|available|open.?source\w*|public\w*"
    r"|released?|weights|checkpoints?)\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5}
_NUMBER_OF_PAPERS = re.compile(
    r"\b(two|three|four|five)\b(?:\s+\S+){0,3}?\s+(?:papers|works|studies|surveys)\b", re.IGNORECASE
)
_SIDES = re.compile(rf"{_COMPARE.pattern}|\b(?:each|both|respectively)\b", re.IGNORECASE)
_JOINED = re.compile(
    r"(?:\b(?:and|versus|vs\.?|from|with|to|than)|,)\s+(?:\w+\s+){0,2}?the\s+(?:[\w-]+\s+){1,7}?"
    r"(?:paper|study|survey|benchmark|framework|network|method|model|authors?|work)\b",
    re.IGNORECASE,
)
_SHORT_TITLE_WORDS = 3
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
    question: str,
    papers: Sequence[Paper],
    holders: Callable[[str], Sequence[str]],
    small: Sequence[str] = (),
) -> list[Mention]:
    """The papers that the question names, in its order, by title or by a coined name.

    ``holders`` gives the ids of the papers that hold a word; ``small`` are words in small letters
    that are names all the same. A word held by several papers names the only one that has it in
    the part of its title that is its name (before the colon), else none.
    """
    found: dict[str, Mention] = {}
    for paper in papers:
        for title in _ways_to_say(paper.title, question):
            match = re.search(title, question, re.IGNORECASE)
            if match:
                found.setdefault(paper.paper_id, Mention(paper.paper_id, *match.span(), True))
    heads = {p.paper_id: normalise_title(head_of(p.title)).split() for p in papers}
    for match in _names_in(question, small):
        parts = normalise_title(match.group()).split()
        if len("".join(parts)) <= _SHORTEST_NAME:
            continue
        owners = list(holders(match.group()))
        titled = [i for i in owners if all(part in heads[i] for part in parts)]
        # A word that many papers hold (fMRI, COCO) names the field, not one of them.
        sole = owners if len(owners) == 1 else titled if len(owners) <= _MOST_OWNERS else []
        if len(sole) == 1:
            found.setdefault(sole[0], Mention(sole[0], *match.span(), sole[0] in titled))
    return sorted(found.values(), key=lambda mention: mention.start)


def _names_in(question: str, small: Sequence[str]) -> list[re.Match[str]]:
    found = name_matches(question)
    for word in small:
        found += re.finditer(rf"\b{re.escape(word)}\b", question)
    return sorted(found, key=lambda match: match.start())


def sides_asked(question: str, named: int) -> int:
    """How many papers the question seems to speak of; at least 1, at least those it names."""
    said = _NUMBER_OF_PAPERS.search(question)
    number = _NUMBER_WORDS[said[1].lower()] if said else 1
    return max(number, named, 2 if _SIDES.search(question) else 1)


def joins_descriptions(question: str) -> bool:
    """Whether a described paper follows another one: "A, and the ... study"."""
    return bool(_JOINED.search(question))


def without_mentions(question: str, mentions: Sequence[Mention]) -> str:
    """What is asked of the named papers: the question with "it" in place of their titles."""
    rest = question
    for mention in sorted((m for m in mentions if m.by_title), key=lambda m: -m.start):
        after = re.sub(r"^['’]s\b", "s", rest[mention.end :])  # SINet's: its
        rest = f"{rest[: mention.start]}it{after}"
    return re.sub(r"\(\W*it\W*(?:it\W*)*\)", "", rest).strip()


def asks_quantity(question: str) -> bool:
    """Whether the answer should hold a number."""
    return bool(_QUANTITY.search(question))


def asks_link(question: str) -> bool:
    """Whether the answer may well be an address: of code, data, weights or a page."""
    return bool(_LINK.search(question))


def topic_of(question: str) -> str:
    """What a list question asks for, without "which papers" and the like."""
    topic = _LIST.sub(" ", question)
    topic = re.sub(r"^\W*(?:are|is|do|does|can|that|which|use|uses|using|about|on)\b", "", topic)
    topic = " ".join(topic.split()).strip(" ?.!,:")
    return topic or question


def refers_back(question: str) -> bool:
    """Whether the question points at something that was said before it."""
    return bool(_REFERRING.search(question)) or len(question.split()) < _SHORT_TITLE_WORDS


def words_before_reference(question: str) -> int | None:
    """How many words come before the first that points at something said before, or None."""
    match = _REFERRING.search(question)
    return len(question[: match.start()].split()) if match else None


def opens_as_follow_up(question: str) -> bool:
    """Whether the question begins as one goes on: "and ...", "what about ..."."""
    return bool(_OPENING.match(question.strip()))


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
    head = head_of(title)
    written = " " in head and head in question
    alone = len(head.split()) >= _SHORT_TITLE_WORDS or holds_coined_name(head) or written
    said = [title, head] if ":" in title and alone else [title]
    # Punctuation between the words may differ from the title's.
    words = [re.findall(r"\w+", text) for text in said]
    return [r"\b" + r"\W+".join(map(re.escape, parts)) + r"\b" for parts in words if parts]
