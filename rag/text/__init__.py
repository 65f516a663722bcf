"""Language only: words, sentences, names, quantities, characters, lexicons."""
