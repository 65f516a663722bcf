// Titles of papers.

// The status of a paper that begins its title.
const MARK = /^(?:RETRACTED|WITHDRAWN|EXPRESSION OF CONCERN): /;

// What is before the colon in the title of a note on another paper, as `_NOTICE` there.
const KINDS = [
  "errat(?:um|a)", "corrigend(?:um|a)", "corrections?", "addendum", "retraction", "withdrawal",
  "reply", "response", "comments?", "commentary", "editorial", "letter",
];
const NOTICE = new RegExp(`^(?:\\w+ )?(?:${KINDS.join("|")})(?: (?:note|notice))?(?: (?:to|on|for|of))?$`, "i");

/**
 * The short name of a paper: the part of its title before a colon or a dash, as `short_title` of rag/text/names/titles.py.
 * One without them stays whole; the style sheet cuts it off where there is no room.
 */
export function shortTitle(title) {
  const mark = title.match(MARK)?.[0] ?? "";
  const own = title.slice(mark.length);
  const whole = NOTICE.test(own.split(":")[0].trim());
  return mark + (whole ? own : own.split(":")[0]).split("- ")[0].trim();
}
