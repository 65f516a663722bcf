"""Measures what instructions hidden in abstracts achieve: `python -m eval.adversarial DIR`."""
