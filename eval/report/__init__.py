"""Reports: a page, Markdown, plots, and the files that hold them."""
