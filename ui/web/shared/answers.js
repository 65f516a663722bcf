// One question with its answer on the page, and what a reader can do with it: copy, save, rate, ask
// once more. It runs in the document's head.
"use strict";

{
  const { make, setHtml, setText } = window.paperchat;
  const WAITS = { waiting: "Getting the papers ready…", searching: "Searching…", reading: "Reading the sources…", writing: "Writing…" };

  /** A turn of which nothing is known (turn.py: Feed). */
  window.paperchat.EMPTY_FEED = { state: "done", sentences: [], note: "", foot: "", kind: "", cards: [], plain: "", copy: "", trace: "", bundle: null };

  /** The turns of one conversation by their ids, in order. */
  window.paperchat.Turns = class extends Map {
    get last() { return [...this.values()].pop(); }
    /** The messages before `turn`, or all of them, as the engine takes a history. */
    before(turn) {
      const all = [...this.values()];
      return all.slice(0, turn ? all.indexOf(turn) : undefined).filter(({ feed }) => feed?.plain).flatMap(({ question, feed }) => [
        { role: "user", content: question }, { role: "assistant", content: feed.plain }]);
    }
    /** What the browser keeps of them. */
    kept() { return [...this.values()].map(({ node, ...rest }) => rest); }
  };

  /** A turn with its node; `acts` is the template of the buttons under an answer. */
  window.paperchat.makeTurn = (id, question, papers, acts) => {
    const node = make("article", "turn"), answer = make("div", "answer");
    answer.append(make("p", "body"), make("p", "wait"), make("div", "note"), make("p", "foot"), make("div", "made"));
    answer.append(acts.content.cloneNode(true), make("div", "after"));
    node.append(make("h2", "question", question));
    if (papers.length) node.append(make("p", "within", `Asked only of ${papers.map((paper) => paper.title.split(/: |- /)[0]).join(", ")}`));
    node.append(answer);
    node.dataset.turn = id;
    return { id, question, papers, feed: null, node, stopped: false, thumb: null };
  };

  /** Puts a state of the turn on the page; what stands already stays untouched. */
  window.paperchat.paintTurn = (turn, feed) => {
    turn.feed = feed;
    const find = (selector) => turn.node.querySelector(selector), body = find(".body");
    for (const html of feed.sentences.slice(body.children.length)) {
      body.append(make("span", "sentence"), " ");
      body.lastElementChild.innerHTML = html;
    }
    setText(find(".wait"), turn.stopped ? "" : WAITS[feed.state] ?? "");
    setHtml(find(".note"), feed.note);
    setHtml(find(".foot"), turn.stopped ? "<span>Stopped</span>" : feed.foot);
    setHtml(find(".made"), feed.trace ?? "");
    turn.node.dataset.state = turn.stopped ? "stopped" : feed.state;
    turn.node.dataset.kind = feed.kind;
    turn.node.classList.toggle("whole", Boolean(feed.bundle));
    turn.node.querySelectorAll(".thumb").forEach((thumb) => thumb.setAttribute("aria-pressed", String(thumb.dataset.act === turn.thumb)));
  };

  /** Saves a file as `ui/exports.py` makes it: {name, type, text}. */
  window.paperchat.download = ({ name, type, text }) => {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  /** Copies text; where the page may not (no https), by the old way. Says so on the button. */
  window.paperchat.copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = make("textarea");
      box.value = text;
      button.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    const label = button.querySelector(".label") ?? button;
    const before = button.dataset.label ?? label.textContent;
    button.dataset.label = before;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; }, 1400);
  };

  const REASONS = {
    down: ["Wrong paper", "Something is missing", "Not what I asked", "It should have answered", "It should have declined"],
    up: ["Right and complete", "The right quotes"],
  };

  /** A form that asks why; `send(reason)` returns what to say then. */
  const askWhy = (thumb, send, close) => {
    const form = make("form", "why-form");
    const box = make("input", "reason");
    box.placeholder = thumb === "up" ? "What was good? (may stay empty)" : "What was wrong? (may stay empty)";
    box.setAttribute("aria-label", box.placeholder);
    box.maxLength = 500;
    const quick = REASONS[thumb].map((reason) => {
      const button = make("button", "quick", reason);
      button.type = "button";
      button.addEventListener("click", () => { box.value = reason; box.focus(); });
      return button;
    });
    const ok = make("button", "ok", "Send"), no = make("button", "quick", "Cancel");
    no.type = "button";
    no.addEventListener("click", close);
    form.append(...quick, box, ok, no);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      ok.disabled = true;
      const said = await send(box.value);
      if (said.html) { ok.disabled = false; form.querySelector(".failure")?.remove(); form.insertAdjacentHTML("beforeend", said.html); return; }
      form.replaceWith(make("p", "thanks", said.text));
    });
    queueMicrotask(() => box.focus());
    return form;
  };

  /** Calls `gone` when the server does not answer any more while `waiting()` holds. */
  window.paperchat.stillThere = (waiting, gone) => setTimeout(() => {
    if (waiting()) window.paperchat.reach().then(() => window.paperchat.stillThere(waiting, gone), gone);
  }, 3000);

  /** What the empty page says of the papers; asked again for as long as the engine is still opening. */
  window.paperchat.greet = async (call, about, examples, wanted) => {
    const said = await call("hello", {});
    if (said.failure || !wanted()) return;
    setHtml(about, said.about);
    setHtml(examples, said.examples);
    if (!said.settled) setTimeout(() => { if (wanted()) window.paperchat.greet(call, about, examples, wanted); }, 3000);
  };

  /** The buttons under an answer, by their names; `call` asks the server, `before` gives the history. */
  window.paperchat.Answers = class {
    constructor({ call, before, retry, edit, onChange }) { Object.assign(this, { call, before, retry, edit, onChange }); }

    copy(turn, button) { window.paperchat.copy(turn.feed.copy, button); }
    up(turn) { this.rate(turn, "up"); }
    down(turn) { this.rate(turn, "down"); }

    async share(turn, button) {
      const said = await this.call("export_turn", { format: button.dataset.format, text: JSON.stringify(turn.feed.bundle) });
      if (said.failure) setHtml(turn.node.querySelector(".after"), said.failure);
      else window.paperchat.download(said);
    }

    rate(turn, thumb) {
      const after = turn.node.querySelector(".after");
      after.replaceChildren(askWhy(thumb, (reason) => this.send(turn, thumb, reason), () => after.replaceChildren()));
    }

    async send(turn, thumb, reason) {
      const papers = turn.papers.map((paper) => paper.id);
      const said = await this.call("rate_turn", { thumb, reason, papers, history: this.before(turn), text: JSON.stringify(turn.feed.bundle) });
      if (said.failure) return { html: said.failure };
      turn.thumb = thumb;
      window.paperchat.paintTurn(turn, turn.feed);
      this.onChange();
      return { text: "Kept beside the index in feedback.jsonl: paperchat eval --questions FILE asks it again." };
    }
  };
}
