"""Vectors, tokens and chunks of papers: stored, and searched."""
