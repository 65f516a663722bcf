"""The check of a manuscript: read, find the cited papers, judge each sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.checking.manuscripts.draft import Draft
from rag.checking.manuscripts.parts import Part, is_own
from rag.checking.manuscripts.reading import read_manuscript
from rag.checking.manuscripts.resolve import Resolved, Resolver
from rag.checking.manuscripts.sentences import Sentence, sentences_of
from rag.checking.manuscripts.verdicts import together
from rag.errors import QuestionError
from rag.index.library import Library
from rag.text.names.titles import work_name
from rag.types import CheckedClaim, ClaimSource, Scope
from rag.types.manuscripts import (
    CheckedCitation,
    CheckedManuscript,
    CheckedSentence,
    CitedWork,
    ManuscriptEvent,
    Passage,
    SentenceChecked,
    SentenceVerdict,
)

# (claim, scope) -> what abstracts say of it; `Engine.check_claim`
CheckClaim = Callable[[str, Scope], CheckedClaim]
# Probabilities from which on a paper is said to say an uncited sentence, and one that tells what
# the manuscript's own authors do, which is seldom in any abstract.
_SURE, _SURE_OF_OWN = 0.5, 0.75
_SHOWN = 3  # papers for an uncited sentence
_LONGEST = 1000  # characters of a claim
_OWN = "it tells what the manuscript's own authors do"
_UNREADABLE = "it is not in English"
_NO_KEY = "no entry of the bibliography has this key"


def check_manuscript(
    library: Library, check_claim: CheckClaim, path: Path, bibliography: Sequence[Path] = ()
) -> Generator[ManuscriptEvent, None, None]:
    """Yield each sentence as it is checked, and at the end the whole. Raises as `read_manuscript`.

    Nothing is written.
    """
    started = time.perf_counter()
    draft = read_manuscript(path, bibliography)
    found = list(sentences_of(draft.blocks))
    wanted = [sentence for sentence in found if sentence.parts or sentence.is_searched]
    checker = _Checker(library, check_claim, draft)
    for done, sentence in enumerate(wanted, start=1):
        yield SentenceChecked(checker.check(sentence), done, len(wanted))
    passages = tuple(Passage(b.kind, b.text, b.place(0)) for b in draft.blocks)
    yield CheckedManuscript(
        path.name,
        draft.format,
        passages,
        tuple(checker.sentences),
        tuple(checker.works()),
        tuple(draft.notes),
        len(found),
        len(library.papers),
        round(time.perf_counter() - started, 3),
    )


@dataclass(slots=True)
class _Checker:
    """Checks one sentence after another, and keeps what they cite."""

    library: Library
    check_claim: CheckClaim
    draft: Draft
    sentences: list[CheckedSentence] = field(default_factory=list)
    _found: dict[str, Resolved] = field(default_factory=dict)
    _cited: dict[str, list[int]] = field(default_factory=dict)

    def check(self, sentence: Sentence) -> CheckedSentence | None:
        checked = self._cited_one(sentence) if sentence.parts else self._uncited_one(sentence)
        if checked is not None:
            self.sentences.append(checked)
        return checked

    def works(self) -> Iterable[CitedWork]:
        """What is cited, in the order of the text."""
        for key, places in self._cited.items():
            found = self._found[key]
            paper_id = found.paper.paper_id if found.paper else ""
            title = found.paper.title if found.paper else found.title
            yield CitedWork(self._name(key), title, paper_id, found.problem, tuple(places))

    def _cited_one(self, sentence: Sentence) -> CheckedSentence:
        citations = [c for part in sentence.parts for c in self._part(part, sentence)]
        for key in dict.fromkeys(key for part in sentence.parts for key in part.keys):
            self._cited.setdefault(key, []).append(len(self.sentences))
        verdict = together([citation.verdict for citation in citations])
        return self._made(sentence, verdict, self._why(sentence, citations), tuple(citations))

    def _why(self, sentence: Sentence, citations: Sequence[CheckedCitation]) -> str:
        """What the verdict leaves unsaid."""
        whys = list(dict.fromkeys(part.why for part in sentence.parts if part.why))
        if not whys and any(c.verdict == "not_checked" for c in citations):
            own = any(is_own(part.claim) for part in sentence.parts)
            whys = [_OWN if own else _UNREADABLE]
        away = sum(citation.verdict == "not_in_library" for citation in citations)
        if away and away < len(citations):
            whys.append(f"{away} of {len(citations)} cited papers not in the library")
        elif away:
            keys = (key for part in sentence.parts for key in part.keys)
            whys += dict.fromkeys(filter(None, (self._found[key].problem for key in keys)))
        return "; ".join(whys)

    def _part(self, part: Part, sentence: Sentence) -> Iterable[CheckedCitation]:
        """The citations of one clause, each with its own verdict."""
        resolved = {key: self._resolve(key) for key in part.keys}
        papers = {r.paper.paper_id: r.paper for r in resolved.values() if r.paper}
        claim = self._in_context(part.claim, sentence, tuple(papers))[:_LONGEST]
        checked = self._asked(claim, tuple(papers)) if papers and not part.why else None
        sources = {s.paper_id: s for s in checked.sources} if checked else {}
        own = is_own(part.claim)
        for key, found in resolved.items():
            name = self._name(key)
            if found.paper is None:
                yield CheckedCitation(name, claim, "not_in_library", "", found.title, None, (), 0.0)
                continue
            paper, source = found.paper, sources.get(found.paper.paper_id)
            verdict: SentenceVerdict = source.verdict if source else "not_checked"
            if own and source and not _is_sure(source, _SURE_OF_OWN):
                verdict = "not_checked"
            kept = source is not None and verdict != "not_checked"
            yield CheckedCitation(
                name,
                claim,
                verdict,
                paper.paper_id,
                paper.title,
                paper.url,
                source.quotes if source and kept else (),
                round(source.confidence, 3) if source and kept else 0.0,
                paper.status,
            )

    def _asked(self, claim: str, papers: tuple[str, ...]) -> CheckedClaim | None:
        """What the papers say of a claim; None if it cannot be asked, as in another language."""
        try:
            return self.check_claim(claim, Scope(papers))
        except QuestionError:
            return None

    def _in_context(self, claim: str, sentence: Sentence, papers: tuple[str, ...]) -> str:
        """The claim with the work's name for "It", if the sentence before was on the same paper."""
        word, _, rest = claim.partition(" ")
        before = self.sentences[-1] if self.sentences else None
        if word != "It" or len(papers) != 1 or before is None or before.passage != sentence.block:
            return claim
        cited = {citation.paper_id for citation in before.citations}
        name = work_name(self.library.by_id[papers[0]].title)
        return f"{name} {rest}" if name and cited == set(papers) else claim

    def _uncited_one(self, sentence: Sentence) -> CheckedSentence | None:
        checked = self._asked(sentence.claim[:_LONGEST], ())
        sure = [s for s in checked.sources if _is_sure(s, _SURE)] if checked else []
        if not sure:
            return None
        return self._made(sentence, "uncited", "", papers=tuple(sure[:_SHOWN]))

    def _made(
        self,
        sentence: Sentence,
        verdict: SentenceVerdict,
        why: str,
        citations: tuple[CheckedCitation, ...] = (),
        papers: tuple[ClaimSource, ...] = (),
    ) -> CheckedSentence:
        block = self.draft.blocks[sentence.block]
        return CheckedSentence(
            block.text[sentence.start : sentence.end],
            sentence.block,
            sentence.start,
            sentence.end,
            block.place(sentence.start),
            verdict,
            why,
            citations,
            papers,
        )

    def _name(self, key: str) -> str:
        """What the report calls a citation."""
        reference = self.draft.references.get(key)
        return reference.name if reference and reference.name else key

    def _resolve(self, key: str) -> Resolved:
        if key not in self._found:
            reference = self.draft.references.get(key)
            resolver = Resolver(self.library)
            found = resolver.find(reference) if reference else Resolved("", problem=_NO_KEY)
            self._found[key] = found
        return self._found[key]


def _is_sure(source: ClaimSource, least: float) -> bool:
    """Whether a paper says it, at least so probably."""
    return source.verdict == "supported" and source.confidence >= least
