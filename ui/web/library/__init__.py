"""The Library page's work: files come in, an import runs, and what the index holds is shown."""
