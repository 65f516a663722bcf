"""Language only: words, sentences, names, numbers, identifiers, lexicons, escaping."""
