"""The kind of a question: answer, list or comparison; and what else its words ask for.

Pure.
"""

from __future__ import annotations

import re

from rag.errors import QuestionError
from rag.text.lexicons import lexicon
from rag.text.words import fold
from rag.types import Kind

_LIST = re.compile(
    r"\b(?:which|what|list|name|show|find|give|are there|any)\b(?:\s+\w+){0,4}?\s+"
    r"(?:papers|works|studies|abstracts|articles|publications|methods|models|approaches|surveys)\b"
    r"|\bhow many (?:papers|works|studies|abstracts|articles)\b|\bwho else\b"
    # Short forms: "ADE20K papers?", "papers on ...", "surveys?", "simclr used where?"
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
_QUANTITY = re.compile(
    r"\bhow (?:many|much|fast|large|big|accurate|well|long|often|far)\b"
    r"|\bwhat (?:\w+ ){0,3}?(?:percent\w*|share|number|amount|scores?|accurac\w+|size|speed|rate"
    r"|reduction|improvement|m?iou|m?ap|fps|auc)\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5}
_NUMBER_OF_PAPERS = re.compile(
    r"\b(two|three|four|five)\b(?:\s+\S+){0,3}?\s+(?:papers|works|studies|surveys)\b", re.IGNORECASE
)
_SEVERAL = re.compile(rf"{_COMPARE.pattern}|\b(?:each|both|respectively)\b", re.IGNORECASE)
# Words of questions and orders; keywords as typed into a search box have none.
_OF_SENTENCES = lexicon("interrogatives", "auxiliaries", "modals", "pronouns", "asking_words")
_MOST_KEYWORDS = 4
_PREMISE = re.compile(
    r"^(?:why|how (?:do|does|did|is|was|were|are)|what (?:made|makes|led))\b", re.IGNORECASE
)


def check_question(question: str, longest: int) -> str:
    """The question with single spaces.

    Half of a surrogate pair, which no encoder reads, becomes a replacement character. Raises
    QuestionError if it is empty or longer than ``longest`` characters.
    """
    question = question.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = " ".join(question.split())
    if not text:
        raise QuestionError("The question is empty.", 'Ask one, such as "What is SINet?".')
    if len(question) > longest:
        raise QuestionError(
            f"The question has {len(question):,} characters; the most is {longest:,}.",
            "Ask it in fewer words.",
        )
    return text


def kind_of(question: str) -> Kind:
    """Whether a question asks for a list of papers, for a comparison, or for an answer."""
    if _COMPARE.search(question):
        return "compare"
    return "list" if _LIST.search(question) else "answer"


def number_of_papers(question: str, named: int) -> int:
    """How many papers the question is about by its words; at least ``named``, and at least 1."""
    stated = _NUMBER_OF_PAPERS.search(question)
    number = _NUMBER_WORDS[fold(stated[1])] if stated else 1
    return max(number, named, 2 if _SEVERAL.search(question) else 1)


def asks_quantity(question: str) -> bool:
    """Whether the question asks for a number."""
    return bool(_QUANTITY.search(question))


def is_keywords(question: str) -> bool:
    """Whether the question is a few words as typed into a search box: "asthma in children"."""
    words = re.findall(r"[\w'’-]+", question.lower())
    return len(words) <= _MOST_KEYWORDS and _OF_SENTENCES.isdisjoint(words)


def takes_for_granted(question: str) -> bool:
    """Whether the question presumes something and asks why or how it is so."""
    return bool(_PREMISE.search(question))
