"""Checks text that others wrote against the papers: claims, and quotes whose source is sought."""
