"""Understands a question in its conversation: what is asked, of which papers, in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.telling.asked.ranks import rank_asked
from rag.answering.telling.recognising import corrected
from rag.answering.telling.talk import is_talk
from rag.answering.understanding.asking import Meant, ask_what_is_meant
from rag.answering.understanding.conversation import OF_ONE, Conversation
from rag.answering.understanding.plain_english import in_plain_english, is_in_most_abstracts
from rag.answering.understanding.restating import restated
from rag.answering.understanding.rewriting import Rewritten, of_one, rewrite
from rag.answering.understanding.whole_paper import aspects_named
from rag.index.library import Library
from rag.models.endpoints.chat import ChatModel
from rag.query.extremes import names_extreme
from rag.query.follow_ups import asks_of_them, chooses, refers_back, words_before_reference
from rag.query.identified import identifiers_in, with_titles
from rag.query.intent import OF_NO_PAPER, Act, Reading, intent_of, read_intent
from rag.query.kinds import kind_of
from rag.query.language import language_of
from rag.query.parts import asks, parts_of
from rag.query.query import Query, QueryText, read_query
from rag.query.shorthand import spell_out
from rag.query.terms import coverage
from rag.retrieval.search import Retrieval
from rag.text.languages import Language, language_named, script_of
from rag.types import Intent, Scope, Turn

# What is told without a search for sentences.
UNSEARCHED: frozenset[Intent] = frozenset(
    ("small_talk", "help", "collection", "records", "other_task", "unknown")
)
_OF_NO_PAPER: tuple[Intent, ...] = (*OF_NO_PAPER, "other_task")
_TOLD_AT_ONCE: tuple[Intent, ...] = ("small_talk", "help", "other_task")
_TO_ALL: frozenset[Intent] = frozenset(("list", "count", "overview", "synthesis", "superlative"))
_OF_ALL: tuple[Intent, ...] = ("collection", "list", "count")
_FEWEST_TO_CHOOSE_FROM = 3  # shown papers
_MOST_RANKED = 5  # shown papers that "which is faster?" is asked of
_LEAST_KEPT = 0.9  # share of a message's term weight in the question that it is restated as
_ONLY_TAKEN = "Only “{}” was taken as a question to the papers"
_MOST_TITLES = 10  # shown papers that a language model is told of


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is understood.

    ``retrieval`` is the search for it, if one was made on the way. ``act`` is what it asks to do
    with the papers that the last answer ``shown``; None if it asks something new. ``last_answer``
    is that answer's text, ``said`` the text of all answers. ``language`` is the one to answer in
    besides English. ``notes`` tell the reader how it was taken. ``unreadable``: it is in that
    language, and nothing of it could be matched.
    """

    query: Query
    retrieval: Retrieval | None = None
    act: Act | None = None
    shown: tuple[str, ...] = ()
    last_answer: str = ""
    said: str = ""
    language: Language | None = None
    notes: tuple[str, ...] = ()
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """What a question is understood with.

    ``chat`` is the language model, if there is one; ``asks`` whether it is asked what a question
    means, for which the embedded one is too small. ``papers`` are how many a search returns.
    """

    library: Library
    chat: ChatModel | None = None
    asks: bool = False
    papers: int = 10

    def understand(self, question: str, history: Sequence[Turn], scope: Scope) -> Understood:
        """Read a checked question. Raises EndpointError as `ChatModel.stream` does."""
        talk = Conversation(self.library, history)
        whole = spell_out(question, self.library)
        titled = with_titles(self.library, whole.text)
        text = _without_tasks(titled, self.library)
        understood = self._understand(QueryText(self.library, text), talk, scope)
        if text != question:
            query = replace(understood.query, asked=question)
            notes = [f"“{written}” taken as “{meant}”" for written, meant in whole.changes]
            if text != whole.text:
                taken = "Taken as: “{}”" if text == titled else _ONLY_TAKEN
                notes.append(taken.format(text))
            understood = replace(understood, query=query, notes=(*notes, *understood.notes))
        return replace(understood, shown=talk.shown, last_answer=talk.last_answer, said=talk.said)

    def _understand(self, asked: QueryText, talk: Conversation, scope: Scope) -> Understood:
        library, question = self.library, asked.text
        if any(identifiers_in(library, question)) and not asked.named:  # of no paper here
            return Understood(_read(asked, question, scope, "unknown"))
        other = of_one(asked, talk)
        if other is not None:
            return Understood(_read(other.question, question, scope, _intent_of(other, library)))
        reading = _reading_of(asked, after_answer=bool(talk.shown), about_paper=bool(talk.history))
        acted = None if asked.named else _act(asked, reading, talk, scope)
        if acted is not None:
            return acted
        foreign = language_of(question, library) is not None
        about_it = bool(talk.shown) and bool(aspects_named(question))
        # "merci"; what is in another script is all alike to the encoder.
        talk_only = reading.intent == "small_talk" and not script_of(question) and is_talk(asked)
        plain = not foreign or talk_only
        if reading.intent in _TOLD_AT_ONCE and plain and not about_it:
            return Understood(_read(asked, question, scope, reading.intent))
        # A model says in English what is meant, and would not find abstracts in another script.
        own = is_in_most_abstracts(question, library)
        if self.asks and self.chat is not None and not own:
            titles = [library.by_id[paper_id].title for paper_id in talk.shown[:_MOST_TITLES]]
            meant = ask_what_is_meant(self.chat, question, talk.history, titles)
            if meant is not None:
                return _as_meant(library, meant, question, scope)
        return self._by_rules(asked, talk, scope)

    def _by_rules(self, asked: QueryText, talk: Conversation, scope: Scope) -> Understood:
        library, question = self.library, asked.text
        plain = in_plain_english(question, library, self.chat)
        if not plain.text:
            query = _read(asked, question, scope, "unknown")
            return Understood(query, language=plain.language, unreadable=True)
        if plain.text != question:
            asked = QueryText(library, plain.text)
        # Names and numbers alone do not say what is asked.
        as_asked = self.chat is None or plain.text == question
        matched = plain.language is not None and as_asked
        whole = QueryText(library, question) if matched else asked
        intent = _reading_of(whole, about_paper=bool(talk.history)).intent
        if matched and intent != "other_task":
            intent = "lookup"
        of_them = intent in _OF_ALL and asks_of_them(plain.text)  # "how many does it review?"
        spoken_of = talk.shown or talk.topic
        if spoken_of and (of_them or (intent in _OF_NO_PAPER and aspects_named(plain.text))):
            intent = "lookup"  # "can I get the code?", of what was shown
        parts = [part for part in parts_of(plain.text) if asks(part)]
        if intent == "records" and len(parts) > 1 and _need_search(library, parts):
            intent = "lookup"
        own = _not_rewritten(asked, question, intent, talk, scope)
        if own is not None:
            return Understood(own, notes=plain.notes, language=plain.language)
        # A question to all papers goes on with none, unless it refers back.
        listed = intent in ("list", "count") and kind_of(asked.text) != "list"
        bare = words_before_reference(asked.text) is None  # "neural fields" is a topic of its own
        alone = intent in _TO_ALL and not listed and bare
        rewritten = Rewritten(asked) if alone else self._rewritten(asked, talk)
        if rewritten.wanted and (listed or (chooses(asked.text) and intent in _TO_ALL)):
            intent = "lookup"  # of a paper that was shown, whatever it lists
        if intent == "comparison" and not rewritten.question.named and not scope.papers:
            intent = "synthesis"  # of ideas, not of papers
        query = _read(rewritten.question, question, scope, intent)
        query = replace(query, of_nothing=rewritten.of_nothing)
        if len(parts) > 1:
            query = replace(query, parts=_read_parts(query, parts, scope))
        return Understood(query, rewritten.retrieval, language=plain.language, notes=plain.notes)

    def _rewritten(self, asked: QueryText, talk: Conversation) -> Rewritten:
        """A follow-up as a question that can be understood alone.

        Where the last answer showed several papers the embedded model, if it is there, says which
        of them are meant. Its words count if they name some of these papers and no other, and have
        what the message says.
        """
        by_rules = rewrite(asked, talk, self.papers)
        shown = set(talk.shown)
        meant = {mention.paper_id for mention in by_rules.question.named}
        several = len(shown) > 1 and bool(by_rules.wanted) and meant <= shown
        if self.chat is None or self.asks or not several:
            return by_rules
        titles = [self.library.by_id[paper_id].title for paper_id in talk.shown]
        text = restated(self.chat, asked.text, talk.last_question, talk.last_said, titles)
        question = QueryText(self.library, text or "")
        named = {mention.paper_id for mention in question.named} if text else set()
        kept = coverage(asked.weights, self.library.terms_of(question.text)) >= _LEAST_KEPT
        return Rewritten(question, asked.text) if named and named <= shown and kept else by_rules


