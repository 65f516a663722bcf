"""A comparison as a table, a document or a web page, and read back from its JSON."""
