"""The list of models that an endpoint serves, in the shapes that servers give it. Pure.

Which of them can chat is told by what the list says of a model, else by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

_LISTS = ("data", "models", "result", "results", "items")
_NAMES = ("id", "name", "model", "key")
# What lists say of a model, and parts of the words that they say it with.
_OUTPUTS = ("output_modalities", "outputModalities")
_SAID = (
    "type", "kind", "task", "tasks", "pipeline_tag", "mode", "model_type", "modality", "modalities",
    "capabilities", "features", "endpoints", "supported_endpoints", "supported_endpoint_types",
    "supported_generation_methods", "supportedGenerationMethods",
)  # fmt: skip
_CHAT = (
    "chat", "llm", "vlm", "language", "completion", "text-generation", "text_generation",
    "generatecontent", "instruct", "tool", "function",
)  # fmt: skip
_OTHER = (
    "embed", "rank", "speech", "audio", "image", "video", "moderation", "transcri", "tts", "asr",
    "classif", "similarity", "extraction", "ocr",
)  # fmt: skip
# In names: parts of them, and words of them.
_OTHER_PARTS = (
    "embed", "rerank", "whisper", "moderation", "transcri", "diffusion", "dall-e", "dalle",
    "minilm", "gpt-image", "text-similarity",
)  # fmt: skip
_OTHER_WORDS = frozenset(
    "tts asr stt ocr bge gte e5 clip siglip colbert splade flux sdxl sora veo imagen kokoro bark "
    "orpheus parakeet speech realtime guard aqa babbage davinci".split()
)


def chat_models(page: object) -> list[str] | None:
    """The names of the models that may chat, in the order in which to try them.

    Those come last of which the list says too little, and whose name speaks against it. None if
    ``page`` is no list of models.
    """
    listed = _listed(page)
    if listed is None:
        return None
    named = [(name, _chats(item)) for item in listed if (name := _name(item))]
    last = {
        name: chats == "maybe" or (chats == "" and _is_other(name))
        for name, chats in named
        if chats != "no"
    }
    return sorted(last, key=lambda name: last[name])


def same_model_name(one: str, other: str) -> bool:
    """Whether two names are of one model: "llama3.2" and "llama3.2:latest", "models/x" and "x"."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return name.lower().removeprefix("models/").removesuffix(":latest")


def _listed(page: object) -> list[object] | None:
    if isinstance(page, list):
        return page
    if not isinstance(page, Mapping):
        return None
    known = [page[name] for name in _LISTS if name in page]
    lists = [value for value in known if isinstance(value, list)]
    return lists[0] if lists else [] if known and None in known else None


def _name(item: object) -> str:
    if isinstance(item, Mapping):
        names = (item.get(name) for name in _NAMES)
        return next((name for name in names if isinstance(name, str) and name), "")
    return item if isinstance(item, str) else ""


def _chats(item: object) -> Literal["yes", "no", "maybe", ""]:
    """What the list says; "maybe" if only a part of its words speaks against it."""
    if not isinstance(item, Mapping):
        return ""
    if item.get("active") is False:
        return "no"
    within = item.get("architecture")
    said = {**within, **item} if isinstance(within, Mapping) else item
    outputs = [word for name in _OUTPUTS for word in _words(said.get(name))]
    if outputs:
        return "yes" if "text" in outputs else "no"
    verdicts = [_means_chat(word) for name in _SAID for word in _words(said.get(name))]
    if True in verdicts:
        return "yes"
    if False not in verdicts:
        return ""
    return "maybe" if None in verdicts else "no"


def _means_chat(word: str) -> bool | None:
    """What a word says of a model that it describes; None for nothing."""
    taken, _, given = re.sub("-to-|→", "->", word).rpartition("->")
    if "text" in given and taken:
        return "text" in taken  # one from speech or images alone only transcribes
    if given == "text" or any(part in given for part in _CHAT):
        return True
    return False if any(part in given for part in _OTHER) else None


def _words(value: object) -> Iterator[str]:
    """The words of a value: texts, and names of what is true."""
    if isinstance(value, str):
        yield value.lower()
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from (str(name).lower(),) if inner is True else _words(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _words(inner)


def _is_other(name: str) -> bool:
    text = name.lower()
    words = _OTHER_WORDS.intersection(re.split(r"[^a-z0-9]+", text))
    return bool(words) or any(part in text for part in _OTHER_PARTS)
