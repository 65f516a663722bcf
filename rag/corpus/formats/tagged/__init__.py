"""Formats of tagged lines: RIS, MEDLINE, Web of Science, EndNote."""
