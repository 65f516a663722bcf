"""A document to keep, as a tree, and what it is written as: Markdown notes or a Word file."""
