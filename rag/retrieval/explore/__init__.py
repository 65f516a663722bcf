"""Looking at a whole corpus: the map, its cluster labels, browsing."""
