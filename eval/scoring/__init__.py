"""What is right for each case, the metrics over all, and the floors that they must reach."""
