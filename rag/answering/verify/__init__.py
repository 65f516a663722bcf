"""Verification: whether quotes support a claim."""
