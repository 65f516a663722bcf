// The header: Gradio runs this once with `element`, `props` and `watch` in scope.
// props.value is the status as HTML, escaped in ui/render; the links beside it stay as they are.
"use strict";

const { setHtml, onPage } = window.paperchat;
const status = element.querySelector(".status");
const links = [...element.querySelectorAll("nav a")];

const show = () => setHtml(status, props.value ?? "");
onPage((page) => {
  for (const link of links) {
    if (link.hash === `#${page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
});
watch("value", show);
show();
