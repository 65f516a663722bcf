"""Reports of evaluations: as a web page, as Markdown, and as files."""
