"""Three papers of reader data, in both forms of its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.reader.data import ROLES

NO_ROLES: dict[str, list[int]] = {role: [] for role in ROLES}
CATS: dict[str, Any] = {
    "id": "toy:20",
    "title": "Felines at rest",
    "sentences": [
        "How long pets sleep is rarely measured.",
        "We follow 31 domestic cats in Oslo with collars.",
        "They sleep for thirteen hours a day, longer in winter.",
        "Code is at https://example.org/cats.",
    ],
    "items": {
        "fact": {"q": "How many cats in Oslo wore collars?", "s": [1], "a": "31"},
        "para": {"q": "how much of the day does a house cat spend asleep", "s": [2], "a": "13 h"},
        "search": {"q": "cats sleep hours winter", "s": [2]},
        "near": {"q": "What did the collars of the Oslo cats cost?"},
        "topic": "measure how long cats sleep",
        "nottopic": "measure how long dogs bark",
        "sup": {"c": "Cats sleep longer in winter.", "s": [2]},
        "con": {"c": "Cats sleep for two hours a day.", "s": [2]},
        "nei": {"c": "Norwegian cats prefer herring."},
    },
    "roles": {**NO_ROLES, "gist": 2, "problem": [0], "approach": [1], "result": [2], "code": [3]},
}
BREAD: dict[str, Any] = {
    "id": "toy:31",
    "title": "Sourdough crumb",
    "sentences": ["Bakers judge sourdough by eye.", "We scan loaves of bread with X-rays."],
    "items": {"fact": {"q": "How are the loaves of bread scanned?", "s": [1], "a": "X-rays"}},
    "roles": {**NO_ROLES, "gist": 1, "problem": [0], "approach": [1]},
}
TIDES: dict[str, Any] = {
    "id": "toy:35",
    "title": "Tides of a lagoon",
    "sentences": ["Lagoons have tides.", "Gauges show that they lag by two hours."],
    "ask": [
        {"q": "By how much do the tides of the lagoon lag?", "s": [1], "kind": "fact"},
        {"q": "lagoon gauges", "s": [1], "kind": "search"},
    ],
    "near": ["Who paid for the gauges?", "How deep is the lagoon?"],
    "topic": ["study water levels"],
    "nottopic": ["study river floods", "study tsunamis"],
}


def write(path: Path, *papers: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers), encoding="utf-8")
    return path
