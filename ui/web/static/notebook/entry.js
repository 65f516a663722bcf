// One pinned quote on the Notebook page.

import { make, setHtml, setText, smallButton } from "../shared/dom.js";
import { idOf } from "../shared/notebook.js";
import { openPaper } from "../shared/paperlist.js";

/** The node of a quote. `acts` are {up, down, remove, note}, each called with the quote's id. */
export function entryOf(pin, acts) {
  const id = idOf(pin), node = make("li", "entry"), about = pin.text.slice(0, 60);
  const quote = make("blockquote", "", pin.text), facts = make("p", "facts"), box = make("textarea", "own-note");
  const buttons = make("div", "acts");
  node.dataset.id = id;
  quote.dir = "auto";
  buttons.append(
    smallButton(`Move up: ${about}`, "↑", () => acts.up(id)),
    smallButton(`Move down: ${about}`, "↓", () => acts.down(id)),
    smallButton(`Remove: ${about}`, "×", () => acts.remove(id)),
  );
  [...buttons.children].forEach((button, at) => {
    button.dataset.act = ["up", "down", "remove"][at];
    button.title = ["Move up", "Move down", "Remove"][at];
  });
  Object.assign(box, { value: pin.note ?? "", rows: 1, placeholder: "Your note", maxLength: 20_000 });
  box.setAttribute("aria-label", `Your note on: ${about}`);
  box.addEventListener("input", () => acts.note(id, box.value));
  node.append(quote, facts, make("p", "doubt"), box, buttons);
  return node;
}

/** Puts what the server said of a quote (ui/web/pages/notebook.py) on its node; null if nothing yet. */
export function paintEntry(node, pin, seen, titled) {
  if (seen) setHtml(node.querySelector("blockquote"), seen.text);
  const facts = node.querySelector(".facts"), parts = [];
  if (titled) parts.push(...titleOf(pin, seen));
  if (seen?.where) parts.push(make("span", "where", seen.where));
  if (pin.question) parts.push(make("span", "asked", `from “${pin.question}”`));
  facts.replaceChildren(...parts);
  const box = node.querySelector("textarea");
  if (box !== document.activeElement && box.value !== pin.note) box.value = pin.note ?? "";
  setText(node.querySelector(".doubt"), seen?.doubt ? `⚠ ${seen.doubt[0].toUpperCase()}${seen.doubt.slice(1)}.` : "");
  node.classList.toggle("doubtful", Boolean(seen?.doubt));
}

/** The title of a quote's paper: it opens the paper's abstract, where the paper is here, and has its address beside it. */
export function titleOf(pin, seen) {
  const here = seen && seen.place !== "gone", title = make(here ? "button" : "span", "title", pin.title);
  title.dir = "auto";
  if (seen) setHtml(title, seen.title);
  if (here) Object.assign(title, { type: "button", title: "Open the abstract", onclick: () => openPaper(pin.paper) });
  if (!seen?.url) return [title];
  const away = make("a", "away", seen.host);
  Object.assign(away, { href: seen.url, target: "_blank", rel: "noopener noreferrer" });
  away.append(make("span", "sr", " (opens in a new tab)"));
  return [title, away];
}
