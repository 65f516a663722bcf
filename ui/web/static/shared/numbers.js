// Numbers as English writes them.

/** 12,345. */
export const inEnglish = (number) => number.toLocaleString("en");

/** "1 paper", "12,345 papers". */
export const counted = (number, noun) => `${inEnglish(number)} ${noun}${number === 1 ? "" : "s"}`;
