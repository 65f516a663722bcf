"""Columns that tell papers apart."""
