"""Numbers in text with their units, and what each of them measures."""
