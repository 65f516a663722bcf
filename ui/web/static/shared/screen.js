// What the reader's screen and settings ask for.

/** Matches where the page has a single column. */
export const narrow = matchMedia("(max-width: 860px)");

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the reader wants things to move at once, without animation. */
export const isCalm = () => calm.matches;

/** For `scrollIntoView`. */
export const scrolling = () => (calm.matches ? "auto" : "smooth");
