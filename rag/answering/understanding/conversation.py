"""The conversation so far: which papers its answers showed, and what "it" means now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from rag.decisions.papers import select_papers
from rag.index.library import Library
from rag.query.follow_ups import carries_on, refers_back
from rag.query.intent import OF_NO_PAPER, read_intent
from rag.query.kinds import kind_of
from rag.query.mentions import without_names
from rag.query.ordinals import OTHER, pick_in
from rag.query.query import QueryText
from rag.query.terms import coverage, title_terms
from rag.retrieval.search import search
from rag.text.characters.escaping import from_markdown
from rag.text.names.titles import short_title
from rag.text.sentences.sentences import split_sentences
from rag.text.sentences.third_person import place_of
from rag.types import Intent, Paper, Turn

MOST_MEANT = 5  # papers that a follow-up is asked of
_MARKER = re.compile(r"\s*\[\d+\]")
_NAME = re.compile(r"-\s+\*\*(.+?)\*\*:")  # at the beginning of a paper's line
_FEWEST_WORDS = 5  # a shorter line quotes nothing
_LOOKED_AT = 3  # papers that may hold a quoted sentence
_MOST_SHOWN = 30
_CANDIDATES = 10
_BEHIND = 0.5  # log-odds by which a paper may be behind the one that answers best
_TITLE_NAMED = 0.5  # share of a question's term weight from which on a title counts as named
# What is asked of one paper and can be asked again of another.
OF_ONE: tuple[Intent, ...] = ("lookup", "yes_no", "records")
_TALK: tuple[Intent, ...] = ("small_talk", "help", "collection")  # changes no subject


@dataclass(frozen=True)
class Conversation:
    """The messages so far. Each property is computed once, when it is first used."""

    library: Library
    history: Sequence[Turn]

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The ids of the papers that the last answer showed; none if it showed none.

        After talk, or what only went on about papers, they are those of the answer before.
        """
        last = next(self._answers(), ())
        if last:
            return last
        since = len(_asked_since_subject(self.library, self.history))
        return next(filter(None, islice(self._answers(), since)), ())

    @cached_property
    def subject(self) -> tuple[str, ...]:
        """The ids of the papers that "it" means, at most five.

        They are those that the last answer showed; of several, those that the question before it
        named, if it did. Without any they are found by the questions alone. None if the last
        question with a subject was declined and named no paper: "it" is what is not here.
        """
        if not self.shown:
            return tuple(subject_of(self.library, self.history))
        return (self._named or self.shown)[:MOST_MEANT]

    @cached_property
    def topic(self) -> str:
        """The question that "it" is from where no paper is meant, "" for none."""
        asked = _asked_since_subject(self.library, self.history)
        return asked[0][0].text if asked else ""

    @cached_property
    def best(self) -> tuple[str, ...]:
        """The same, but of several that no question named only the one that answered best."""
        if len(self.shown) < 2 or self._named or self._asked is None:
            return self.subject
        return best_of(self._asked, self.shown, 0.0)[:1]

    @cached_property
    def several(self) -> tuple[str, ...]:
        """The papers that "which of them" means: of the last answer, or the last two shown."""
        if len(self.subject) > 1:
            return self.subject
        known = dict.fromkeys(paper_id for shown in self._answers() for paper_id in shown)
        return tuple(dict.fromkeys([*self.subject, *known]))[:2]

    @property
    def last_answer(self) -> str:
        """The text of the last answer, "" if there is none."""
        said = (turn.content for turn in reversed(self.history) if turn.role == "assistant")
        return from_markdown(next(said, ""))

    @property
    def last_said(self) -> str:
        """The text of the last answer without its citation marks."""
        return _MARKER.sub("", self.last_answer)

    @property
    def last_question(self) -> str:
        """The text of the last question, "" if there is none."""
        return next((t.content for t in reversed(self.history) if t.role == "user"), "")

    @property
    def said(self) -> str:
        """The text of all answers, one after the other."""
        answers = [turn.content for turn in self.history if turn.role == "assistant"]
        return from_markdown("\n".join(answers))

    def picked(self, place: int) -> str | None:
        """The paper in a ``place`` as `pick_in` tells it, or None.

        It is counted among those of the last answer that showed so many, and more than one.
        "The other one" is the one spoken of before the last answer's.
        """
        if place == OTHER:
            known = (paper_id for shown in self._answers() for paper_id in shown)
            others = (paper_id for paper_id in known if paper_id not in self.subject)
            return next(others, None)
        several = [shown for shown in self._answers() if len(shown) > max(place, 1)]
        if several:
            return several[0][place]
        named = next(self._answers(whole=True), ())
        return named[place] if -len(named) <= place < len(named) else None

    def question_kept(self) -> QueryText | None:
        """The last question that can be asked of another paper, with "it" for the one it picks.

        None if the last one is of another kind, such as a list or a comparison.
        """
        asked = [turn.content for turn in self.history if turn.role == "user"]
        for place in reversed(range(len(asked))):
            pick = pick_in(asked[place]) if place else None
            text = QueryText(self.library, pick.rest if pick else asked[place])
            if carries_on(without_names(text.text, text.named)):
                continue
            reading = read_intent(text, after_answer=place > 0, about_paper=place > 0)
            if reading.act not in (None, "pick", "rank") or reading.intent in OF_NO_PAPER:
                continue
            asks = reading.intent in OF_ONE and reading.act not in ("pick", "rank")
            return text if asks else None
        return None

    @cached_property
    def _asked(self) -> QueryText | None:
        """The last question."""
        asked = [turn.content for turn in self.history if turn.role == "user"]
        return QueryText(self.library, asked[-1]) if asked else None

    @cached_property
    def _named(self) -> tuple[str, ...]:
        """The papers of the last answer that the last question names, or compares as a pair."""
        if self._asked is None:
            return self.shown
        if len(self.shown) == 2 and kind_of(self._asked.text) == "compare":
            return self.shown
        mentioned = {mention.paper_id for mention in self._asked.named}
        weights = self._asked.weights
        return tuple(i for i in self.shown if i in mentioned) or tuple(
            paper_id
            for paper_id in self.shown
            if coverage(weights, title_terms(self.library, [paper_id])) >= _TITLE_NAMED
        )

    def _answers(self, *, whole: bool = False) -> Iterator[tuple[str, ...]]:
        """The papers that each answer showed, the last one first.

        An answer without ``papers`` is read: its sentences stand in the abstracts that it quotes,
        and its lines begin with the titles of the papers that it names. With ``whole`` each is read
        for further papers.
        """
        for turn in reversed(self.history):
            if turn.role != "assistant":
                continue
            known = [i for i in turn.papers or () if i in self.library.by_id]
            unread = whole or (not known and turn.papers != ())
            read = _named_in(self.library, turn.content) if unread else ()
            yield tuple(dict.fromkeys([*known, *read]))[:_MOST_SHOWN]


