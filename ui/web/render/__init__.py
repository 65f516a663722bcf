"""Turns values into HTML, without state, web framework or files."""
