"""Readers of formats with tagged lines: RIS, MEDLINE, Web of Science, EndNote."""
