// The map of the Papers page: fetched, shown, laid out anew, and gone over by the keyboard.

import { make, setText } from "../shared/dom.js";
import { cloudOf } from "./cloud.js";
import { dressGroups, titleOf } from "./groups.js";
import { legendOf, mapInWords, waitingFor, WALKING, ZOOM_IN } from "./legend.js";
import { MapNews } from "./news.js";
import { walkOn } from "./walking.js";

export class Mapping {
  /** `page` has the chart (a PointMap), and gets the `map`, {labels, groups}. */
  constructor(page) {
    const { chart, find } = page, { canvas } = chart;
    Object.assign(this, { page, said: make("p", "sr") });
    this.said.setAttribute("role", "status");
    find(".chart").append(this.said);
    Object.assign(canvas, { tabIndex: 0, role: "application", ariaDescription: WALKING });
    canvas.setAttribute("aria-roledescription", "map");
    this.news = new MapNews(find(".chart"), chart, () => this.load(page.table, "lay_out_anew"));
    walkOn(chart, {
      onChoose: (at) => page.selection.toggle(at), onWalk: (at) => this.tell(at),
      onCrowd: () => setText(this.said, ZOOM_IN),
    });
  }

  /** Fetches the map of a table; it may take minutes, in which the papers may change. */
  async load(table, call = "draw_map") {
    const { page } = this, wait = page.find(".wait");
    setText(wait, waitingFor(table.count));
    page.find(".chart").classList.add("waiting");
    const answer = await page.ask(call);
    if (table !== page.table) return;
    setText(wait, "");
    page.find(".chart").classList.remove("waiting");
    if (answer?.key === table.key) this.show(answer);
  }

  show(answer) {
    const { page } = this, { chart, find } = page, cloud = cloudOf(answer), count = cloud.xs.length, groups = dressGroups(answer.groups);
    page.map = { labels: cloud.labels, groups };
    chart.setCloud(cloud, groups);
    const options = groups.flatMap((group, at) => (group.size ? [new Option(titleOf(group), at)] : []));
    page.group = "";
    find(".group").replaceChildren(find(".group").options[0], ...options);
    chart.canvas.setAttribute("aria-label", mapInWords(count, options.map(({ text }) => text)));
    setText(find(".legend"), legendOf(answer.projected, count));
    this.news.set(answer, count);
    page.show();
  }

  /** Says the paper that the keyboard has come to. */
  async tell(at) {
    const { page } = this, [row] = await page.store.load([at]) ?? [];
    if (!row || page.hovered !== at) return;
    const { groups, labels } = page.map, fresh = page.chart.look.fresh.has(at) ? ", new" : "";
    const chosen = page.selection.chosen.has(at) ? ", chosen" : "";
    setText(this.said, `${row.title}. ${groups[labels[at]].name}${fresh}${chosen}.`);
  }
}
