// Titles of papers.

/** The part of a title before its first colon or dash: "SINet: A Small Network" is "SINet" for short. */
export function shortTitle(title) { return title.split(/: |- /)[0]; }
