"""Whether an answer is right, by the rules of its case's kind. Pure.

Every kind: it is declined if and only if the papers have no answer, and it says nothing of `never`.

    small_talk              nothing is cited and nothing claimed
    unknown                 nothing is cited
    collection, records     every fact is said, and what must be cited is
    count                   as records, citing no other paper; of none: declined, or it says none
    two_part                every part is answered, citing its paper
    own                     every paper is cited, and every fact said, if the reader named any
    overview, synthesis     enough of the papers, and under a tenth of the cited ones are others
    all others              every fact, every paper, no other paper
"""

from __future__ import annotations

from eval.cases import BROAD, Case, says
from rag.types import Answer

_OTHERS = 0.1  # a broad answer cites fewer papers than this, as a share, that are not on its topic
_OPEN = ("collection", "records", "two_part", "own")  # kinds that other papers do no harm to
_RECORDED = ("collection", "records", "chain")  # kinds in which "no authors" is an answer
_NONE = ("0", "zero", "none", "no paper", "no papers")


def faults(case: Case, answer: Answer) -> tuple[str, ...]:
    """What is wrong with the answer, the most important first; empty if it is right."""
    if not case.answerable:
        found = {"answered anyway": not _left_open(case, answer)}
    elif answer.abstained:
        found = {"declined": not _may_be_declined(case, answer)}
    else:
        cited = cited_papers(answer)
        found = {
            "fact missing": case.kind not in BROAD and not _says_all(case, answer),
            "paper missing": len(cited & set(case.must_cite)) < case.enough,
            "wrong paper": case.kind not in _OPEN and _cites_others(case, answer),
            "quotes anyway": case.kind == "small_talk" and bool(answer.claims),
        }
    found["says what is wrong"] = any(says(answer.answer, wrong) for wrong in case.never)
    return tuple(name for name, wrong in found.items() if wrong)


def expectation(case: Case) -> str:
    """What is expected of the answer beside facts and papers, in words; empty if nothing is."""
    if case.answerable:
        enough = f"{case.enough} of these papers or more, and under a tenth others."
        said = {"small_talk": "A friendly line that cites nothing.", "two_part": "Every part."}
        return said.get(case.kind, enough if case.least is not None else "")
    said = {
        "near": "No answer: the abstracts come near, but none says it.",
        "unknown": "Nothing is cited: it has no sense, or its words stand nowhere.",
        "count": "None, or no answer.",
        "false_premise": "No answer: it presumes what no abstract says.",
        "far": "No answer: the papers do not cover this.",
    }
    return said.get(case.kind, "No answer: no abstract says it.")


def cited_papers(answer: Answer) -> set[str]:
    """The ids of the cited papers."""
    return {citation.paper_id for citation in answer.citations}


def share_of_others(case: Case, answer: Answer) -> float | None:
    """Of the cited papers, the share that may not be cited; None if none is cited."""
    cited = cited_papers(answer)
    return sum(not case.allows(paper_id) for paper_id in cited) / len(cited) if cited else None


def _says_all(case: Case, answer: Answer) -> bool:
    return all(says(answer.answer, fact) for fact in case.facts)


def _cites_others(case: Case, answer: Answer) -> bool:
    others = share_of_others(case, answer) or 0.0
    return others >= _OTHERS if case.kind in BROAD else others > 0


def _left_open(case: Case, answer: Answer) -> bool:
    """Whether the answer to a question without one does not pretend to be one."""
    if case.kind == "unknown":
        return not answer.citations
    if case.kind == "count" and not answer.citations and says(answer.answer, _NONE):
        return True
    return declined(answer)


def declined(answer: Answer) -> bool:
    """Whether a question is left unanswered: by a refusal, or by a line that rests on no paper.

    "Tell me a joke" gets such a line.
    """
    return answer.abstained or not (answer.claims or answer.citations)


def _may_be_declined(case: Case, answer: Answer) -> bool:
    """Whether the right answer may be a refusal.

    That is so if it says all that is expected ("Its record has no authors."), and if nothing at all
    is required: a translation needs a language model.
    """
    if case.kind in _RECORDED and case.facts and _says_all(case, answer):
        return True
    return case.kind == "chain" and bool(case.may_cite) and not (case.must_cite or case.facts)
