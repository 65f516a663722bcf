"""Sentences: where they begin and end, their clauses, and what kind each is."""
