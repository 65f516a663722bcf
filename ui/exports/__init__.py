"""Answers, comparisons and papers as files and references; what the command and window share."""
