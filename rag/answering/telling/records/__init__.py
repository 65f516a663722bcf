"""What the records of papers answer: of one paper, of a list of them, of the collection."""
