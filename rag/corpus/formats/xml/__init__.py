"""Readers of XML: PubMed, arXiv's Atom, EndNote."""
