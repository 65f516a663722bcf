"""`paperchat ask`: one question on a terminal, or a file of them."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rag import wiring
from rag.errors import FileError, InputError, PaperchatError
from rag.retrieval.query.kinds import check_question
from rag.settings import Settings
from rag.text.escaping import visible
from rag.text.wording import describe
from rag.types import Answer, Finished, Scope, Searched, Sentence, Turn
from ui.filtering import read_filter
from ui.show import abstention_text, as_json, small_print, sources_text

if TYPE_CHECKING:
    from rag.answering.flow import Assistant


def answer_one(
    settings: Settings, question: str, within: Scope, history: Path | None, *, json: bool
) -> None:
    """Print one answer; sentence by sentence as they come, or as JSON at the end."""
    check_question(question, settings.max_question)
    turns = read_history(history) if history else ()
    choice = wiring.choose(settings)
    print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
    with closing(wiring.open_assistant(settings)) as assistant:
        if json:
            print(as_json(assistant.ask(question, history=turns, scope=within)))
        else:
            _print_answer(assistant, question, turns, within)


def _print_answer(
    assistant: Assistant, question: str, turns: Sequence[Turn], within: Scope
) -> None:
    for event in assistant.stream(question, history=turns, scope=within):
        if isinstance(event, Searched):
            if event.standalone_question != question:
                print(f"asked as: {visible(event.standalone_question)}", file=sys.stderr)
            if event.filter:
                print(f"searched: papers {visible(describe(event.filter))}", file=sys.stderr)
        elif isinstance(event, Sentence):
            markers = "".join(f"[{number}]" for number in event.claim.citations)
            verdict = "" if event.claim.verdict == "supported" else f" ({event.claim.verdict})"
            print(f"{visible(event.claim.text)} {markers}{verdict}", flush=True)
        elif isinstance(event, Finished):
            _print_end(event.answer)


def answer_batch(settings: Settings, path: Path, within: Scope) -> None:
    """Answer every line of a file in order; a line that fails says so and the next one goes on."""
    with _opened(path) as lines, closing(wiring.open_assistant(settings)) as assistant:
        for line in lines:
            if line.strip():
                print(_one_line(assistant, line, within), flush=True)


def read_history(path: Path) -> list[Turn]:
    """The turns in a file. Raises FileError or InputError, saying what is wrong with it."""
    with _opened(path) as file:
        text = file.read()
    try:
        return turns_of(jsonlib.loads(text))
    except ValueError as exc:
        raise InputError(f"{path} holds no history: {exc}.", _HISTORY) from exc


_HISTORY = 'Give a JSON list of {"role": "user" or "assistant", "content": "..."}.'


def turns_of(value: Any) -> list[Turn]:
    """A parsed history. Raises InputError where it is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError("The history is not a list.", _HISTORY)
    turns = []
    for item in value:
        role = item.get("role") if isinstance(item, dict) else None
        content = item.get("content") if isinstance(item, dict) else None
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise InputError("The history holds something that is not a message.", _HISTORY)
        turns.append(Turn(role, content))
    return turns


def _one_line(assistant: Assistant, line: str, within: Scope) -> str:
    given: Any = None
    try:
        given = jsonlib.loads(line)
        if not isinstance(given, dict) or not isinstance(given.get("question"), str):
            raise InputError('The line is not {"id", "question"}.')
        turns = turns_of(given.get("history"))
        wanted = read_filter(given.get("filter")) or within.filter
        scope = Scope(tuple(given.get("papers") or within.papers), wanted)
        answer = assistant.ask(given["question"], history=turns, scope=scope, id=_id_of(given))
        return as_json(answer, indent=None)
    except (PaperchatError, ValueError) as exc:
        return as_json({"id": _id_of(given), "error": str(exc)}, indent=None)


def _id_of(given: Any) -> str | None:
    value = given.get("id") if isinstance(given, dict) else None
    return None if value is None else str(value)


def _print_end(answer: Answer) -> None:
    print(abstention_text(answer) if answer.abstained else f"\n{sources_text(answer.citations)}")
    print(small_print(answer), file=sys.stderr)


def _opened(path: Path) -> TextIO:
    if str(path) == "-":
        return sys.stdin
    try:
        return path.open(encoding="utf-8-sig")
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
