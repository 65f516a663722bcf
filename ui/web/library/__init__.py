"""The work behind the Library page: uploads, imports, and what the index has."""
