// The keyboard shortcuts of the Chat page (pages/chat.js).

export const shortcutsOf = (page) => [
  { key: "/", what: "Write a question", act: () => page.box.focus() },
  { key: "Enter", what: "Ask it (Shift and Enter begins a new line)" },
  { key: "Esc", what: "Stop the answer, close a menu" },
  { key: "n", what: "New conversation", act: () => page.reset() },
  { key: "c", what: "List of conversations", act: () => page.drawer.toggle() },
  { key: "s", what: "Go to the sources", act: () => page.find(".card")?.focus() },
  { key: "↑ ↓", what: "From source to source; Enter opens the abstract" },
];
