"""Corrects what a message is taken to ask, where the library's own names decide.

The classifier of intents knows no library: it cannot see that "jelena markovic work" names an
author, or that "X was in Nature, wasn't it" names a paper and speaks of nothing but its record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.telling.asked.asked import has_tag
from rag.answering.telling.asked.conditions import Conditions, read_conditions
from rag.answering.telling.asked.described import description_in, without_names
from rag.answering.telling.asked.fields import fields_asked
from rag.answering.telling.asked.persons import Person
from rag.answering.telling.asked.ranks import dates_paper, rank_asked
from rag.answering.telling.asked.sure_fields import asks_sure_field
from rag.answering.telling.asked.years import years_in
from rag.answering.telling.records.lacking import fields_lacked
from rag.answering.telling.talk import is_talk
from rag.index.library import Library
from rag.query.follow_ups import refers_back
from rag.query.kinds import is_keywords
from rag.query.metadata.phrases import ACCORDING_TO, ASKED_OF
from rag.query.metadata.statements import asks_what_they_say
from rag.query.parts import asks, parts_of
from rag.query.query import QueryText, read_query
from rag.query.topic import has_topic
from rag.text.lexicons import lexicon
from rag.text.words import words_of
from rag.types import Intent

_WRITING = lexicon("writing_verbs")
_SAYING = lexicon("saying_verbs") - _WRITING
_RESEARCHING = lexicon("researching_verbs") | _WRITING | (_SAYING - {"said", "say"})
_BEING = {"is", "are", "was", "were", "be"}
_ACTING = {"do", "does", "did"}  # "how many people does it need"
_BETWEEN = {"all", "actually", "first", "has", "have", "had", "originally", "really", "the"}
_OF_BEING = {"behind", "responsible", "researching", "studying", "working", "investigating"}
# What a question about records is mistaken for; the others ask for many papers' content.
_MISTAKEN: tuple[Intent, ...] = (
    "lookup", "list", "count", "yes_no", "unknown", "superlative", "overview", "help",
    "small_talk",
)  # fmt: skip
_OF_TOPICS: tuple[Intent, ...] = ("list", "count", "unknown")
_OF_ONE: tuple[Intent, ...] = ("lookup", "yes_no", "unknown")
_OF_LATEST: tuple[Intent, ...] = ("lookup", "list", "superlative")
_OF_FIELDS: tuple[Intent, ...] = (*_OF_ONE, "list", "count")
_OF_PROGRAM: tuple[Intent, ...] = ("help", "small_talk")
_RECORDS: tuple[Intent, ...] = ("records", "collection")
_OF_NO_ABSTRACT: tuple[Intent, ...] = (*_OF_PROGRAM, "unknown")
_LONGEST = 25  # words; a longer message has more in it
_OF_PERSON = re.compile(rf"(?:{ASKED_OF}|{ACCORDING_TO})$", re.IGNORECASE)
_GREETING = 2  # words
_EARLY = 6  # words; a later "who" joins a clause


def corrected(message: QueryText, intent: Intent) -> Intent:
    """The intent of a message: "records" or "collection" where its words leave no doubt.

    Of authors whose papers the library has, what they say is no record: that is "lookup".
    """
    library, named = message.library, message.named
    if not named and intent in (*_RECORDS, *_MISTAKEN) and _asks_of_known(message):
        return "lookup" if intent in (*_RECORDS, *_OF_NO_ABSTRACT) else intent
    if intent not in (*_MISTAKEN, "collection") or not library.papers:
        return intent
    text = without_names(message.text, named)
    conditions = read_conditions(library, text)
    if intent == "collection":
        return "overview" if _has_topic(library, conditions) else intent
    if intent == "overview":
        content = description_in(library, conditions.rest)
        told = _is_stated(conditions) and not (content or conditions.people)
        bare = not (named or refers_back(message.text) or has_topic(message.text))
        return "records" if told else "collection" if bare else intent
    if conditions.people and (of_people := _of_people(message, text, conditions, intent)):
        return of_people
    if intent == "small_talk" and is_keywords(message.text) and not is_talk(message):
        stand = any(map(library.lexical.frequency, message.weights))
        return "overview" if stand else "unknown"
    return intent if intent in _OF_PROGRAM else _of_others(message, text, conditions, intent)


def _of_people(
    message: QueryText, text: str, conditions: Conditions, intent: Intent
) -> Intent | None:
    """The intent of a message that names people; None if that does not decide it."""
    library, words = message.library, words_of(text)
    known = any(person.authors for person in conditions.people)
    if not (known or message.named) and _asks_of(text, conditions.people[0]):
        return "records"  # which say that nobody has that name
    terms = library.lexical.terms(description_in(library, conditions.rest))
    nowhere = not any(map(library.lexical.frequency, terms))
    of_papers = nowhere or intent in _OF_TOPICS or not _WRITING.isdisjoint(words)
    if not (known and of_papers and _SAYING.isdisjoint(words)):
        return None
    # A list or count whose filter names them searches their papers, and says what they say.
    filtered = intent in ("list", "count") and read_query(message, intent=intent).scope.filter
    return intent if filtered and filtered.authors else "records"


def _of_others(message: QueryText, text: str, conditions: Conditions, intent: Intent) -> Intent:
    """The intent of a message by its words, where no names of people decide it."""
    words, content = words_of(text), description_in(message.library, conditions.rest)
    if dates_paper(text) and intent in _OF_LATEST:
        return "records"
    if _SAYING.isdisjoint(words) and not content:
        return _of_records_alone(message, text, conditions, intent)
    if len(words) > _LONGEST or sum(map(asks, parts_of(message.text))) > 1:
        return intent
    first = next((part for part in parts_of(text) if len(part.split()) > _GREETING), text)
    if intent in _OF_ONE and has_tag(text) and _is_stated(conditions):
        return "records"
    who = intent in _OF_ONE and _asks_who(words_of(first))
    return "records" if who or (intent in _OF_FIELDS and asks_sure_field(first)) else intent


def _has_topic(library: Library, conditions: Conditions) -> bool:
    """Whether conditions on years stand beside a topic of the papers, and no field is asked."""
    years = conditions.filter.first_year or conditions.filter.last_year
    if not years or fields_asked(conditions.rest):
        return False
    terms = library.lexical.terms(description_in(library, conditions.rest))
    return any(map(library.lexical.frequency, terms))


def _asks_of_known(message: QueryText) -> bool:
    """Whether a message asks what authors of the library's papers say."""
    read = read_query(message, intent="lookup")
    says = bool(read.scope.filter.authors) and asks_what_they_say(message.text, read.text)
    return says and message.library.lexical.count(read.scope) > 0


