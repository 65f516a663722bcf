"""The lexical index: words, n-grams and keys of papers."""
