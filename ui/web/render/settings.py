"""The Settings page as HTML: models, tests of endpoints, and the index. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import ModelChoice, SystemStatus, WeightsStatus
from ui.web.render.status import mode_badge
from ui.web.render.text import escape, failure

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


def saved(path: str, overriding: Sequence[str]) -> str:
    """Where the settings were written, and which variables override them."""
    text = f"In use now, and written to <code>{escape(path)}</code>."
    if overriding:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in overriding)
        verb = "overrides" if len(overriding) == 1 else "override"
        text += f" At the next start the environment's {names} {verb} it."
    return f'<p class="good" role="status">{text}</p>'


def facts(report: SystemStatus) -> str:
    """What is indexed and by what, as `paperchat status` reports it."""
    index, embedder = report.index, report.embedder
    rows = [
        ("Papers", f"{index.papers:,} in {index.chunks:,} chunks"),
        ("Index", f"<code>{escape(index.folder)}</code>"),
        ("Embedder", escape(f"{embedder.name}, revision {embedder.revision}; {embedder.runtime}")),
        ("Version", f"paperchat {escape(report.version)}"),
    ]
    missing = "".join(
        f'<p class="lacks">{_code(line)}</p>' for line in report.missing if "index" in line
    )
    body = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    return f"<dl>{body}</dl>{missing}"


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
