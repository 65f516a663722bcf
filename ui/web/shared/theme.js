// Light or dark, as chosen in this browser. It runs at the head's beginning, before anything is painted.
"use strict";

window.paperchatTheme = (() => {
  const KEY = "paperchat.theme", THEMES = ["system", "light", "dark"];
  const night = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  let kept = null;
  try { kept = localStorage.getItem(KEY); } catch { /* forbidden: as the system has it */ }
  let theme = THEMES.includes(kept) ? kept : "system";

  // Gradio sets the body's class by the system's theme, when it starts and when that changes. A class is
  // only touched where it is wrong, so that the observers come to rest.
  function apply() {
    const dark = theme === "dark" || (theme === "system" && night.matches);
    for (const node of [root, document.body]) {
      if (node && node.classList.contains("dark") !== dark) node.classList.toggle("dark", dark);
    }
    root.dataset.theme = dark ? "dark" : "light";
    root.style.colorScheme = dark ? "dark" : "light";
  }

  new MutationObserver(() => {
    apply();
    if (document.body && !document.body.pcWatched) {
      document.body.pcWatched = true;
      new MutationObserver(apply).observe(document.body, { attributeFilter: ["class"] });
    }
  }).observe(root, { childList: true, attributeFilter: ["class"] });
  night.addEventListener("change", apply);
  apply();

  return {
    get: () => theme,
    /** Takes effect at once; false where the browser does not keep it. */
    set: (wanted) => {
      theme = THEMES.includes(wanted) ? wanted : "system";
      apply();
      try { localStorage.setItem(KEY, theme); return true; } catch { return false; }
    },
  };
})();
