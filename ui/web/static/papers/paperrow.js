// The row of one paper in the table.

import { make, setHtml } from "../shared/dom.js";

const SHOWN = 3; // of the reader's tags

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
  const starred = cell("starred", "gridcell"), seen = cell("seen", "gridcell"), second = make("span", "second");
  const name = make("span", "title", title), begins = make("span", "opening", opening);
  tick.append(checkbox(`Choose ${title}`));
  starred.append(toggle("star", `Star ${title}`));
  seen.append(toggle("read", `Read: ${title}`));
  [name.dir, begins.dir] = ["auto", "auto"];
  name.title = title;
  second.append(make("span", "tags"), begins);
  paper.append(make("i", "dot"), name, second);
  if (drawn) {
    setHtml(name, drawn[0]);
    setHtml(begins, drawn[1]);
  }
  if (url) second.append(link(url, host));
  row.append(tick, cell("num", "gridcell", at + 1), starred, seen, paper);
  return row;
}

/** Shows the state of a row: its classes, its marks, and the colour of its group, a custom property's number in css/papers.css. */
export function paintRow(row, chosen, states, colour, mark) {
  row.setAttribute("aria-selected", String(chosen));
  row.querySelector("input").checked = chosen;
  for (const [name, on] of Object.entries(states)) row.classList.toggle(name, on);
  row.querySelector(".dot").style.background = colour === null ? "" : `var(--g${colour})`;
  row.classList.toggle("unread", !mark.read);
  press(row.querySelector(".star"), mark.starred, mark.starred ? "Take the star away (s)" : "Star (s)");
  press(row.querySelector(".read"), mark.read, mark.read ? "Mark as unread (u)" : "Mark as read (u)");
  const tags = row.querySelector(".tags"), text = mark.tags.join("\n");
  if (tags.dataset.text === text) return;
  tags.dataset.text = text;
  tags.replaceChildren(...mark.tags.slice(0, SHOWN).map((tag) => {
    const chip = make("span", "chip own", tag);
    chip.dir = "auto";
    return chip;
  }), ...(mark.tags.length > SHOWN ? [make("span", "chip own", `+${mark.tags.length - SHOWN}`)] : []));
}

function press(button, on, title) {
  button.setAttribute("aria-pressed", String(on));
  button.title = title;
}

/** A button of a mark; its sign is drawn by css/papers.css. */
function toggle(act, label) {
  const button = make("button", act);
  Object.assign(button, { type: "button", tabIndex: -1 });
  button.setAttribute("aria-label", label);
  button.append(make("i"));
  return button;
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
