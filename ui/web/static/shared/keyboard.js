// The keyboard on a phone's screen: while it is there, what is left above it is the window.

const LEAST = 140; // pixels; the address bar, which also comes and goes, is lower

/** Whether a window of `height` pixels, `tallest` without a keyboard, has one on it; `scale` is that of a pinch. */
export const covers = (height, tallest, scale) => scale <= 1.01 && tallest - height > LEAST;

/** Says in `data-keyboard` of `root` that it is there, and in `--pc-window` what height it leaves. */
export function watchKeyboard(root, view = globalThis.visualViewport) {
  let width = 0, tallest = 0;
  const look = () => {
    if (innerWidth !== width) [width, tallest] = [innerWidth, 0]; // the phone was turned
    tallest = Math.max(tallest, innerHeight, view.height);
    const typing = matchMedia("(pointer: coarse)").matches && document.activeElement?.matches("input, textarea");
    const there = Boolean(typing) && covers(view.height, tallest, view.scale);
    root.toggleAttribute("data-keyboard", there);
    if (there) { root.style.setProperty("--pc-window", `${view.height}px`); scrollTo(0, 0); }
    else root.style.removeProperty("--pc-window");
  };
  view?.addEventListener("resize", look);
  document.addEventListener("focusout", () => setTimeout(look));
}
