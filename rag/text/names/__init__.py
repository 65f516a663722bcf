"""Names in text: of people, titles of works, names coined for methods, and identifiers."""
