"""What decides whether a phrase of a sentence says what one of its numbers measures. Pure.

The features are words and places: which words stand at the phrase and at the number, how far apart
they are, how many numbers and phrases are between, and whether `rag.text.quantities.measurements`,
which reads a number by its grammar, takes the same phrase. What the encoder says of the phrase's
tokens was tried too; it adds two points to the F1 of data sets, and costs a pass over each
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.lexicons import lexicon
from rag.text.names.coined_names import holds_coined_name
from rag.text.quantities.measurements import Measurement
from rag.text.quantities.noun_runs import NumberedSentence, Run

_SKIPPED = lexicon("articles") | {"our", "its", "their", "\\", "$", "~"}
_MARKS = frozenset(",;():")
_STEPS = (0, 1, 2, 4, 8, 14)  # words between, in steps
_WORDS = re.compile(r"\w+")
_SOME, _HALF = 0.7, 0.5  # weights of features that seldom repeat


def pairs(
    sentence: NumberedSentence, measured: Sequence[Measurement]
) -> Iterator[tuple[int, Run, dict[str, float]]]:
    """Each number's place with each phrase, and the features of the two."""
    own = {run: _of_phrase(sentence, run) for run in sentence.runs}
    for number, one in enumerate(measured):
        for run in sentence.runs:
            yield number, run, own[run] | _of_pair(sentence, number, one, run)


def of_number(sentence: NumberedSentence, number: int, measured: Measurement) -> dict[str, float]:
    """The features that decide whether a number measures anything."""
    first, last = sentence.places[number]
    form = sentence.form
    glued = sentence.number_of[first] < 0  # a part of a word: 450-chain
    start, end = measured.start, measured.end
    text = sentence.text
    told = [
        f"unit={measured.unit}", f"role={measured.role}",
        f"metric={bool(measured.metric)}", f"setting={bool(measured.setting)}",
        f"counts={measured.counts}", f"glued={glued}",
        f"point={'.' in measured.raw}", f"digits={len(re.findall(r'[0-9]', measured.raw))}",
        f"inside={sentence.inside[first]}", f"only={len(sentence.places) == 1}",
        f"before={form(first - 1)}", f"after={form(last)}",
        f"touches={text[start - 1 : start]!r} {text[end : end + 1]!r}",
    ]  # fmt: skip
    less = [f"before2={form(first - 2)} {form(first - 1)}", f"after2={form(last)} {form(last + 1)}"]
    return dict.fromkeys(told, 1.0) | dict.fromkeys(less, _SOME)


def alike(one: str, other: str) -> bool:
    """Whether two phrases have at least half of their words in common."""
    first, second = (set(_WORDS.findall(text.lower())) for text in (one, other))
    return bool(first | second) and 2 * len(first & second) >= len(first | second)


def _of_phrase(sentence: NumberedSentence, run: Run) -> dict[str, float]:
    form = sentence.form
    before = _before(sentence, run)
    head, shape = form(run.last - 1), sentence.shape(run.last - 1)
    told = [
        f"head={head}", f"prev={form(before)}", f"next={form(run.last)}", f"shape={shape}",
        f"prev, shape={form(before)} {shape}",
    ]  # fmt: skip
    words = sentence.forms[run.first : run.last]
    some = [f"prev2={form(before - 1)} {form(before)}", f"length={min(len(words), 6)}"]
    half = [f"ending={head[-3:]}", f"next2={form(run.last)} {form(run.last + 1)}"]
    half += [f"in={word}" for word in words[:-1]]
    if run.joined:
        some.append(
            "joined by "
            + " ".join(w for w in words if w in ("of", "and", "in", "with", "for", "("))
        )
    return {
        **dict.fromkeys(half, _HALF),
        **dict.fromkeys(some, _SOME),
        **dict.fromkeys(told, 1.0),
        "coined": float(holds_coined_name(sentence.words(run))),
        "start": float(run.first <= 2),
        "inside": float(sentence.inside[run.first]),
        "joined": float(run.joined),
    }


def _of_pair(
    sentence: NumberedSentence, number: int, measured: Measurement, run: Run
) -> dict[str, float]:
    form = sentence.form
    first, last = sentence.places[number]
    after = run.first >= last
    side = "A" if after else "B"
    low, high = (last, run.first) if after else (run.last, first)
    between = sentence.forms[low:high]
    numbers = len({of for of in sentence.number_of[low:high] if of >= 0})
    phrases = sum(low <= r.first and r.last <= high for r in sentence.runs if not r.joined)
    far = side + str(sum(high - low > step for step in _STEPS))
    before = form(_before(sentence, run))
    inside = sentence.inside[first], sentence.inside[run.first]
    told = [
        f"far={far}", f"far, numbers={far} {min(numbers, 3)}", f"numbers={side}{min(numbers, 3)}",
        f"phrases={side}{min(phrases, 4)}",
        f"phrases, numbers={side}{min(phrases, 3)} {min(numbers, 2)}",
        f"prev, numbers={side} {before} {min(numbers, 2)}", f"insides={inside[0]} {inside[1]}",
    ]  # fmt: skip
    if len(between) <= 4:
        told.append(f"between={side} {' '.join(between)}")
    if "respectively" in sentence.forms:
        told.append(f"respectively {side}")
    some = [
        f"marks={side}{''.join(sorted(_MARKS & set(between)))}",
        f"prev, phrases={side} {before} {min(phrases, 3)}",
        f"number prev={side} {form(first - 1)}",
        f"number prev2={side} {form(first - 2)} {form(first - 1)}",
        f"number next={side} {form(last)}",
        f"role={side} {measured.role}", f"prev, role={before} {measured.role}",
    ]  # fmt: skip
    words = sentence.words(run)
    metric, setting = alike(measured.metric, words), alike(measured.setting, words)
    return {
        f"unit={side} {measured.unit}": _HALF,
        **dict.fromkeys(some, _SOME),
        **dict.fromkeys(told, 1.0),
        "grammar: metric": float(metric),
        "grammar: setting": float(setting),
        "grammar: another metric": float(bool(measured.metric) and not metric),
        "grammar: another setting": float(bool(measured.setting) and not setting),
        f"coined {side}": float(holds_coined_name(words)),
        "same bracket": float(inside[0] == inside[1]),
    }


def _before(sentence: NumberedSentence, run: Run) -> int:
    """The place of the word before a phrase, articles and the like not counted."""
    at = run.first - 1
    while at >= 0 and sentence.forms[at] in _SKIPPED:
        at -= 1
    return at