def best_of(question: QueryText, papers: Sequence[str], behind: float = _BEHIND) -> tuple[str, ...]:
    """Of several papers those that may answer: hardly ``behind`` the best one, in log-odds."""
    judged = question.judged(papers)
    best = max((judgement.answer for judgement in judged.values()), default=0.0)
    return tuple(i for i in papers if i not in judged or judged[i].answer >= best - behind)


def subject_of(library: Library, history: Sequence[Turn]) -> list[str]:
    """The ids of the papers that the questions of a conversation are about, at most five.

    They are those that the last question names, or else those that would answer it; none if its
    answer showed none. A question that names no paper and refers back does not change the subject,
    nor does talk.
    """
    asked = _asked_since_subject(library, history)
    for text, shown in asked:
        named = [mention.paper_id for mention in text.named]
        if not named and shown == ():
            return []
        told = [paper_id for paper_id in shown or () if paper_id in library.by_id]
        subject = named or told or select_papers(search(text, _CANDIDATES), [])
        if subject:
            return subject[:MOST_MEANT]
    return []


def _asked_since_subject(
    library: Library, history: Sequence[Turn]
) -> list[tuple[QueryText, tuple[str, ...] | None]]:
    """The questions from the last one with a subject of its own, with what their answers showed."""
    asked: list[tuple[QueryText, tuple[str, ...] | None]] = []
    for turn in history:
        if turn.role == "user":
            asked.append((QueryText(library, turn.content), None))
        elif asked:
            asked[-1] = asked[-1][0], turn.papers
    for at in reversed(range(len(asked))):
        text, _ = asked[at]
        if text.named or not (refers_back(text.text) or _sets_no_subject(text, at)):
            return asked[at:]
    return asked


def _sets_no_subject(text: QueryText, at: int) -> bool:
    """Whether a message is talk, or acts on what an answer showed; ``at`` is its place."""
    reading = read_intent(text, after_answer=at > 0)
    return reading.act is not None or reading.intent in _TALK


def _named_in(library: Library, answer: str) -> Iterator[str]:
    """The papers whose sentences, titles or short names the lines of an answer are."""
    for line in answer.split("\n"):
        named = _NAME.match(line)
        texts = [named[1]] if named else re.split(r"(?<=[.!?\]])\s+", line)
        for text in map(from_markdown, texts):
            said = _MARKER.sub("", text).strip(' -“”"')
            if not named and len(said.split()) < _FEWEST_WORDS:
                continue
            for paper_id, _ in library.lexical.search(said, _LOOKED_AT):
                paper = library.by_id[paper_id]
                own = short_title(paper.title) == said if named else _quotes(said, paper)
                if own or paper.title in said:
                    yield paper_id
                    break


def _quotes(said: str, paper: Paper) -> bool:
    """Whether words are those of a paper's abstract, or of a sentence in the third person."""
    sentences = (span.text.strip(' -“”"\n') for span in split_sentences(paper.abstract))
    return said in paper.abstract or any(place_of(one, said) >= 0 for one in sentences if one)
