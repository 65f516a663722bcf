// The line over the table for the rows that are chosen: ask them, compare them, take their references, take them out.

import { make } from "../shared/dom.js";
import { menuItem, openMenu } from "../shared/menu.js";

export const REFERENCES = [["bibtex", "BibTeX"], ["ris", "RIS"], ["csl-json", "CSL-JSON"]];

/** `acts` has ask, compare, remove (each of a list of {id, title}), references(format, papers) and none(). */
export function showPicked(node, root, papers, acts) {
  node.hidden = !papers.length;
  if (!papers.length) return node.replaceChildren();
  const save = act("Download references", () => {
    openMenu(root, save, REFERENCES.map(([format, name]) => menuItem(name, () => acts.references(format, papers))));
  });
  save.setAttribute("aria-haspopup", "dialog");
  const only = act("Compare only these", () => acts.compare(papers));
  only.disabled = papers.length < 2;
  node.replaceChildren(
    make("strong", "", papers.length === 1 ? "1 paper chosen" : `${papers.length} papers chosen`),
    act("Ask these", () => acts.ask(papers)), only, save,
    act("Remove", () => acts.remove(papers)), act("Choose none", acts.none, "plain"),
  );
}

function act(text, then, cls = "quiet") {
  const button = make("button", cls, text);
  button.type = "button";
  button.addEventListener("click", () => then());
  return button;
}
