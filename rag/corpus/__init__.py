"""What comes in: files to papers, and the comparison of papers with what is already indexed."""
