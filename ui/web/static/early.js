// Light or dark, as chosen in this browser. This script is inlined at the beginning of the
// page's head, so that nothing is painted before it runs; that is why it is not a module. The choice is an attribute
// of <html>, data-choice ("system", "light" or "dark"): whoever changes it changes the theme.
"use strict";

{
  const KEY = "paperchat.theme", CHOICES = ["system", "light", "dark"];
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  const read = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const save = () => { try { localStorage.setItem(KEY, root.dataset.choice); } catch { /* it lasts until the page is closed */ } };

  // Gradio sets the body's class by the system's theme when it starts and when that theme changes. A class is
  // changed here only where it is wrong, so that the observers do not call each other forever.
  const apply = () => {
    const dark = root.dataset.choice === "dark" || (root.dataset.choice === "system" && systemIsDark.matches);
    for (const node of [root, document.body]) {
      if (node && node.classList.contains("dark") !== dark) node.classList.toggle("dark", dark);
    }
    root.dataset.theme = dark ? "dark" : "light";
    root.style.colorScheme = dark ? "dark" : "light";
  };

  const saved = read();
  root.dataset.choice = CHOICES.includes(saved) ? saved : "system";
  let watched = null;
  new MutationObserver((changes) => {
    if (changes.some(({ attributeName }) => attributeName === "data-choice")) save();
    apply();
    if (!document.body || document.body === watched) return;
    watched = document.body;
    new MutationObserver(apply).observe(watched, { attributeFilter: ["class"] });
  }).observe(root, { childList: true, attributeFilter: ["class", "data-choice"] });
  addEventListener("storage", ({ key }) => { // another tab has chosen, or all was deleted
    if (key === KEY || key === null) root.dataset.choice = CHOICES.includes(read()) ? read() : "system";
  });
  systemIsDark.addEventListener("change", apply);
  apply();
}
