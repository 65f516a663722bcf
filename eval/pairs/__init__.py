"""Pairs of a quote and a claim that say who does what, and how well the check tells them apart."""
