"""The README's pictures, taken from the running program: `python docs/pictures.py`.

Needs the `dev` extra and a Chromium or Chrome on the PATH. Without a language model, so that
everybody's pictures are the same.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
IMAGES = HERE / "images"
WIDE = {"width": 1440, "height": 900}
FRAME = 900  # milliseconds that a frame of the film stays

_ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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


@contextmanager
def served(collections: Path) -> Iterator[str]:
    """The address of a window over the delivered papers, in a collection of their own."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ui", "--index", "reading-list", "chat", "--llm", "quotes"]
    command += ["--port", str(port)]
    apart = {**os.environ, "PAPERCHAT_COLLECTIONS": str(collections)}
    process = subprocess.Popen(command, cwd=HERE.parent, env=apart)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(url, timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def opened(browser: Browser, url: str, *, dark: bool = False) -> Page:
    """A fresh visitor's page, once the papers are read."""
    scheme = "dark" if dark else "light"
    page = browser.new_context(viewport=WIDE, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(url)
    page.locator("#pc-head .count", has_text="papers").wait_for(timeout=120_000)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer."""
    page.locator("#pc-question").fill(question)
    page.keyboard.press("Enter")
    page.locator('.turn[data-state="done"]').last.wait_for(timeout=60_000)
    page.wait_for_timeout(400)


def compare(page: Page, question: str) -> None:
    """Compare the papers of a question, and open a cell."""
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("combobox").fill(question)
    page.get_by_role("option", name="The papers about").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator("#pc-compare tbody td").first.wait_for(timeout=60_000)
    page.locator("#pc-compare tbody td[data-status=stated]").nth(1).click()
    page.wait_for_timeout(400)


def answer_picture(browser: Browser, url: str) -> None:
    page = opened(browser, url)
    ask(page, "By how much does SINet reduce the number of parameters?")
    ask(page, "Can pictures be reconstructed from brain scans?")
    page.locator(".turn").last.locator(".chip").first.click()
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / "answer.png")


def comparison_picture(browser: Browser, url: str) -> None:
    page = opened(browser, url)
    compare(page, "Which papers reconstruct images from fMRI?")
    page.screenshot(path=IMAGES / "comparison.png")


def library_picture(browser: Browser, url: str) -> None:
    page = opened(browser, url)
    page.locator("#pc-head").get_by_role("link", name="Library").click()
    file = {"name": "lichens.bib", "mimeType": "text/plain", "buffer": DROPPED.encode()}
    page.locator("#pc-library .pick").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#pc-library .counts").wait_for(timeout=60_000)
    page.locator("#pc-library .merges summary").click()
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / "library.png")


def film(browser: Browser, url: str) -> None:
    """A question, its quote, the papers side by side."""
    page, frames = opened(browser, url), []

    def take() -> None:
        frames.append(Image.open(BytesIO(page.screenshot())).convert("RGB").resize((960, 600)))

    take()
    ask(page, "How do MindBridge and NeuroPictor differ?")
    take()
    page.locator(".chip").first.click()
    page.wait_for_timeout(600)
    take()
    page.get_by_role("button", name="Open in Compare").click()
    page.locator("#pc-compare tbody td").first.wait_for(timeout=60_000)
    page.wait_for_timeout(400)
    take()
    page.locator("#pc-compare tbody td[data-status=stated]").nth(1).click()
    page.wait_for_timeout(400)
    take()
    palette = [frame.quantize(64, dither=Image.Dither.NONE) for frame in frames]
    path = IMAGES / "tour.gif"
    palette[0].save(path, save_all=True, append_images=palette[1:], duration=FRAME * 2, loop=0)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGS)
        for picture in (answer_picture, comparison_picture, film, library_picture):
            picture(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