def _without_tasks(question: str, library: Library) -> str:
    """The question without its parts that no paper can answer ("also write a poem").

    It stays whole if nothing else is asked, or if it is clearly such a task as a whole.
    """
    parts = parts_of(question)
    if len(parts) == 1:
        return question
    kept = [part for part in parts if intent_of(QueryText(library, part)) != "other_task"]
    rest = " ".join(kept)
    if len(kept) == len(parts) or not any(map(asks, kept)):
        return question
    whole = QueryText(library, question)
    task = read_intent(whole, about_paper=True).intent == "other_task"
    return question if task and not QueryText(library, rest).named else rest


def _reading_of(
    message: QueryText, *, after_answer: bool = False, about_paper: bool = False
) -> Reading:
    """What a message asks for, by the classifier and by the names that the library knows."""
    reading = read_intent(message, after_answer=after_answer, about_paper=about_paper)
    intent = corrected(message, reading.intent)
    # An order of one word ("shorter") is like no talk and stands in no paper.
    same = intent == reading.intent or (reading.act and intent in ("unknown", "overview"))
    return reading if same else Reading(intent)


def _read(text: QueryText, asked: str, scope: Scope, intent: Intent) -> Query:
    return read_query(text, scope, asked=asked, intent=intent)


def _as_meant(library: Library, meant: Meant, asked: str, scope: Scope) -> Understood:
    """The question as a language model says that it is meant."""
    query = _read(QueryText(library, meant.question), asked, scope, meant.intent)
    if meant.parts:
        query = replace(query, parts=_read_parts(query, meant.parts, scope))
    notes = [f"“{written}” taken as “{taken}”" for written, taken in meant.corrected]
    language = language_named(meant.language) if meant.language else None
    if language:
        notes.append(f"Asked in {language.name}, taken as: “{meant.question}”")
    return Understood(query, language=language, notes=tuple(notes))


