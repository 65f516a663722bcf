"""How good and how fast the answers are, measured with the product's own code."""
