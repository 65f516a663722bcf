"""Finds the phrases that say what a number of a sentence measures, and on what. Pure."""

from __future__ import annotations

import re

from rag.text.characters.raising import LOWERED, RAISED
from rag.text.lexicons import lexicon
from rag.text.names.coined_names import name_matches

# Where a noun phrase ends.
ENDS = (
    lexicon("prepositions", "conjunctions", "auxiliaries", "modals", "pronouns", "subordinators")
    | lexicon("indefinite_pronouns", "interrogatives")
    | {"that", "than", "respectively", "using", "achieved", "compared", "including", "based"}
) - {"per", "a", "an"}
# Verbs that lead to a number and are no part of what it measures.
LEADING = re.compile(
    r"(?:achiev|reach|attain|obtain|yield|deliver|outperform|surpass|exceed|improv|boost|rais|show"
    r"|us|utiliz|employ|reduc|cut|contain|compris|includ|report|scor|get|giv|gain|requir|increas"
    r"|lower|decreas|observ)(?:e|es|ed|s|ing|t)?\Z",
    re.IGNORECASE,
)
_ARTICLES = lexicon("articles") | {"our", "its", "their"}
_TOKEN = re.compile(rf"[A-Za-z0-9@+_\\/\-'’{{}}$&{RAISED}{LOWERED}]+(?:\.\d+)?|[^\sA-Za-z0-9]")
_WORD = re.compile(r"[A-Za-z0-9\\$]")
_ON = re.compile(r"^[^.;()]{0,90}?\b(?:on|in|for|across)\s(?P<what>(?:[^,;().]|\.(?=\d))+)")
_AFTER_SETTING = re.compile(
    r"\s(?:and|while|which|that|by|using|with|without|compared|outperform\w*|surpass\w*|than"
    r"|under|respectively|in|for|from|over)\b"
)
# "On COCO, ...", but not "In addition, ..."
_IN_FRONT = re.compile(
    r"^(?:On|For|In|Across)\s(?P<what>(?=[^,]*[A-Z]|[^,]*set|[^,]*task)[^,]{2,80}),"
)
_MOST_WORDS = 6
_NEAR = 160  # characters that are looked at
# Words between a metric and its number: "accuracy of up to 59%", "parameters are reduced by 6x".
_LINKS = re.compile(
    r"(?:[\s,(:=~$\\><≈≥≤+-]|\b(?:of|at|to|is|are|was|were|as|by|reach(?:es|ing|ed)?|up|equals?|over"
    r"|about|around|nearly|only|just|approximately|almost|than|more|less|low|high|with|an?|the"
    r"|average|(?<!-)score|(?<!-)value|from|between|has|have|been|be|reduced|increased|improved"
    r"|decreased|dropp?s?|falls?|rises?|rose|fell|factor|values|low|below|above|greater|averag(?:es|ing)"
    r"|exceed(?:s|ed|ing)?)\b)+\Z",
    re.IGNORECASE,
)


def phrase_after(text: str) -> str:
    """The noun phrase that ``text`` begins with, if it does."""
    if not re.match(r"\s|-[A-Za-z]", text):
        return ""
    words: list[str] = []
    for token in _TOKEN.findall(text[:_NEAR]):
        word = token.lower()
        if not _WORD.match(token) or len(words) == _MOST_WORDS:
            break
        if word in (ENDS if words else ENDS - {"of"}):
            break
        if word not in ("of", "the"):
            words.append(token.lstrip("-"))
    return " ".join(words)


def phrase_before(text: str) -> str:
    """The noun phrase that ends before "of", "by", "is" and the like at the end of ``text``."""
    text = text[-_NEAR:]
    link = _LINKS.search(text)
    head = text[: link.start()] if link else text
    words: list[str] = []
    for token in reversed(_TOKEN.findall(head)):
        if not _WORD.match(token) or (token.lower() in ENDS and token.lower() != "of"):
            break
        if token.lower() in _ARTICLES or LEADING.match(token) or len(words) == _MOST_WORDS:
            break
        words.insert(0, token)
    return " ".join(words).removeprefix("of ")


def setting_after(after: str) -> str:
    """What the words after a number say it was measured on."""
    match = _ON.match(after)
    what = _AFTER_SETTING.split(match["what"])[0] if match else ""
    return re.sub(r"^(?:the|a|an|both|all|our|its)\s", "", what).strip(" .:-")


def setting_in_front(sentence: str) -> str:
    """What a sentence begins with: "COCO" of "On COCO, ..."; else empty."""
    match = _IN_FRONT.match(sentence)
    return match["what"] if match else ""


def subject_before(sentence: str, start: int) -> str:
    """The last coined name before a number that neither a preposition nor a number leads in."""
    subject = ""
    for name in name_matches(sentence[:start]):
        before = sentence[: name.start()].split()
        leads = before[-1].lower().strip("(,") if before else ""
        inside = re.search(r"[\d.%]\s?\S*\Z|[\d%]\s(?:\w+\s)?\Z", sentence[: name.start()])
        if not inside and leads not in lexicon("prepositions", "conjunctions"):
            subject = name.group()
    return subject
