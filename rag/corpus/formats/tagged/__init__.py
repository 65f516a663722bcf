"""Readers of text with tags or labels: RIS, MEDLINE, Web of Science, EndNote, PubMed, RefWorks."""
