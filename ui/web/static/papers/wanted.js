// A group that another page wants to be shown alone, such as one of the empty Chat page.

import { receive } from "../shared/exchange.js";

/** Shows the group of the number that is sent as "group", once the map has come with its groups. */
export function showWanted(page) {
  const chooser = page.find(".group");
  let wanted = null;
  const show = () => {
    if (wanted === null || !page.map || ![...chooser.options].some(({ value }) => value === String(wanted))) return;
    page.group = "";
    page.onlyGroup(wanted);
    wanted = null;
  };
  new MutationObserver(show).observe(chooser, { childList: true });
  receive("group", (at) => { wanted = at; show(); });
}
