// Titles of papers.

// The status of a paper that begins its title.
const MARK = /^(?:RETRACTED|WITHDRAWN|EXPRESSION OF CONCERN): /;

/**
 * The short name of a paper: the part of its title before a colon or a dash, as `short_title` of rag/text/titles.py.
 * One without them stays whole; the style sheet cuts it off where there is no room.
 */
export function shortTitle(title) {
  const mark = title.match(MARK)?.[0] ?? "";
  return mark + title.slice(mark.length).split(/:|- /)[0].trim();
}
