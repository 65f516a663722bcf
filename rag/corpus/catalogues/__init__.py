"""Online catalogues: arXiv, Crossref, Semantic Scholar."""
