"""CSV, TSV and Excel."""
