"""What a question about records asks: which papers, under which conditions, which fields."""
