"""What compared papers share and where they differ, from the quotes of their cells alone. Pure.

A claim says a name, a kind of data, a term or a number of each paper that it cites, and each is
checked against the quotes of that paper by `rag.answering.verify.support`: what fails is left out.
Numbers are set side by side only to say that they cannot be ranked: abstracts seldom measure the
same thing on the same data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.answering.verify.alignment import QuoteSimilarity
from rag.answering.verify.support import check_claim, compares_otherwise, containment
from rag.text.coined_names import coined_names
from rag.text.keyphrases import acronyms, as_keys, key_of, phrases_of
from rag.text.lexicons import lexicon
from rag.text.titles import short_title
from rag.types import Cell, Paper, SummaryClaim

_MOST = 6
_NAMED = 4  # papers that are named in a sentence; more are counted
_TERMS = 3  # terms that are told at most
_WORDS = 16  # of their titles together
_DATA, _RESULT, _BASELINE, _CODE = (
    "data or modality",
    "reported result",
    "baseline",
    "code or project",
)
_DONE = ("approach", "what is new", _DATA, _RESULT)  # what a paper says of its own work
# Names of the field, not of a dataset or a method: to share them says nothing.
_FIELD_NAMES = lexicon("field_names")
# Kinds of data as abstracts write them, and what they are called here.
_KINDS = {
    "fMRI": "fMRI", "EEG": "EEG", "MEG": "MEG", "sEEG": "sEEG", "depth": "depth", "audio": "audio",
    "speech": "speech", "video": "video", "image": "images", "text": "text",
    "point cloud": "point clouds", "caption": "captions",
}  # fmt: skip
_DATA_WORDS = frozenset(word.lower() for pair in _KINDS.items() for word in pair)
# A dataset stands after "on" or beside the word: so it is told from a method.
_ON = r"\b(?:on|from|data-?sets?|benchmarks?)\b[^.;:]{0,60}?\b"
# The last word of what an acronym stands for, where it is no dataset.
_METHODS = lexicon("phrase_heads") | {"attention", "perceptron", "transformer"}
_METRIC = (
    r"(?:[bm]?IoU|m?AP|PSNR|SSIM|FID|BLEU|F1|AUC|FLOPs|accuracy|error|parameters?|throughput"
    r"|latency|memory|compute|computations?|training time|correlation|recall|precision"
    r"|[Tt]op-[15](?:\saccuracy)?)"
)
_CHANGE = r"(?:faster|slower|fewer|more|less|higher|lower|smaller|reduction in|improvement in)"
_UNIT = r"(?:%|\spercent\b|×|x\b|\s?times\b|\spoints?\b|M\b|K\b|\s?dB\b)"
# A number with its unit and what it measures, which stands after it, or before it.
_FIGURE = re.compile(
    rf"(?:(?:improv|reduc|increas|boost|enhanc)\w+\s(?:the\s)?(?:[\w-]+\s){{0,3}}?)?"
    rf"\b{_METRIC}\s(?:of|by|from|to)\s(?:up to\s|over\s|about\s|only\s)?"
    rf"\d[\d.,]*{_UNIT}(?:\sto\s\d[\d.,]*{_UNIT})?"
    rf"|(?<![\w.])\d+(?:\.\d+)?{_UNIT}\s(?:[\w-]+\s){{0,2}}?{_METRIC}(?![\w-])"
    rf"|(?<![\w.])\d+(?:\.\d+)?{_UNIT}\s{_CHANGE}(?:\s(?!than\b)[\w-]+)?"
    r"|(?<![\w.])\d+(?:\.\d+)?\s?(?:fps|FPS|ms|dB|GFLOPs|FLOPs|mIoU|mAP)\b"
)


@dataclass(frozen=True, slots=True)
class _Quoted:
    """The compared papers in order, with what is quoted of each by aspect."""

    papers: Sequence[Paper]
    quotes: Mapping[tuple[str, str], tuple[str, ...]]

    def text(self, paper_id: str, *aspects: str) -> str:
        return " ".join(" ".join(self.quotes.get((paper_id, a), ())) for a in aspects)

    def all_of(self, paper_id: str, aspects: Sequence[str]) -> tuple[str, ...]:
        return tuple(q for a in aspects for q in self.quotes.get((paper_id, a), ()))

    def title(self, paper_id: str) -> str:
        return next(short_title(p.title) for p in self.papers if p.paper_id == paper_id)


def summarise(papers: Sequence[Paper], cells: Iterable[Cell]) -> tuple[SummaryClaim, ...]:
    """At most six claims: contradictions, what is shared, what differs, numbers, code."""
    made = list(cells)
    quoted = _Quoted(
        papers,
        {(c.paper_id, c.aspect): tuple(q.text for q in c.quotes) for c in made if c.quotes},
    )
    ends = [*_numbers(quoted), *_code(quoted, made)]
    body = [*_opposed(quoted)[:1], *_kinds(quoted)[:2], *_terms(quoted)]
    body += [*_names(quoted, _DATA)[:1], *_names(quoted, _BASELINE)[:1]]
    return tuple([*body[: _MOST - len(ends)], *ends])


def held(said: str, quotes: Sequence[str]) -> bool:
    """Whether a paper's quotes hold what is said of it: a name, a term or a number with its unit.

    Such things are there word for word or not at all, so words stand in for meaning.
    """
    literal = QuoteSimilarity(containment(said, " ".join(quotes)))
    return check_claim(said, quotes, literal).verdict == "supported"


def _holders(quoted: _Quoted, said: str, ids: Iterable[str], aspects: Sequence[str]) -> list[str]:
    return [i for i in ids if held(said, quoted.all_of(i, aspects))]


def _kinds(quoted: _Quoted) -> list[SummaryClaim]:
    """Kinds of data: what all name, in one claim; then what some name and others do not."""
    everyone = [paper.paper_id for paper in quoted.papers]
    count = len(everyone)
    holders = {}
    for kind, said in _KINDS.items():
        ids = [i for i in everyone if _writes(quoted.text(i, _DATA), kind)]
        holders[said] = _holders(quoted, said, ids, [_DATA])
    everywhere = [said for said, ids in holders.items() if len(ids) == count]
    claims = []
    if everywhere:
        text = f"{_who(quoted, everyone)} name {listed(everywhere)} for their data."
        claims.append(_claim(text, everyone))
    some = [(said, ids) for said, ids in holders.items() if 2 <= len(ids) < count]
    for said, ids in sorted(some, key=lambda item: -len(item[1])):
        rest = _rest(quoted, said, ids)
        claims.append(_claim(f"{_who(quoted, ids)} name {said} for their data{rest}.", ids))
    return claims


def _terms(quoted: _Quoted) -> list[SummaryClaim]:
    """Terms by which several papers say what they do, those of the most papers first."""
    texts = {p.paper_id: quoted.text(p.paper_id, *_DONE) for p in quoted.papers}
    forms: dict[str, str] = {}
    for text in texts.values():
        for phrase in phrases_of(text):
            forms[phrase.key] = min(forms.get(phrase.key, phrase.text), phrase.text, key=len)
    keys = {paper_id: as_keys(text) for paper_id, text in texts.items()}
    found: list[tuple[int, int, str, list[str]]] = []
    for key, said in forms.items():
        words = len(key.split())
        ids = [i for i in keys if f" {key} " in keys[i]]
        if len(ids) >= (2 if words > 1 else 3):
            found.append((len(ids), words, said, ids))
    claims: list[SummaryClaim] = []
    said_so_far = ""
    for _, _, said, holders in sorted(found, key=lambda item: (-item[0], -item[1], item[2])):
        again = as_keys(said).strip() in said_so_far or said.lower() in _DATA_WORDS
        ids = [] if again else _holders(quoted, said, holders, _DONE)
        if len(ids) > 1 and all(set(ids) != set(claim.citations) for claim in claims):
            rest = _rest(quoted, said, ids)
            text = f'{_who(quoted, ids)} speak of "{said}" in their own work{rest}.'
            claims.append(_claim(text, ids))
            said_so_far += as_keys(said)
        if len(claims) == _TERMS:
            break
    return claims


def _names(quoted: _Quoted, aspect: str) -> list[SummaryClaim]:
    """Datasets, or the rivals beside them, that several papers name."""
    meant = {k: v for p in quoted.papers for k, v in acronyms(p.abstract).items()}
    methods = {short for short, words in meant.items() if words.split()[-1] in _METHODS}
    aspects = (_DATA, _RESULT, _BASELINE) if aspect == _DATA else (_BASELINE,)
    writers: dict[str, list[str]] = {}
    for paper in quoted.papers:
        text = quoted.text(paper.paper_id, *aspects)
        for name in sorted(_names_in(text) - set(_KINDS)):
            is_data = key_of([name]) not in methods and re.search(
                rf"{_ON}{re.escape(name)}\b", f"{text} {paper.abstract}"
            )
            if bool(is_data) == (aspect == _DATA):
                writers.setdefault(name, []).append(paper.paper_id)
    what = "for their data" if aspect == _DATA else "among what they are compared with"
    claims = []
    for name, ids in sorted(writers.items(), key=lambda item: -len(item[1])):
        kept = _holders(quoted, name, ids, aspects)
        if len(kept) >= 2:
            claims.append(_claim(f"{_who(quoted, kept)} name {name} {what}.", kept))
    return claims


def _opposed(quoted: _Quoted) -> list[SummaryClaim]:
    """Two papers whose results compare the same things the other way round."""
    results = {
        p.paper_id: [(q, _names_in(q)) for q in quoted.all_of(p.paper_id, [_RESULT])]
        for p in quoted.papers
    }
    claims = []
    for one, other in combinations(results, 2):
        # "Our method" is another one in every paper: both sides must go by the same names.
        pairs = [(a, b) for a, n in results[one] for b, m in results[other] if len(n & m) > 1]
        if any(compares_otherwise(a, b) for a, b in pairs):
            text = (
                f"The results of {listed([quoted.title(one), quoted.title(other)])} compare the "
                "same things and come out the other way round."
            )
            claims.append(_claim(text, [one, other]))
    return claims


def _numbers(quoted: _Quoted) -> list[SummaryClaim]:
    """The papers' figures, each with its unit or metric, and that they cannot be ranked."""
    figures = {}
    for paper in quoted.papers:
        match = _FIGURE.search(quoted.text(paper.paper_id, _RESULT))
        if match and held(match.group(), quoted.all_of(paper.paper_id, [_RESULT])):
            figures[paper.paper_id] = match.group().strip()
    if len(figures) < 2:
        return []
    told = [f"{figure} ({quoted.title(i)})" for i, figure in list(figures.items())[:_NAMED]]
    text = (
        f"Reported numbers are not comparable: {listed(told)}; the abstracts do not say that "
        "metric, data and split are the same, so they are not ranked."
    )
    return [_claim(text, list(figures)[:_NAMED])]


