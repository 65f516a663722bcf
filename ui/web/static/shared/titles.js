// Titles of papers.

/**
 * The short name of a paper: the part of its title before a colon or a dash, as `short_title` of rag/text/titles.py.
 * One without them stays whole; the style sheet cuts it off where there is no room.
 */
export function shortTitle(title) { return title.split(/:|- /)[0].trim(); }
