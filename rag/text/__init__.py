"""Language, and nothing else: words, sentences, names, numbers, identifiers, lexicons, escaping."""
