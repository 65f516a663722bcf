// Papers and columns that are taken out of the table, and what one does with chosen rows.

import { failure, setHtml } from "../shared/dom.js";
import { send } from "../shared/exchange.js";
import { FEWEST } from "./choice.js";
import { showPicked } from "./picked.js";
import { count } from "./toolbar.js";

const TOO_FEW = "A comparison takes two papers at least. New comparison begins another one.";

/** Shows the line for the rows of `page` that are chosen. */
export function showChosen(page) {
  const { choice, matrix } = page, papers = choice.papers.filter(({ id }) => matrix.picked.has(id));
  showPicked(page.find(".picked"), page.root, papers, {
    ask: (them) => send("scope", them),
    compare: (them) => page.takePapers(them),
    references: (format, them) => page.files.saveReferences(format, them),
    remove: (them) => removePapers(page, them),
    none: () => matrix.pickAll(false),
  });
}

export function removePapers(page, papers) {
  const { choice } = page, before = choice.papers;
  if (before.length - papers.length < FEWEST) return setHtml(page.note, failure(TOO_FEW));
  choice.papers = before.filter((paper) => !papers.includes(paper));
  page.changed();
  page.offerUndo(`${count(papers.length, "paper")} removed.`, () => { choice.papers = before; page.changed(); });
}

export function removeColumn(page, name) {
  const { choice } = page, before = choice.aspects.map((aspect) => ({ ...aspect }));
  const aspect = choice.aspects.find((one) => one.name === name);
  if (!aspect) return;
  if (choice.isDefault(aspect)) aspect.on = false; else choice.removeAspect(aspect);
  page.changed();
  page.offerUndo(`“${name}” removed.`, () => { choice.aspects = before; page.changed(); });
}
