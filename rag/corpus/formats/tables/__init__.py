"""Readers of tables: CSV, TSV and Excel."""
