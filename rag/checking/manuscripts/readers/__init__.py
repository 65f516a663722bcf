"""Readers of manuscripts, one for each format. Each yields a `Draft`."""
