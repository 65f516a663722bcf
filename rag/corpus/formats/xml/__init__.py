"""XML: PubMed, arXiv Atom, EndNote."""
