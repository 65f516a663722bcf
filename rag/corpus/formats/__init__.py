"""File formats to records: what a file is, how its bytes are text, and one reader a format."""
