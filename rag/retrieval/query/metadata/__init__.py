"""The authors, venues and years that a question names, as a filter."""
