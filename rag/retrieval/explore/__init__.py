"""Exploring a whole corpus: the map, its cluster labels, and browsing."""
