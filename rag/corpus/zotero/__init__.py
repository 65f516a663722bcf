"""A Zotero library as a source of papers: a running Zotero's own, or one on zotero.org."""
