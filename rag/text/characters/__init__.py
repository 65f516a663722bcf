"""Characters: one form for all spellings of a text, and escaping for where it is shown."""
