"""Finds names, kinds of data, and numbers with what they measure, in quotes. Pure."""

from __future__ import annotations

import re

from rag.text.lexicons import lexicon
from rag.text.names.coined_names import coined_names

# Kinds of data as abstracts write them, and what they are called here.
KINDS = {
    "fMRI": "fMRI", "EEG": "EEG", "MEG": "MEG", "sEEG": "sEEG", "depth": "depth", "audio": "audio",
    "speech": "speech", "video": "video", "image": "images", "text": "text",
    "point cloud": "point clouds", "caption": "captions",
}  # fmt: skip
KIND_WORDS = frozenset(word.lower() for pair in KINDS.items() for word in pair)
# The last word of a method's long form: its acronym names no dataset.
METHODS = lexicon("phrase_heads") | {"attention", "perceptron", "transformer"}

# Names of the field, not of a dataset or a method: every paper may share them.
_FIELD_NAMES = lexicon("field_names")
# A dataset comes after "on" or next to "dataset" or "benchmark"; a method does not.
_ON = r"\b(?:on|from|data-?sets?|benchmarks?)\b[^.;:]{0,60}?\b"

_METRIC = (
    r"(?:[bm]?IoU|m?AP|PSNR|SSIM|FID|BLEU|F1|AUC|FLOPs|accuracy|error|parameters?|throughput"
    r"|latency|memory|compute|computations?|training time|correlation|recall|precision"
    r"|[Tt]op-[15](?:\saccuracy)?)"
)
_CHANGE = r"(?:faster|slower|fewer|more|less|higher|lower|smaller|reduction in|improvement in)"
_UNIT = r"(?:%|\spercent\b|×|x\b|\s?times\b|\spoints?\b|M\b|K\b|\s?dB\b)"
# A number with its unit and, after or before it, what it measures.
_FIGURE = re.compile(
    rf"(?:(?:improv|reduc|increas|boost|enhanc)\w+\s(?:the\s)?(?:[\w-]+\s){{0,3}}?)?"
    rf"\b{_METRIC}\s(?:of|by|from|to)\s(?:up to\s|over\s|about\s|only\s)?"
    rf"\d[\d.,]*{_UNIT}(?:\sto\s\d[\d.,]*{_UNIT})?"
    rf"|(?<![\w.])\d+(?:\.\d+)?{_UNIT}\s(?:[\w-]+\s){{0,2}}?{_METRIC}(?![\w-])"
    rf"|(?<![\w.])\d+(?:\.\d+)?{_UNIT}\s{_CHANGE}(?:\s(?!than\b)[\w-]+)?"
    r"|(?<![\w.])\d+(?:\.\d+)?\s?(?:fps|FPS|ms|dB|GFLOPs|FLOPs|mIoU|mAP)\b"
)


def names_in(text: str) -> set[str]:
    """The coined names: acronyms, words with inner capitals or with a number."""
    return {name for name in coined_names(text) if not name[0].isdigit()} - _FIELD_NAMES


def is_used_on(text: str, name: str) -> bool:
    """Whether the text says that something is done on ``name``, as it is on a dataset."""
    return bool(re.search(rf"{_ON}{re.escape(name)}\b", text))


def mentions_kind(text: str, kind: str) -> bool:
    """Whether the text has this kind of data, as a separate word, in singular or plural."""
    return bool(re.search(rf"(?<![\w-]){re.escape(kind)}s?(?![\w-])", text, re.IGNORECASE))


def first_figure(text: str) -> str:
    """The first number with its unit and what it measures; empty if there is none."""
    match = _FIGURE.search(text)
    return match.group() if match else ""
