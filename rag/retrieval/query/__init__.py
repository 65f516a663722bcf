"""What a question asks: its kind, the papers it names, its metadata filter."""
