"""The flow of one comparison: aspects, cells, stances, columns, summary."""
