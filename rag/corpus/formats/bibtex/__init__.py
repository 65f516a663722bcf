"""BibTeX."""
