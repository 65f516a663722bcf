"""Reports: a page, Markdown, plots, and the files they are kept in."""
