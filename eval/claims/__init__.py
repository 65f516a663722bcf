"""Measures the verdicts on claims: `python -m eval.claims`."""