def _intent_of(other: Rewritten, library: Library) -> Intent:
    """What is asked of a single paper; where that cannot be, its sentences answer."""
    intent = read_intent(QueryText(library, other.wanted), about_paper=True).intent
    return intent if intent in OF_ONE else "lookup"


def _act(asked: QueryText, reading: Reading, talk: Conversation, scope: Scope) -> Understood | None:
    """The message as an act on the papers that were shown; None if it asks something new."""
    act = reading.act
    if not talk.shown or act in (None, "pick") or aspects_named(asked.text):
        return None
    choice = chooses(asked.text)
    if act == "rank" and choice and not names_extreme(asked.text):
        return None  # "which of the two is for portraits?" is answered by one
    if act == "rank" and rank_asked(asked.text):  # "which is newer?", as the records say
        return Understood(_read(asked, asked.text, scope, "records"))
    if act == "rank":
        shown = talk.several if choice or len(talk.shown) < 2 else talk.shown
        among = Scope(tuple(shown[:_MOST_RANKED]), scope.filter)
        query = read_query(asked, among, asked=asked.text, intent="comparison")
    else:
        query = read_query(asked, scope, asked=asked.text, find_filter=False, intent="lookup")
    language = language_named(asked.text) if act == "translate" else None
    return Understood(query, act=act, language=language)


def _not_rewritten(
    asked: QueryText, question: str, intent: Intent, talk: Conversation, scope: Scope
) -> Query | None:
    """The query of what needs no search, or is asked of all papers that the last answer showed.

    "Which of them use diffusion?" is searched for among those alone; of two papers the better one
    answers. None for whatever else is asked.
    """
    if intent in UNSEARCHED:
        return _read(asked, question, scope, intent)
    asks_all = intent in (*_OF_ALL, "lookup") and chooses(asked.text) and not asked.named
    shown = tuple(i for i in talk.shown if i in scope.papers or not scope.papers)
    if not asks_all or len(shown) < _FEWEST_TO_CHOOSE_FROM:
        return None
    return _read(asked, question, Scope(shown, scope.filter), intent)


def _read_parts(whole: Query, parts: Sequence[str], scope: Scope) -> tuple[Query, ...]:
    """Each part as a question that can be understood alone.

    A part that names no paper is about those that the parts before it name, or that the whole
    question does, unless it asks all papers.
    """
    library = whole.library
    found: list[Query] = []
    named: tuple[str, ...] = ()
    for part in parts:
        text = QueryText(library, part)
        intent = _reading_of(text).intent
        own = tuple(mention.paper_id for mention in text.named)
        named = own or named or tuple(mention.paper_id for mention in whole.mentions)
        if named and intent in _OF_NO_PAPER:
            intent = "lookup"
        to_all = intent in _TO_ALL and not refers_back(part)
        if named and not own and not to_all:
            titles = "; ".join(library.by_id[paper_id].title for paper_id in named)
            text = QueryText(library, f"{part} ({titles})")
        found.append(read_query(text, scope, asked=part, intent=intent))
    return tuple(found)


def _need_search(library: Library, parts: Sequence[str]) -> bool:
    """Whether sentences answer one of the parts, whatever the records say of the others."""
    return any(_reading_of(QueryText(library, part)).intent not in UNSEARCHED for part in parts)
