// Titles of papers.

/**
 * What a paper is called for short: the part of its title before a colon or a dash, as in `short_title` of rag.
 * One without them stays whole; the style sheet cuts it off where there is no room.
 */
export function shortTitle(title) { return title.split(/:|- /)[0].trim(); }
