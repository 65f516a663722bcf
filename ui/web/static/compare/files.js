// The files of a comparison: saving it in every form, and opening one.

import { make } from "../shared/dom.js";
import { download } from "../shared/files.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { partOf } from "./growth.js";
import { REFERENCES } from "./picked.js";

const FORMATS = [["csv", "CSV table"], ["md", "Markdown"], ["latex", "LaTeX"], ["docx", "Word"],
  ["html", "Web page"], ["obsidian", "Notes for Obsidian (.zip)"], ...REFERENCES];

export class Files {
  /** `ask` asks the server, `comparison()` is what there is, the `toolbar` knows what is shown; `take(update)` gets an opened one. */
  constructor(root, { ask, comparison, toolbar, take }) {
    Object.assign(this, { root, ask, comparison, matrix: toolbar.matrix, take });
    const button = root.querySelector(".export"), file = root.querySelector(".file");
    const item = ([format, name]) => menuItem(name, () => this.save(format)), again = item(["json", "File to open again"]);
    const part = () => [toolbar.part()].filter(Boolean).map((text) => make("p", "said-so", text));
    const items = () => [...part(), ...FORMATS.map(item), make("hr"), again];
    button.addEventListener("click", () => openMenu(root, button, items()));
    file.addEventListener("change", () => this.open(file));
    this.pick = () => file.click();
  }

  /** What a file has: all of it, or what is shown, as it is shown. */
  part(whole) {
    const { matrix } = this, all = this.comparison(), keys = all.papers.map((paper) => paper.paper_id);
    if (whole) return partOf(all, keys, matrix.ordered());
    const shown = matrix.shownKeys();
    return partOf(all, shown.length ? shown : keys, matrix.shownColumns());
  }

  async save(format) {
    const answer = await this.ask("export_comparison", { format, text: JSON.stringify(this.part(format === "json")) });
    if (answer) download(answer);
  }

  async saveReferences(format, papers) {
    const answer = await this.ask("export_chosen", { format, papers: papers.map(({ id }) => id) });
    if (answer) download(answer);
  }

  async open(input) {
    const [file] = input.files;
    if (!file) return;
    const answer = await this.ask("open_comparison", { text: await file.text() });
    input.value = "";
    if (answer) this.take(answer.update);
  }
}
