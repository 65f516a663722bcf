"""Comparisons and stances against their labels."""