def _of_records_alone(
    message: QueryText, text: str, conditions: Conditions, intent: Intent
) -> Intent:
    """The intent of a message without a word of content, but for names of papers."""
    if _is_stated(conditions) and not re.search(r"\w", conditions.rest):
        return "records"  # "2019"
    fields = fields_asked(text)
    if message.named:
        placed = conditions.filter or conditions.years or conditions.elsewhere or conditions.form
        people = {"authors", "author_count"} & set(fields) and _ACTING.isdisjoint(words_of(text))
        checked = placed and not is_keywords(message.text)  # "SINet 2020" asks no yes or no
        asks = checked or people or asks_sure_field(text) or "year" in fields
        return "records" if asks or _asks_who(words_of(text)) else intent
    if fields_lacked(years_in(text).rest) or "author_count" in fields:
        return "collection"
    stated = _is_stated(conditions) and intent not in _OF_TOPICS and not refers_back(text)
    return "records" if stated or rank_asked(conditions.rest) else intent


def _asks_of(text: str, person: Person) -> bool:
    """Whether a text asks what this person did or wrote."""
    before, others = text[: person.start], person.end - person.start > len(person.written)
    return others or _OF_PERSON.search(before) is not None


def _is_stated(conditions: Conditions) -> bool:
    """Whether there are conditions besides people and a venue that no record has."""
    others = conditions.years or conditions.form or conditions.fewest
    return bool(conditions.filter or others)


def _asks_who(words: Sequence[str]) -> bool:
    """Whether a message asks who did the work: "who studied", "who is behind"."""
    asking = lexicon("interrogatives") | {"whos"}
    at = next((at for at, word in enumerate(words[:_EARLY]) if word in asking), None)
    if at is None or words[at] not in ("who", "whos"):
        return False
    behind = [word for word in words[at + 1 :] if word not in _BETWEEN]
    if words[at] == "whos" or (behind and behind[0] in _BEING):
        return any(word in _OF_BEING for word in behind[:2])
    return bool(behind) and behind[0] in _RESEARCHING
