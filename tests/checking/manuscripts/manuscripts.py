"""What tests of manuscripts share: samples, and drafts of a text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.checking.manuscripts.draft import Draft
from rag.checking.manuscripts.parts import Part
from rag.checking.manuscripts.reading import read_manuscript
from rag.checking.manuscripts.sentences import Sentence, sentences_of

SAMPLES = Path(__file__).parent / "samples"
SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
CONVIT = "convit-improving-vision-transformers-with-soft-a6d9e085"
MLPS = "scaling-mlps-a-tale-of-inductive-bias-86893a73"
BRAIN = "visio-linguistic-brain-encoding-bd673322"
FIELDS = "neural-fields-in-robotics-a-survey-70e0812a"


def draft_of(folder: Path, text: str, ending: str = "md") -> Draft:
    """The draft of a file with this text."""
    path = folder / f"text.{ending}"
    path.write_text(text, "utf-8")
    return read_manuscript(path)


def sentences_in(draft: Draft) -> list[tuple[str, Sentence]]:
    """The sentences of a draft, each with its text."""
    return [
        (draft.blocks[found.block].text[found.start : found.end], found)
        for found in sentences_of(draft.blocks)
    ]


def cited_in(draft: Draft) -> list[tuple[Sequence[str], str]]:
    """What is cited for what in a draft: (keys, claim) of each part of a sentence, in order."""
    parts: list[Part] = [part for _, sentence in sentences_in(draft) for part in sentence.parts]
    return [(list(part.keys), part.claim) for part in parts]
