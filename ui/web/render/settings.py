"""The Settings page as HTML: models, tests of endpoints, and the index. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.engine import shown_url
from rag.settings import Settings
from rag.types import ModelChoice, SystemStatus, WeightsStatus
from ui.web.render.status import mode_badge
from ui.web.render.text import escape, failure

MODE_NAMES = {
    "auto": "Automatic",
    "openai": "Endpoint",
    "local": "Embedded model",
    "quotes": "Quotes only",
}
_KEY = {True: "set", False: "deleted"}
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
    return "<strong>Getting ready</strong>" if choice is None else mode_badge(choice)


def answered(model: str, seconds: float) -> str:
    """A test that went well."""
    return (
        f'<p class="good" role="status">It answers: <strong>{escape(model)}</strong> '
        f"in {seconds:.1f} s.</p>"
    )


def faulty(what: str, remedy: str, fault: str) -> str:
    """A test that failed: what is wrong, and what to do about it in this form."""
    return failure(what, _REMEDIES.get(fault) or remedy)


def changes(before: Settings, after: Settings) -> list[str]:
    """What differs between two settings, a line for each, escaped; the key is never in it."""
    said = [
        _change("Who writes", MODE_NAMES[before.llm], MODE_NAMES[after.llm]),
        _change(
            "Endpoint", shown_url(before.llm_base_url or ""), shown_url(after.llm_base_url or "")
        ),
        _change("Model", before.llm_model or "", after.llm_model or ""),
        _change("Papers searched", str(before.top_papers), str(after.top_papers)),
    ]
    if before.llm_api_key != after.llm_api_key:
        was, now = before.llm_api_key is not None, after.llm_api_key is not None
        said.append("Another key is set." if was and now else f"The key is {_KEY[now]}.")
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


def as_set(now: Settings) -> str:
    """The server's settings to be read, for a visitor who may not change them."""
    endpoint = shown_url(now.llm_base_url or "") or ("OpenAI" if now.llm_api_key else "none")
    rows = [
        ("Who writes the answers", escape(MODE_NAMES[now.llm])),
        ("Endpoint", escape(endpoint)),
        ("Model", escape(now.llm_model or "the first one listed")),
        ("Papers searched", f"{now.top_papers} for a question"),
    ]
    if endpoint == "none":
        rows = [row for row in rows if row[0] not in ("Endpoint", "Model")]
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
