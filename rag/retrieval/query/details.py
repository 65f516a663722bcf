"""Details, names and numbers that a question asks for, and whether a text has them. Pure.

They are features of the decision in ``rag/decisions/answerability.py``.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from rag.text.coined_names import coined_names
from rag.text.lexicons import lexicon

# Details that papers report but abstracts leave out: how the work was trained, published, staffed
# and paid for. One pattern per kind of detail: a text that matches it may state the detail.
_DETAILS = [
    re.compile(line, re.IGNORECASE)
    for line in (
        r"\bbatch(?:es)?\b",
        r"\blearning.rates?|weight.decay|momentum|drop.?out|warm.?up",
        r"optimi[sz]er|\badamw?\b|\bsgd\b",
        r"\bepochs?\b|\biterations\b|training steps",
        r"\b[gt]pus?\b|hardware|accelerators?\b",
        r"\bhours?\b|\bdays?\b|training time",
        r"random seeds?\b|\bseeds\b|hyper.?param",
        r"licen[cs]e",
        r"(?<=are the )authors?\b|universit|affiliat|institut|laborator",
        r"\byears?\b|publication date",
        r"conference|journal|venue|workshop|\bpublished\b|accepted",
        r"\bfund(?:ed|ing)\b|\bgrants?\b|sponsor",
        r"annotat|\blabell?ers\b|\braters\b|crowd",
        r"participants|volunteers|\bsubjects\b|\bages?\b",
        r"\blayers\b|hidden (?:units|size)|embedding size|kernel size|\bchannels\b",
        r"\bdollars?\b|\bprice|carbon|\benergy\b",
        r"cited|reviewers?\b",
        r"python|pytorch|tensorflow|\bjax\b",
        r"scanner|\btesla\b|field strength|sampling rate|resolution",
        r"appendix|supplement",
    )
]
# Words of the details in their right spelling, to correct misspelled questions.
_SPELLED = """
    batch learning weight decay momentum dropout optimizer optimiser epochs iterations hardware
    hours training license licence authors university institute laboratory publication conference
    journal workshop published funded funding sponsor annotated annotators labellers participants
    volunteers subjects layers hidden channels energy carbon reviewers scanner resolution
    appendix supplement
""".split()
_ALIKE = 80  # of 100: one typo in a word of five letters, two in one of ten
_ASKED = re.compile(
    r"\b(?:what|which|who|when|where|how (?:many|much|long|big|large))\b(?:\s+[\w'-]+){0,2}?\s*$",
    re.IGNORECASE,
)
_TERSE = 6  # words; a question this short asks for what it names
_MEASURE = re.compile(
    r"\b(?:accurac\w+|scores?|m?iou|m?ap|auc|ssim|psnr|fps|percent\w*)\b",
    re.IGNORECASE,
)
_NUMBER = (
    rf"(?:\d[\d.,]*[kmb%]?|{'|'.join(lexicon('cardinals') - {'zero', 'one'})}|dozens?"
    r"|hundreds?|thousands?|millions?|several|both)"
)
_HOW_MANY = re.compile(
    r"\b(?:how many|number of|nr of) ((?:[\w-]+\s+){0,3}?[\w-]+s)\b", re.IGNORECASE
)
_FIGURE = re.compile(r"\d+\.\d|\d\s?%|\d[\d,]*\s?(?:fps|x\b|m?iou|m?ap)", re.IGNORECASE)
_DEFINES = re.compile(
    r"\b(?:stands? for|short for|full name|spelled out|letters|what (?:does|do|dose) \S+ mean"
    r"|what(?: is|'s| are) (?:an? |the )?\S+\W*$|what is it(?: good)? for)|^\W*\S+\W*$",
    re.IGNORECASE,
)
_PREMISE = re.compile(
    r"^(?:why|how (?:do|does|did|is|was|were|are)|what (?:made|makes|led))\b", re.IGNORECASE
)
_PROPER = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{3,}\w*")


def lacks_detail(question: str, text: str) -> bool:
    """Whether the question asks for a detail that abstracts seldom state and the text lacks."""
    question = _spelled(question)
    terse = len(question.split()) <= _TERSE
    for line in _DETAILS:
        asked = line.search(question)
        if asked and (terse or _ASKED.search(question[: asked.start()])) and not line.search(text):
            return True
    return False


def missing_names(question: str, text: str) -> list[str]:
    """The coined and proper names in the question that the text lacks."""
    squashed = _squash(text)
    words = [*coined_names(question), *_PROPER.findall(question)]
    # "ResNet-ish" asks about ResNet; "GPT-4" is not GPT.
    stems = [re.sub(r"-(?:like|ish|based|style|only|\w+ed|\w+ing)$", "", word) for word in words]
    return [stem for stem in dict.fromkeys(stems) if _squash(stem).rstrip("s") not in squashed]


def missing_numbers(question: str, text: str) -> list[str]:
    """The numbers of two or more digits in the question that the text lacks."""
    stated = re.findall(r"(?<![\w-])\d[\d.,]*\d\b", question)
    return [number for number in stated if number not in text]


def lacks_number(question: str, text: str) -> bool:
    """Whether the question asks for a count or a measurement of a kind that the text lacks."""
    counted = _HOW_MANY.search(question)
    if counted:
        noun = re.escape(counted[1].split()[-1][:-1].lower())
        near = (
            rf"\b{_NUMBER}\b(?:\W+\w+){{0,6}}?\W+{noun}|\b{noun}\w*(?:\W+\w+){{0,6}}?\W+{_NUMBER}\b"
        )
        # A text without the noun may count the same things by another word.
        return noun in text.lower() and not re.search(near, text, re.IGNORECASE)
    return bool(_MEASURE.search(question)) and not _FIGURE.search(text)


def asks_definition(question: str) -> bool:
    """Whether the question asks what a name means, or consists of a name only."""
    return bool(_DEFINES.search(question))


def takes_for_granted(question: str) -> bool:
    """Whether the question presumes something and asks why or how it is so."""
    return bool(_PREMISE.search(question)) and not _HOW_MANY.search(question)


def _spelled(question: str) -> str:
    """The question with misspelled words of details corrected; other words do not change."""

    def correct(match: re.Match[str]) -> str:
        word = match.group()
        alike = process.extractOne(word.lower(), _SPELLED, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return alike[0] if alike and word.lower() not in _SPELLED else word

    return re.sub(r"[A-Za-z]{5,}", correct, question)


def _squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
