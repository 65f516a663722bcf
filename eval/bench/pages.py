"""What each page of the window costs to load: time, layout shift, bytes, requests, long tasks.

The figures are those that Lighthouse asks for, taken by the browser itself. Needs the `dev` extra.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from eval.bench.commands import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_PAGES = ("chat", "papers", "compare", "check", "notebook", "library", "settings", "evaluate")
_SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
_VISITS = 3
_SETTLED = 1000  # milliseconds after which nothing moves any more
_WATCH = """
window.seen = { shift: 0, long: [] };
const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({ type, buffered: true });
watch("layout-shift", (one) => { if (!one.hadRecentInput) window.seen.shift += one.value; });
watch("longtask", (one) => window.seen.long.push(one.duration));
const look = () => {
  const page = document.querySelector(".block.pc-page[data-settled]");
  if (page) window.seen.usable = performance.now();
  else requestAnimationFrame(look);
};
look();
"""
# Ours are the modules under ui/ and what is written into the page itself.
_FIGURES = """() => {
  const all = performance.getEntriesByType("resource"), own = (one) => /[/]ui[/]/.test(one.name);
  const sum = (list) => list.reduce((bytes, one) => bytes + one.encodedBodySize, 0);
  const scripts = all.filter(({ name }) => /[.]js$/.test(name)), sheets = all.filter(({ name }) => /[.]css$/.test(name));
  const inline = [...document.querySelectorAll("head style")].map((node) => node.textContent);
  const ours = inline.filter((text) => text.includes("--pc-page"));
  return {
    ...window.seen, requests: all.length + 1, total: sum(all) + performance.getEntriesByType("navigation")[0].encodedBodySize,
    scripts: sum(scripts.filter(own)), others: sum(scripts.filter((one) => !own(one))),
    styles: new Blob(ours).size, sheets: sum(sheets),
  };
}"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Load:
    """One page on one screen, loaded with an empty cache: medians of several visits.

    ``usable`` and ``blocked`` are milliseconds: until the page is seen and can be used, and of
    tasks over 50 ms. The rest but ``shift`` (a layout shift score) and ``requests`` are bytes.
    """

    page: str
    screen: str
    usable: float
    shift: float
    blocked: float
    requests: float
    scripts: float
    styles: float
    others: float
    sheets: float
    total: float


def loads() -> list[Load]:
    """Every page on every screen, of a server over the delivered papers that is up and warm."""
    from playwright.sync_api import sync_playwright

    with serving() as served, sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=_ARGS)
        _visit(browser, served.url, _SIZES["laptop"])
        found = [_load(browser, served.url, page, screen) for screen in _SIZES for page in _PAGES]
        browser.close()
    return found


def _load(browser: Browser, url: str, page: str, screen: str) -> Load:
    visits = [_visit(browser, f"{url}/#{page}", _SIZES[screen]) for _ in range(_VISITS)]
    middle = {name: median(visit[name] for visit in visits) for name in visits[0]}
    return Load(page, screen, **middle)


def _visit(browser: Browser, url: str, size: tuple[int, int]) -> dict[str, float]:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.add_init_script(_WATCH)
    page.goto(url)
    page.wait_for_function("window.seen.usable")
    page.wait_for_timeout(_SETTLED)
    seen: dict[str, Any] = page.evaluate(_FIGURES)
    page.close()
    tasks = seen.pop("long")
    return {**seen, "blocked": sum(tasks)}


def table(found: Sequence[Load]) -> str:
    """A Markdown table of ``found``."""
    lines = [
        "\n### pages\n",
        "| page | screen | usable ms | layout shift | long tasks ms | requests | our scripts KB "
        "| our styles KB | Gradio's scripts KB | Gradio's styles KB | all KB |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        sizes = (one.scripts, one.styles, one.others, one.sheets, one.total)
        kilobytes = " | ".join(f"{size / 1000:,.0f}" for size in sizes)
        lines.append(
            f"| {one.page} | {one.screen} | {one.usable:,.0f} | {one.shift:.3f} "
            f"| {one.blocked:,.0f} | {one.requests:.0f} | {kilobytes} |"
        )
    return "\n".join(lines)


def pages() -> str:
    """Load every page and return the table."""
    return table(loads())
