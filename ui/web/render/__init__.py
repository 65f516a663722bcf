"""Values to HTML, and nothing else: no state, no web framework, no reading of files."""
