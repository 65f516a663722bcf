"""BibTeX: `reader` splits the file, `fields` reads one entry, with its author names."""
