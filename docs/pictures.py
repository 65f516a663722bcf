"""The pictures and the film of the documents, taken from the running program.

`python docs/pictures.py` takes all of them; `python docs/pictures.py answer compare` only these.
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
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from scenes import SCENES, WAIT, ask, cell, clean_up, comparison, landing, settle

HERE = Path(__file__).parent
IMAGES = HERE / "images"
# Screen: width and height in CSS pixels, and whether it is touched.
SCREENS = {"wide": (1440, 900, False), "phone": (390, 844, True)}
SCHEMES = ("light", "dark")
QUALITY = 82  # of a picture, as WebP
FRAME = 1800  # milliseconds that a frame of the film stays

_ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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


@contextmanager
def visitor(browser: Browser, url: str, screen: str, scheme: str) -> Iterator[Page]:
    """A fresh visitor's page, once the papers are read."""
    width, height, touch = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        has_touch=touch,
        is_mobile=touch,
    )
    page = context.new_page()
    page.goto(url)
    page.locator("#pc-head .count", has_text="papers").wait_for(timeout=WAIT, state="attached")
    yield page
    context.close()


def picture(browser: Browser, url: str, name: str) -> None:
    """One scene on each screen, light and dark."""
    for screen in SCREENS:
        for scheme in SCHEMES:
            with visitor(browser, url, screen, scheme) as page:
                for act in SCENES[name]:
                    act(page)
                shot = Image.open(BytesIO(page.screenshot()))
                clean_up(page)
            shot.save(IMAGES / f"{name}-{screen}-{scheme}.webp", quality=QUALITY, method=6)


def film(browser: Browser, url: str) -> None:
    """A question, its quote, the same papers side by side, and the quote behind a cell."""
    frames: list[Image.Image] = []
    with visitor(browser, url, "wide", "light") as page:

        def take() -> None:
            frames.append(Image.open(BytesIO(page.screenshot())).convert("RGB").resize((960, 600)))

        landing(page)
        take()
        page.locator("#pc-question").fill("How do MindBridge and NeuroPictor differ?")
        take()
        page.locator("#pc-question").fill("")
        ask(page, "How do MindBridge and NeuroPictor differ?")
        take()
        page.locator(".turn .chip").first.click()
        settle(page)
        take()
        ask(page, "Which papers use Mamba or state space models?")
        take()
        comparison(page)
        take()
        cell(page)
        take()
    save_film(frames, IMAGES / "tour.gif")


def film_of_a_phone(browser: Browser, url: str) -> None:
    """The same with a thumb: ask, read the quote, open the abstract, and come back."""
    frames: list[Image.Image] = []
    with visitor(browser, url, "phone", "light") as page:

        def take() -> None:
            frames.append(Image.open(BytesIO(page.screenshot())).convert("RGB"))

        landing(page)
        take()
        ask(page, "Which papers use Mamba or state space models?")
        page.locator("#pc-chat .scroll").evaluate("(node) => node.scrollTo(0, 0)")
        settle(page)
        take()
        page.locator(".turn .chip").nth(1).tap()
        settle(page)
        take()
        page.locator(".card.lit .more").tap()
        settle(page)
        take()
        page.go_back()
        page.go_back()
        settle(page)
        take()
    save_film(frames, IMAGES / "phone.gif")


def save_film(frames: Sequence[Image.Image], path: Path) -> None:
    palette = [frame.quantize(128, dither=Image.Dither.NONE) for frame in frames]
    palette[0].save(path, save_all=True, append_images=palette[1:], duration=FRAME, loop=0)


def main(names: Sequence[str]) -> None:
    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGS)
        for make in (film, film_of_a_phone):
            if not names or make.__name__ in names:
                make(browser, url)
        for name in SCENES:
            if not names or name in names:
                picture(browser, url, name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
