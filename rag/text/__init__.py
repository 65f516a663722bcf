"""Language, and nothing else: sentences, stems, lexicons, names, numbers, escaping."""
