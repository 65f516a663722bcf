"""A checked manuscript as a file to save: HTML, Markdown or JSON. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from rag.errors import InputError
from rag.text.characters.escaping import as_markdown
from rag.types import CheckedManuscript, CheckedSentence, CitedWork
from ui.exports.files import File
from ui.exports.json_text import as_json
from ui.exports.manuscripts.page import document
from ui.web.render.basics.text import safe_url
from ui.web.render.manuscript import (
    VERDICTS,
    counts_of,
    lead,
    place_text,
    quotes_of,
    work_text,
)


def as_report(checked: CheckedManuscript) -> str:
    """JSON: `CheckedManuscript`, with how many sentences have each verdict."""
    plain = {"verdicts": counts_of(checked), **asdict(checked)}
    return as_json(plain) + "\n"


def as_markdown_report(checked: CheckedManuscript) -> str:
    """Markdown: counts, each sentence with verdict and quotes, and what the library lacks."""
    counts = [f"- {VERDICTS[v].label}: {n}" for v, n in counts_of(checked).items() if n]
    lines = [f"# {as_markdown(checked.name)}", as_markdown(lead(checked)), "\n".join(counts)]
    lines += [f"> {as_markdown(note)}" for note in checked.notes]
    lines += [_sentence(sentence) for sentence in checked.sentences]
    if away := [work for work in checked.works if not work.paper_id]:
        lines += ["## Cited papers that are not in the library", _works(away)]
    return "\n\n".join(filter(None, lines)) + "\n"


def _sentence(sentence: CheckedSentence) -> str:
    why = f" ({as_markdown(sentence.why)})" if sentence.why else ""
    said = VERDICTS[sentence.verdict].label
    lines = [
        f"**{said}**{why}, {place_text(sentence.place)}: {as_markdown(sentence.text)}",
    ]
    for quoted in quotes_of(sentence):
        title = as_markdown(quoted.title or quoted.key)
        url = safe_url(quoted.url)
        named = f"[{title}](<{url}>)" if url and ">" not in url else title
        verdict = VERDICTS[quoted.verdict].label
        claim = f" (of “{as_markdown(quoted.claim)}”)" if quoted.claim else ""
        lines.append(f"- {named}: {verdict}{claim}")
        lines += [f"  > {as_markdown(quote.text)}" for quote in quoted.quotes]
    return "\n".join(lines)


def _works(works: list[CitedWork]) -> str:
    return "\n".join(f"- {as_markdown(work_text(work))}" for work in works)


_FORMS: Mapping[str, tuple[str, Callable[[CheckedManuscript], str]]] = {
    "html": ("text/html", document),
    "md": ("text/markdown", as_markdown_report),
    "json": ("application/json", as_report),
}


def check_form(form: str) -> None:
    """Raises InputError for an unknown format."""
    if form not in _FORMS:
        raise InputError(f"There is no format {form!r}.", f"Formats are {', '.join(_FORMS)}.")


def export_manuscript(form: str, checked: CheckedManuscript) -> File:
    """The report in this form. Raises InputError for an unknown one."""
    check_form(form)
    media, write = _FORMS[form]
    return File(name=f"check.{form}", type=media, content=write(checked))
