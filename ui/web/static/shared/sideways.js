// A row that scrolls sideways where it does not fit: what is behind its edges fades (shell.css).

const FADE = 36; // pixels

/** Says in `--before` and `--behind` how wide each edge fades, whenever that changes. */
export function fadeEdges(row) {
  const look = () => {
    const before = row.scrollLeft, behind = row.scrollWidth - row.clientWidth - before;
    row.style.setProperty("--before", `${Math.min(before, FADE)}px`);
    row.style.setProperty("--behind", `${Math.max(0, Math.min(behind, FADE))}px`);
  };
  row.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(row);
  look();
}

/** Brings a child of the row to its middle; the page itself does not move. */
export function bringIn(row, child) {
  const { left, width } = child.getBoundingClientRect(), own = row.getBoundingClientRect();
  row.scrollLeft += left + width / 2 - own.left - own.width / 2;
}
