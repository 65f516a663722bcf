"""Which records are one paper, and what the paper is then (entity matching)."""
