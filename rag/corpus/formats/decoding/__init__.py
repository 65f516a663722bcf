"""Detects the encoding of a file."""
