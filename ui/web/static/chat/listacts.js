// Small actions on a list of papers: compare them, take their references, ask only them.

import { make } from "../shared/dom.js";
import { menuItem, openMenu } from "../shared/menu.js";

const MOST_COMPARED = 50; // papers of a comparison
const REFERENCES = [["bibtex", "BibTeX"], ["ris", "RIS"], ["csl-json", "CSL-JSON"]];

/**
 * A row of buttons for `papers` ({id, title}); `compare(papers)`, `cite(format)` and `ask(papers)` act. The menu
 * of references opens inside of `root`.
 */
export function paperActs(root, papers, { compare, cite, ask }) {
  const row = make("div", "paper-acts"), many = papers.length, compared = papers.slice(0, MOST_COMPARED);
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", `These ${many} papers`);
  const references = button("Download references", () => {
    openMenu(root, references, REFERENCES.map(([format, name]) => menuItem(name, () => cite(format))));
  });
  references.setAttribute("aria-haspopup", "true");
  row.append(
    make("span", "", `These ${many} papers:`),
    button(many > MOST_COMPARED ? `Compare the first ${MOST_COMPARED}` : "Compare", () => compare(compared)),
    references,
    button("Ask only these", () => ask(papers)),
  );
  return row;
}

function button(text, act) {
  const made = make("button", "", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
