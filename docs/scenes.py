"""What the pictures show: each page of the window with something real on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

MANUSCRIPT = Path(__file__).parents[1] / "tests" / "checking" / "manuscripts" / "samples"
WAIT = 120_000  # milliseconds

# What somebody drops in: made up, but for the paper that is there already under another name.
DROPPED = """
@article{moss, title={Moss on Stones}, author={Ada Moss and Li Wu}, year={2021}, journal={Lichens},
  abstract={Moss covers stones near water. We count its species on 300 stones and find 41 of them.}}
@inproceedings{ferns, title={Ferns in Caves}, author={J{\\"o}rg M{\\"u}ller}, year={2023},
  booktitle={Caves}, abstract={Ferns grow in caves where light is weak. We measure 12 of them.}}
@article{moss2, title={Moss on stones}, author={Moss, Ada and Wu, Li}, year={2021},
  abstract={Moss covers stones near water. We count its species on 300 stones and find 41 of them.}}
@book{bare, title={A Book of Lichens}, author={N. Nobody}, year={1999}}
@article{broken, title={Never closed
"""


def settle(page: Page) -> None:
    """Wait until what fades or slides in is there."""
    page.wait_for_timeout(700)


def go(page: Page, name: str) -> None:
    """Go to the page that the address calls ``name``."""
    page.evaluate("(name) => { location.hash = name; }", name)
    page.locator(".block.pc-page[data-settled]:visible").wait_for(timeout=WAIT)


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer with what follows it."""
    turns = page.locator(".turn").count()
    page.locator("#pc-question").fill(question)
    page.keyboard.press("Enter")
    page.locator('.turn[data-state="done"]').nth(turns).wait_for(timeout=WAIT)
    page.locator(".turn").nth(turns).locator(".next .try").first.wait_for(timeout=WAIT)
    settle(page)


def landing(page: Page) -> None:
    page.locator(".example").first.wait_for(timeout=WAIT)
    page.locator(".topic").first.wait_for(timeout=WAIT)


def answer(page: Page) -> None:
    """A list, with the quote behind its second line."""
    ask(page, "Which papers use Mamba or state space models?")
    page.locator(".turn .chip").nth(1).click()
    settle(page)


def overview(page: Page) -> None:
    ask(page, "Give me an overview")
    page.locator("#pc-chat .scroll").evaluate("(node) => node.scrollTo(0, 0)")
    settle(page)


def declined(page: Page) -> None:
    ask(page, "What batch size did SpectFormer use?")
    page.get_by_text("How this answer was made").last.click()
    settle(page)


def papers(page: Page) -> None:
    """The table, the map, and one abstract."""
    go(page, "papers")
    page.locator("#pc-papers-page .body [role=row]").nth(6).locator(".title").click()
    page.locator("#pc-papers-page .reader .similar li").first.wait_for(timeout=WAIT)
    page.wait_for_function(
        "!document.querySelector('#pc-papers-page .wait').textContent", timeout=WAIT
    )
    settle(page)


def the_map(page: Page) -> None:
    go(page, "papers")
    button = page.locator("#pc-papers-page").get_by_role("button", name="Map", exact=True)
    if button.is_visible():
        button.click()
    page.wait_for_function(
        "!document.querySelector('#pc-papers-page .wait').textContent", timeout=WAIT
    )
    settle(page)


def comparison(page: Page) -> None:
    """Ten papers by eight columns."""
    go(page, "compare")
    page.get_by_role("combobox", name="Add papers").fill(
        "Which papers propose a vision transformer?"
    )
    page.get_by_role("option", name="The papers about").click(timeout=WAIT)
    page.locator("#pc-compare .chosen.papers li").first.wait_for(timeout=WAIT)
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator("#pc-compare .foot", has_text="cells stated").wait_for(timeout=WAIT)
    settle(page)


def cell(page: Page) -> None:
    """The sentence behind a cell of the comparison."""
    page.locator("#pc-compare tbody td[data-status=stated]").nth(1).click()
    page.locator("#pc-compare .sheet").wait_for(timeout=WAIT)
    settle(page)


def manuscript(page: Page) -> None:
    go(page, "check")
    page.locator("#pc-check .pick").set_input_files(
        [MANUSCRIPT / "review.md", MANUSCRIPT / "review.bib"]
    )
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("#pc-check .result").wait_for(timeout=WAIT)
    settle(page)


def notebook(page: Page) -> None:
    ask(page, "Can pictures be reconstructed from brain scans?")
    for pin in page.locator("#pc-chat .pin").all()[:3]:
        pin.evaluate("(node) => node.click()")
    go(page, "notebook")
    page.locator("#pc-notebook .entry").first.wait_for(timeout=WAIT)
    settle(page)


def library(page: Page) -> None:
    go(page, "library")
    file = {"name": "lichens.bib", "mimeType": "text/plain", "buffer": DROPPED.encode()}
    page.locator("#pc-library .pick").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#pc-library .counts").wait_for(timeout=WAIT)
    settle(page)


def quality(page: Page) -> None:
    """The quick run of the delivered questions, and what it says."""
    go(page, "evaluate")
    page.locator("#pc-evaluate .limit").fill("60")
    page.locator("#pc-evaluate .run").click()
    page.locator("#pc-evaluate .result").wait_for(timeout=WAIT)
    page.locator("#pc-evaluate .stop").wait_for(timeout=WAIT, state="hidden")
    settle(page)


def settings(page: Page) -> None:
    go(page, "settings")
    settle(page)


def clean_up(page: Page) -> None:
    """Take an import back, so that the next visitor finds the same papers."""
    undo = page.locator("#pc-library").get_by_role("button", name="Undo")
    if undo.is_visible():
        undo.click()
        undo.wait_for(timeout=WAIT, state="hidden")


# In this order: a comparison is opened before its cell.
SCENES: dict[str, tuple[Callable[[Page], None], ...]] = {
    "landing": (landing,),
    "answer": (answer,),
    "overview": (overview,),
    "declined": (declined,),
    "papers": (papers,),
    "map": (the_map,),
    "compare": (comparison,),
    "cell": (comparison, cell),
    "check": (manuscript,),
    "notebook": (notebook,),
    "evaluate": (quality,),
    "settings": (settings,),
    "library": (library,),
}
