"""Turns the authors, venues and years that a question names into a filter."""
