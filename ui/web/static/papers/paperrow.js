// The row of one paper in the table.

import { make, setHtml } from "../shared/dom.js";

function cell(cls, role, text = "") {
  const node = make("div", cls, text);
  node.setAttribute("role", role);
  return node;
}

/**
 * What is in a row goes in as text, unless it has TeX: then `drawn` is its title and opening in markup, from
 * ui/web/render/papers.py. The server has checked the address `url`.
 */
export function paperRow({ at, title, opening, url, host, drawn }) {
  const row = cell("line", "row"), tick = cell("tick", "gridcell"), paper = cell("paper", "rowheader");
  const second = make("span", "second");
  tick.append(checkbox(`Choose ${title}`));
  second.append(make("span", "opening", opening));
  paper.append(make("i", "dot"), make("span", "title", title), second);
  if (drawn) {
    setHtml(paper.querySelector(".title"), drawn[0]);
    setHtml(paper.querySelector(".opening"), drawn[1]);
  }
  if (url) second.append(link(url, host));
  row.append(tick, cell("num", "gridcell", at + 1), paper);
  return row;
}

/** Shows the state of a row: its classes, and the colour of its group, a custom property's number in css/papers.css. */
export function paintRow(row, chosen, states, colour) {
  row.setAttribute("aria-selected", String(chosen));
  row.querySelector("input").checked = chosen;
  for (const [name, on] of Object.entries(states)) row.classList.toggle(name, on);
  row.querySelector(".dot").style.background = colour === null ? "" : `var(--g${colour})`;
}

function checkbox(label) {
  const box = make("input");
  Object.assign(box, { type: "checkbox", tabIndex: -1 });
  box.setAttribute("aria-label", label);
  return box;
}

function link(url, host) {
  const node = make("a", "away", host);
  Object.assign(node, { href: url, target: "_blank", rel: "noopener noreferrer", tabIndex: -1 });
  node.append(make("span", "sr", " (opens in a new tab)"));
  return node;
}
