"""Where papers are, and the Markdown that leads to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from rag.text.characters.escaping import as_markdown
from rag.types import Citation, Paper, PaperRef
from ui.exports.references.facts import address
from ui.outline import name_of

# Left as they are in the destination of a link and in its tip; brackets, quotes and blanks would
# end them.
_IN_LINK = ":/?&=#%@+,;.~!*_-$'[]"
_IN_TIP = ":/?=#@+,;.()_- "


@dataclass(frozen=True, slots=True)
class Links:
    """Where papers are. ``record`` gives the address of a paper's record on this server."""

    papers: Mapping[str, Paper]
    record: Callable[[str], str]

    def to(self, paper_id: str) -> str:
        """The paper's DOI, arXiv page or URL, or else its record here; fit for Markdown."""
        paper = self.papers.get(paper_id)
        found = address(paper) if paper else None
        return quote(found or self.record(paper_id), safe=_IN_LINK)

    def source(self, citation: Citation) -> str:
        """A cited paper with its quotes."""
        status = " (corrected)" if citation.status == "corrected" else ""
        head = f"\\[{citation.number}\\] {self._titled(citation)}{status}"
        quotes = "\n>\n".join(f"> {as_markdown(span.text)}" for span in citation.quotes)
        return f"{head}\n\n{quotes}" if quotes else head

    def item(self, paper: PaperRef) -> str:
        """A paper as an item of a list."""
        return f"- {self._titled(paper)}"

    def _titled(self, paper: Citation | PaperRef) -> str:
        """The title as a link. Its tip is the paper's id, by which the answer is read again."""
        tip = quote(paper.paper_id, safe=_IN_TIP)
        return f'[{as_markdown(paper.title)}]({self.to(paper.paper_id)} "{tip}")'


def pointer(paper: PaperRef) -> str:
    """An item for a paper that is named and not cited, with a sentence of it if there is one."""
    if not paper.quotes:
        return f"- {as_markdown(paper.title)}"
    return f"- {as_markdown(name_of(paper))}: “{as_markdown(paper.quotes[0].text)}”"
