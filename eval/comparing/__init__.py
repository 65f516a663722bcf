"""Scores comparisons and stances against their labels."""
