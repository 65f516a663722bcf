"""The Settings page as HTML: models, tests of endpoints, and the index. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.types import ModelChoice, SystemStatus, WeightsStatus
from ui.web.render.basics.status import mode_badge
from ui.web.render.basics.text import escape, failure

MODE_NAMES = {
    "auto": "Automatic",
    "openai": "Endpoint",
    "local": "Embedded model",
    "quotes": "Quotes only",
}
# Remedies that fit this form, by the kind of fault; others have the error's own remedy.
_REMEDIES = {
    "url": "Write the URL as http://host:port/v1.",
    "host": "Correct the name in the URL, or the network.",
    "refused": "Start the server there, or correct the port.",
    "unreachable": "Correct the URL, or start its server.",
    "silent": "See whether the server is busy, or still loading its model.",
    "key": "Type the key that it takes.",
    "address": "Correct the URL, most end in /v1, or the model.",
    "empty": "Load a model there, or name one.",
    "failed": "Test again, or see the server's own log.",
    "busy": "Wait a little, or see to the account's quota.",
    "page": "Correct the URL: most servers want it to end in /v1.",
    "broken": "Test again; if it stays so, choose another model.",
    "unreadable": "Choose another model; this one's answers would be quotes.",
}


def in_use(choice: ModelChoice | None) -> str:
    """Which mode is in use, and why."""
    return "<strong>Getting ready</strong>" if choice is None else mode_badge(choice, reason=True)


def answered(model: str, seconds: float) -> str:
    """A test that went well."""
    return (
        f'<p class="good" role="status">It answers: <strong>{escape(model)}</strong> '
        f"in {seconds:.1f} s.</p>"
    )


def faulty(what: str, remedy: str, fault: str) -> str:
    """A test that failed: what is wrong, and what to do about it in this form."""
    return failure(what, _REMEDIES.get(fault) or remedy)


class InForce(NamedTuple):
    """The server's settings as visitors may see them: ``url`` without a password, and no key."""

    mode: str
    url: str
    model: str
    top_papers: int
    key_set: bool


def changes(before: InForce, after: InForce, *, new_key: bool = False) -> list[str]:
    """What differs between two settings, a line for each, escaped."""
    said = [
        _change("Who writes", MODE_NAMES[before.mode], MODE_NAMES[after.mode]),
        _change("Endpoint", before.url, after.url),
        _change("Model", before.model, after.model),
        _change("Papers searched", str(before.top_papers), str(after.top_papers)),
    ]
    if before.key_set != after.key_set:
        said.append("A key is set." if after.key_set else "The key is deleted.")
    elif new_key:
        said.append("Another key is set.")
    return [line for line in said if line]


def _change(name: str, was: str, now: str) -> str:
    if was == now:
        return ""
    return f"{name}: <strong>{escape(now) or 'none'}</strong>, before {escape(was) or 'none'}."


def saved(made: Sequence[str], path: str, overriding: Sequence[str]) -> str:
    """What was changed, where it was written, and which variables override it."""
    what = " ".join(made)
    text = (
        f"{what} In use now, from the next question of everybody on, and written to "
        f"<code>{escape(path)}</code>."
    )
    if overriding:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in overriding)
        verb = "overrides" if len(overriding) == 1 else "override"
        text += f" At the next start the environment's {names} {verb} it."
    return f'<p class="good">{text.strip()}</p>'


def as_set(now: InForce) -> str:
    """The server's settings to be read, for a visitor who may not change them."""
    rows = [("Who writes the answers", escape(MODE_NAMES[now.mode]))]
    if now.url or now.key_set:
        rows.append(("Endpoint", escape(now.url or "OpenAI")))
        rows.append(("Model", escape(now.model or "the first one listed")))
    rows.append(("Papers searched", f"{now.top_papers} for a question"))
    return _listed(rows)


def rights(*, guest: bool) -> str:
    """Who may change what, as a table; the same for everybody but for the last word."""
    you = "not you: you are a guest here" if guest else "so may you"
    rows = [
        ("Conversations, notebook, your settings above", "you alone, in this browser"),
        (
            "Library, collections, the settings for everybody, ratings of answers, evaluations",
            f"somebody at the machine that paperchat runs on; {you}",
        ),
    ]
    return _listed(rows)


def facts(report: SystemStatus) -> str:
    """What is indexed and by what, in plain words; details are folded."""
    index, embedder = report.index, report.embedder
    papers = f"{index.papers:,} {'paper' if index.papers == 1 else 'papers'}"
    plain = f"<p>{papers}, each by its title and abstract, so that they are found by meaning and by"
    plain += " words. Full texts are not read.</p>"
    rows = [
        ("Folder", f"<code>{escape(index.folder)}</code>"),
        ("Parts", f"{index.papers:,} in {index.chunks:,} chunks"),
        ("Read by", escape(f"{embedder.name}, revision {embedder.revision}; {embedder.runtime}")),
        ("Version", f"paperchat {escape(report.version)}"),
    ]
    missing = "".join(
        f'<p class="lacks">{_code(line)}</p>' for line in report.missing if "index" in line
    )
    return f"{plain}{missing}<details><summary>Details</summary>{_listed(rows)}</details>"


def _listed(rows: Sequence[tuple[str, str]]) -> str:
    body = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    return f"<dl>{body}</dl>"


def weights(report: WeightsStatus, size: int) -> str:
    """Whether the embedded model is here; ``size`` in bytes."""
    name, folder = escape(report.name), escape(report.folder)
    if report.on_disk:
        return f"{name} is on disk, in <code>{folder}</code>."
    return f"{name} is not on disk: {size / 1e9:.1f} GB, to <code>{folder}</code>."


def _code(text: str) -> str:
    """Escaped text in which text between backquotes is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
