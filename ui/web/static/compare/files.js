// The files of a comparison: saving it in every form, and opening one.

import { download } from "../shared/files.js";
import { menuItem, openMenu } from "../shared/menu.js";
import { REFERENCES } from "./picked.js";

const FORMATS = [["csv", "CSV table"], ["md", "Markdown"], ["latex", "LaTeX"], ["docx", "Word"],
  ["html", "Web page"], ["obsidian", "Notes for Obsidian (.zip)"], ...REFERENCES, ["json", "File to open again"]];

export class Files {
  /** `ask` asks the server, `comparison()` is what to save, `take(update)` what to do with an opened one. */
  constructor(root, { ask, comparison, take }) {
    Object.assign(this, { root, ask, comparison, take });
    const button = root.querySelector(".export"), file = root.querySelector(".file");
    const items = () => FORMATS.map(([format, name]) => menuItem(name, () => this.save(format)));
    button.addEventListener("click", () => openMenu(root, button, items()));
    file.addEventListener("change", () => this.open(file));
    this.pick = () => file.click();
  }

  async save(format) {
    const answer = await this.ask("export_comparison", { format, text: JSON.stringify(this.comparison()) });
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