def _code(quoted: _Quoted, cells: Sequence[Cell]) -> list[SummaryClaim]:
    """Which papers say where their code or project is, where some do and some do not."""
    asked = {cell.paper_id for cell in cells if cell.aspect == _CODE}
    have = [p.paper_id for p in quoted.papers if (p.paper_id, _CODE) in quoted.quotes]
    if not asked or not have or len(have) == len(quoted.papers):
        return []
    who = _who(quoted, have)
    verb = "announces" if len(have) == 1 else "announce"
    text = f"{who} {verb} code, data or a project page; none was found in the others."
    return [_claim(text, have)]


def _claim(text: str, ids: Sequence[str]) -> SummaryClaim:
    return SummaryClaim(text, tuple(ids), "supported")


def _who(quoted: _Quoted, ids: Sequence[str]) -> str:
    count, named = len(quoted.papers), [quoted.title(i) for i in ids]
    if len(ids) == count:
        return "Both papers" if count == 2 else f"All {count} papers"
    if len(ids) == 1 or (len(ids) <= _NAMED and sum(len(n.split()) for n in named) <= _WORDS):
        return listed(named)
    return f"{len(ids)} of {count} papers"


def _rest(quoted: _Quoted, said: str, ids: Sequence[str]) -> str:
    """That the other abstracts do not name it, if they do not, spelled out or as an acronym."""
    others = [p for p in quoted.papers if p.paper_id not in ids]
    meant = {k: v for p in quoted.papers for k, v in acronyms(p.abstract).items()}
    key = as_keys(said).strip()
    forms = {key, meant.get(key, key), *(k for k, v in meant.items() if v == key)}
    texts = [as_keys(f"{p.title}. {p.abstract}") for p in others]
    if not others or any(f" {form} " in text for form in forms for text in texts):
        return ""
    if len(others) == 1:
        return f"; {quoted.title(others[0].paper_id)} does not"
    return f"; the other {len(others)} abstracts do not"


def _names_in(text: str) -> set[str]:
    return set(coined_names(text)) - _FIELD_NAMES


def _writes(text: str, kind: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(kind)}s?(?![\w-])", text, re.IGNORECASE))


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
