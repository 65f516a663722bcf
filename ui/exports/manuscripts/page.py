"""A checked manuscript as a self-contained web page. Pure."""

from __future__ import annotations

from rag.types import CheckedManuscript
from ui.web.render.basics.text import duration, escape
from ui.web.render.manuscript import VERDICTS, counts_of, lead, missing, notes, text

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1c1a; --soft: #625e57; --line: #e3e0d9; --page: #f7f6f3;
  --card: #fff; --accent: #0d5f66; --tint: #e2efee; --warn: #8a4b00; --warn-tint: #fdf1e0;
  --bad: #a3262a; --bad-tint: #fbeceb; --plain: #ecebe6; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece9e2; --soft: #a9a59c; --line: #2e3132;
  --page: #141516; --card: #1c1e1f; --accent: #74c6c6; --tint: #1b3336; --warn: #f0b36a;
  --warn-tint: #33281a; --bad: #f09a95; --bad-tint: #382020; --plain: #26292a; } }
body { max-width: 1180px; margin: 0 auto; padding: 36px 20px; background: var(--page);
  color: var(--ink); font: 16px/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 24px; line-height: 1.3; }
h2 { margin: 32px 0 4px; font-size: 19px; } p { margin: 0; } a { color: var(--accent); }
.lead, footer { color: var(--soft); font-size: 14px; }
.remark { margin-top: 8px; color: var(--warn); font-size: 14px; }
.counts { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0 0; padding: 0; }
.counts li { padding: 4px 12px; border: 1px solid var(--line); border-radius: 9px;
  background: var(--card); font-size: 14px; list-style: none; } .counts b { margin-right: 5px; }
.passage { display: grid; grid-template-columns: minmax(0, 1fr) 400px; gap: 8px 28px;
  align-items: start; margin-top: 14px; } .note .said { font-size: 14px; }
.said { position: sticky; top: 16px; }
.supported { --hue: var(--accent); --back: var(--tint); }
.partly { --hue: var(--warn); --back: var(--warn-tint); }
.contradicted { --hue: var(--bad); --back: var(--bad-tint); }
.not_found, .not_in_library, .not_checked, .uncited { --hue: var(--soft); --back: var(--plain); }
.sentence { padding: 1px 0; border-radius: 3px; background: var(--back);
  text-decoration: underline 2px var(--hue); text-underline-offset: 4px;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.sentence.not_found { text-decoration-style: dashed; }
.sentence.not_in_library { text-decoration-style: dotted; }
.sentence:is(.uncited, .not_checked) { background: none; text-decoration-thickness: 1px; }
.n { margin-left: 3px; font-size: 12px; font-weight: 650; line-height: 0; text-decoration: none;
  vertical-align: super; } .verdict .n { margin: 0 4px 0 0; vertical-align: baseline; }
.beside { display: grid; gap: 8px; }
.card { padding: 10px 14px; border: 1px solid var(--line); border-left: 3px solid var(--hue);
  border-radius: 10px; background: var(--card); font-size: 14px; line-height: 1.5; }
.card:target, .sentence:target { outline: 2px solid var(--accent); }
.card strong, .label { color: var(--hue); } .label { font-size: 13px; white-space: nowrap; }
.where, .why, .status, .part { color: var(--soft); font-size: 13px; } .part { font-style: italic; }
.card ul { margin: 6px 0 0; padding: 0; list-style: none; } .card li + li { margin-top: 8px; }
blockquote { margin: 4px 0 0; padding-left: 10px; border-left: 2px solid var(--line);
  color: var(--soft); }
.wide { overflow-x: auto; } table { margin-top: 10px; border-collapse: collapse; font-size: 14px; }
th, td { padding: 6px 10px; border: 1px solid var(--line); text-align: left; vertical-align: top; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
footer { margin-top: 36px; }
@media (max-width: 860px) { .passage { grid-template-columns: minmax(0, 1fr); }
  .said { position: static; } }
@media print { body { padding: 0; } .said { position: static; } .card { break-inside: avoid; } }
"""


def document(checked: CheckedManuscript) -> str:
    """A web page with the text, its sentences marked, and the quotes; it loads nothing else."""
    away = missing(checked)
    table = f'<div class="wide">{away}</div>' if away else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(checked.name)}, checked</title><style>{_STYLE}</style></head><body>"
        f'<h1>{escape(checked.name)}</h1><p class="lead">{escape(lead(checked))}</p>'
        f'<ul class="counts">{_counts(checked)}</ul>{notes(checked)}<main>{text(checked)}</main>'
        + (f"<h2>Cited papers that are not in the library</h2>{table}" if away else "")
        + f"<footer>Checked in {duration(checked.seconds * 1000)}. A verdict says what the cited "
        "abstracts say; the papers may say more. Nothing in the file was changed.</footer>"
        "</body></html>\n"
    )


def _counts(checked: CheckedManuscript) -> str:
    return "".join(
        f'<li title="{escape(VERDICTS[verdict].meaning)}"><b>{number}</b>'
        f"{escape(VERDICTS[verdict].label)}</li>"
        for verdict, number in counts_of(checked).items()
        if number
    )
