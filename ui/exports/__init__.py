"""Answers, comparisons and papers as files and references, for the command line and the window."""
