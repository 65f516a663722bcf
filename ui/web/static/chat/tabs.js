// What survives: several tabs of one reader, and the page being loaded again.

import { recall, store } from "../shared/storage.js";
import { isEnded } from "./turns.js";

const WRITTEN = "paperchat.written"; // what stands in the box and is not asked yet

/** Shows in `page` (the ChatPage) what other tabs add to the conversation that is open, or that they deleted it. */
export class Tabs {
  constructor(page) {
    this.page = page;
    keepDraft(page.box);
    addEventListener("storage", ({ key }) => {
      if (!page.chat || page.running || !page.chats.isOf(key, page.chat)) return;
      if (page.chats.load(page.chat)) this.catchUp();
      else page.reset(); // it was deleted
    });
  }

  /** Adds what is new. While an answer is on its way, nothing moves; at its end this is called again. */
  catchUp() {
    const { page } = this, stored = page.chat ? page.chats.load(page.chat) : null;
    if (page.running || !stored) return;
    const isNew = ({ id, feed, stopped }) => !page.turns.get(id) && !page.chats.known.has(id) && (stopped || isEnded(feed));
    const turns = stored.turns.filter(isNew);
    if (turns.length) page.load({ turns, scope: page.scope.papers, filter: page.filterNow() });
  }
}

/** Keeps what is written in `box` (an AskBox) while the page is loaded again, as after a lost connection. */
function keepDraft(box) {
  const written = recall(WRITTEN, "");
  if (written && box.isEmpty) box.set(written);
  addEventListener("pagehide", () => { if (!("wiped" in document.documentElement.dataset)) store(WRITTEN, box.text); });
}
