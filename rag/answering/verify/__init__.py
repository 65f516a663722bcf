"""Whether quotes support a claim."""
